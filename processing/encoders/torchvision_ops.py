"""Let torchvision import beside a torch build that its compiled operators do not match.

A CPU-only torch and the torchvision wheel of the general index can disagree on their binary
interface; torchvision then skips its compiled operators and fails on ``torchvision::nms does not
exist`` while registering shape functions for them. Declaring the two schemas is enough for the
import to go through; the operators themselves stay unavailable, and nothing here calls them.

Call :func:`declare_missing_operators` before importing ``timm`` or ``open_clip``.
"""

from __future__ import annotations

from typing import Any

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}

# A torch.library.Library removes its definitions when it is collected: keep it for the process.
_kept: list[Any] = []


def declare_missing_operators() -> tuple[str, ...]:
    """Declare the torchvision operator schemas that are missing; returns the names declared.

    Does nothing (and returns ``()``) where torchvision imports as it is, or on a second call.
    """
    import importlib

    import torch

    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    missing = [name for name in SCHEMAS if not _is_declared(torch, name)]
    if missing:
        library = torch.library.Library("torchvision", "DEF")
        for name in missing:
            library.define(SCHEMAS[name])
        _kept.append(library)
    return tuple(missing)


def _is_declared(torch: Any, name: str) -> bool:
    return torch._C._dispatch_has_kernel(f"torchvision::{name}")
