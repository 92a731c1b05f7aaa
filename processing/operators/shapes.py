"""Shapes with smooth edges."""

from __future__ import annotations

import numpy as np

from processing.operators.picture import Floats


def rounded_box(width: int, height: int, radius: float) -> Floats:
    """How much of each pixel a box with round corners covers; rows × columns, 0..1.

    The corners by the distance to their arc, clipped to a pixel.
    """
    shape = np.ones((height, width), np.float32)
    radius = min(radius, width / 2, height / 2)
    size = int(np.ceil(radius))
    if not size:
        return shape
    away = np.maximum(radius - (np.arange(size, dtype=np.float32) + 0.5), 0)
    corner = np.clip(radius - np.hypot(away[None, :], away[:, None]) + 0.5, 0, 1)
    # The four may share a row where the radius is no whole number of pixels: the least counts.
    for rows, columns, flipped in (
        (slice(0, size), slice(0, size), corner),
        (slice(0, size), slice(width - size, None), corner[:, ::-1]),
        (slice(height - size, None), slice(0, size), corner[::-1]),
        (slice(height - size, None), slice(width - size, None), corner[::-1, ::-1]),
    ):
        shape[rows, columns] = np.minimum(shape[rows, columns], flipped)
    return shape
