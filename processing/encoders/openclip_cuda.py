"""The image tower on a GPU: torch, fp16. Imported only where there is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from processing.encoders.base import EncoderError, Matrix
from processing.encoders.torchvision_ops import declare_missing_operators


class CudaImageTower:
    """Calls turn pixels (n, 3, side, side), float32, into unit-length vectors (n, d), float32.

    ``half`` is a file of ``openclip_build.write_half``. ``device`` is another than "cuda" in tests.
    """

    def __init__(self, name: str, half: Path, device: str = "cuda") -> None:
        declare_missing_operators()
        import open_clip

        model = open_clip.create_model(name, pretrained=None, precision="fp16")
        problems = model.load_state_dict(load_file(half), strict=False)
        if problems.missing_keys or problems.unexpected_keys:
            raise EncoderError(f"{half} does not fit {name}: {problems}")
        self._model = model.eval().to(device)
        self._device = device

    @torch.inference_mode()
    def __call__(self, pixels: Matrix) -> Matrix:
        """See the class."""
        moved = torch.from_numpy(pixels).to(self._device)
        vectors = self._model.encode_image(moved.half(), normalize=True)
        return vectors.float().cpu().numpy().astype(np.float32)
