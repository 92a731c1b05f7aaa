"""Four corners in a picture and the rectangle that they were."""

from __future__ import annotations

import cv2
import numpy as np

from processing.operators.geometry.plane import Matrix, Points
from processing.operators.picture import check_size


def check_quad(quad: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Raise ValueError unless the corners go round clockwise without a dent, and have an area."""
    points = np.array(quad)
    one = np.roll(points, -1, axis=0) - points
    other = np.roll(one, -1, axis=0)
    turns = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    if (turns < 1e-4).any():
        raise ValueError(
            "the corners go clockwise, from the upper left, around an area without a dent"
        )
    return quad


def quad_matrix(quad: Points, target: Points) -> Matrix:
    """The projective map that takes four points (pixels) to four others."""
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target.astype(np.float32))
    return np.asarray(matrix, np.float64)


def quad_size(quad: Points, centre: Points, shape: float | None) -> tuple[int, int]:
    """The size, in pixels, of the rectangle that four corners (pixels) are a picture of.

    As large as the longer of opposite sides, and of width:height ``shape``; without one, of that
    which Z. Zhang and L. He find (Whiteboard scanning and image enhancement, DSP 17, 2007, §3),
    for a camera whose axis meets ``centre``. Raises Unfit where that is too large.
    """
    sides = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    width, height = max(sides[0], sides[2]), max(sides[1], sides[3])
    shape = shape or _shape(quad - centre) or width / height
    if width / height > shape:
        height = width / shape
    else:
        width = height * shape
    size = max(1, round(float(width))), max(1, round(float(height)))
    check_size(*size)
    return size


def _shape(quad: Points) -> float | None:
    """Width to height of the rectangle, or None where the corners do not tell it well."""
    unit = float(np.abs(quad).max())
    upper_left, upper_right, lower_right, lower_left = np.column_stack([quad / unit, np.ones(4)])
    across = np.cross(upper_left, lower_right)
    second = across @ lower_left / (np.cross(upper_right, lower_right) @ lower_left)
    third = across @ upper_right / (np.cross(lower_left, lower_right) @ upper_right)
    wide, tall = second * upper_right - upper_left, third * lower_left - upper_left
    both = wide[2] * tall[2]
    if abs(both) < 1e-4:  # opposite sides are parallel: nothing tells the focal length
        return None
    squared = -(wide[0] * tall[0] + wide[1] * tall[1]) / both
    if not 0.05 < squared < 400:  # no lens that is used has such a focal length
        return None
    lengths = [(side[0] ** 2 + side[1] ** 2) / squared + side[2] ** 2 for side in (wide, tall)]
    shape = float(np.sqrt(lengths[0] / lengths[1]))
    return shape if 0.02 < shape < 50 else None
