"""Whether to use a GPU, found out without importing torch where there is none."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

from processing.encoders.base import EncoderError

SETTING = "LOUPE_DEVICE"


@cache
def use_cuda() -> bool:
    """Whether encoders run on CUDA: LOUPE_DEVICE is auto (the default), cpu or cuda.

    Raises :class:`EncoderError` for another value, and for "cuda" where torch finds no GPU.
    """
    wish = os.environ.get(SETTING, "auto")
    if wish not in {"auto", "cpu", "cuda"}:
        raise EncoderError(f"{SETTING} is auto, cpu or cuda, not {wish!r}")
    if wish == "cpu" or (wish == "auto" and not _driver_installed()):
        return False
    import torch

    found = torch.cuda.is_available()
    if wish == "cuda" and not found:
        raise EncoderError(f"{SETTING} is cuda, but torch finds no GPU that it can use")
    return found


def _driver_installed() -> bool:
    return Path("/dev/nvidiactl").exists() or shutil.which("nvidia-smi") is not None
