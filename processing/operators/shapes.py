"""Shapes with smooth edges."""

from __future__ import annotations

import numpy as np

from processing.operators.picture import Floats


def rounded_box(width: int, height: int, radius: float) -> Floats:
    """How much of each pixel a box with round corners covers; rows × columns, 0..1.

    From the distance to the shape's edge, clipped to a pixel: I. Quilez, “2D distance functions”
    (rounded box).
    """
    radius = min(radius, width / 2, height / 2)
    x = np.abs(np.arange(width, dtype=np.float32) + 0.5 - width / 2) - (width / 2 - radius)
    y = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2) - (height / 2 - radius)
    inside = np.minimum(np.maximum(x[None, :], y[:, None]), 0)
    outside = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None])
    return np.clip(0.5 - (inside + outside - radius), 0, 1).astype(np.float32)
