"""Frequency separation of skin: what is smoothed, and how much of it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats
from processing.vision import guided

EDGE_KEPT = 0.05  # differences of luminance beyond this are a feature's, not a blotch's
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, of coded values


def luma(colours: NDArray) -> Floats:
    return colours @ _LUMA


def calmed(colours: NDArray, radius: int) -> Floats:
    """Each channel smoothed, guided by the luminance, whose edges stay."""
    grey = luma(colours)
    slope, offset = guided.by_grey(grey, colours, radius, EDGE_KEPT**2)
    return slope * grey[:, :, None] + offset


def gentle(colours: Floats, change: Floats, mask: Floats, texture: float) -> tuple[Floats, float]:
    """The change, less of it where too much texture would go; and how much texture is left."""
    before = texture_of(colours, mask)
    kept = texture_of(colours + change, mask) / max(before, 1e-6) if before else 1.0
    for _ in range(12):
        if kept >= texture or not before:
            break
        change = change * np.float32(0.75)
        kept = texture_of(colours + change, mask) / before
    return change, min(kept, 1.0)


def texture_of(colours: Floats, mask: Floats) -> float:
    """The spread of what is finer than a pixel's neighbourhood, where skin is."""
    grey = luma(colours)
    return _spread(np.subtract(grey, cv2.GaussianBlur(grey, (0, 0), 1.0)), mask)


def blotches(colours: Floats, mask: Floats) -> float:
    """The spread of what is coarser than pores and finer than features, where skin is."""
    grey, size = luma(colours), max(2.0, np.sqrt(mask.sum()) / 30)
    return _spread(
        cv2.GaussianBlur(grey, (0, 0), size / 3) - cv2.GaussianBlur(grey, (0, 0), size), mask
    )


def _spread(values: NDArray, mask: Floats) -> float:
    weight = float(mask.sum())
    return float(np.sqrt((values * values * mask).sum() / weight)) if weight else 0.0
