"""A picture moved in its plane or tilted in space: one 3×3 matrix, and the frame that is kept."""

from __future__ import annotations

from math import ceil, floor
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.operators.geometry.canvas import samples
from processing.operators.geometry.warp import warped
from processing.operators.picture import Picture

Corners = Literal["crop", "background"]
Matrix = NDArray[np.floating]
Points = NDArray[np.floating]

_FINE = 4  # times that the search for the largest rectangle is narrowed
_STEPS = 65


class Frame(NamedTuple):
    """A rectangle in the plane, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def project(matrix: Matrix, points: Points) -> Points:
    """Where points (n × 2) go; those behind the viewer go far away."""
    told = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    depth = np.where(told[:, 2] > 1e-9, told[:, 2], np.nan)
    return np.nan_to_num(told[:, :2] / depth[:, None], nan=-1e9)


def corners_of(width: float, height: float) -> Points:
    """The corners of a picture, from the upper left clockwise."""
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def about(centre: tuple[float, float], matrix: Matrix) -> Matrix:
    """The matrix as it works when its origin lies at ``centre``."""
    away = shift(-centre[0], -centre[1])
    return shift(*centre) @ matrix @ away


def shift(across: float, down: float) -> Matrix:
    """A move by so many pixels."""
    return np.array([(1.0, 0.0, across), (0.0, 1.0, down), (0.0, 0.0, 1.0)])


def transformed(
    picture: Picture,
    matrix: Matrix,
    corners: Corners,
    background: str | None,
    keep_aspect: bool = False,
) -> Picture:
    """The picture by a matrix (source to result, in pixels), its focus moved along.

    With corners "crop" the largest upright rectangle that the picture fills is kept; with
    "background" all of it, on that colour (None: transparent). Raises Unfit.
    """
    quad = project(matrix, corners_of(picture.width, picture.height))
    if corners == "crop":
        frame = inscribed(quad, picture.width / picture.height if keep_aspect else None)
        width, height = (max(1, floor(one + 1e-6)) for one in _size(frame))
        below = None
    else:
        frame = Frame(*quad.min(axis=0), *quad.max(axis=0))
        width, height = (max(1, ceil(one - 1e-6)) for one in _size(frame))
        below = samples(picture, background)
    spare_x, spare_y = _size(frame)[0] - width, _size(frame)[1] - height
    placed = shift(-frame.left - spare_x / 2, -frame.top - spare_y / 2) @ matrix
    return through(picture, placed, width, height, below)


def through(
    picture: Picture,
    matrix: Matrix,
    width: int,
    height: int,
    below: tuple[int, int, int, int] | None,
) -> Picture:
    """The picture by a matrix in a frame of width × height, from the origin."""
    inverse = np.linalg.inv(matrix)

    def back(x: Points, y: Points) -> tuple[Points, Points]:
        found = project(inverse, np.column_stack([x.ravel(), y.ravel()]))
        return found[:, 0].reshape(x.shape), found[:, 1].reshape(x.shape)

    def where(x: float, y: float) -> tuple[float, float]:
        across, down = project(matrix, np.array([(x, y)]))[0]
        return float(across), float(down)

    return picture.moved(warped(picture, width, height, back, below), where)


def inscribed(polygon: Points, shape: float | None = None) -> Frame:
    """The largest upright rectangle within a convex polygon (n × 2), of width:height ``shape``.

    Its upper and lower edge are searched on a grid that is narrowed: between two heights a convex
    polygon is at least as wide as at the narrower of them, and the area has one maximum.
    """
    low, high = polygon[:, 1].min(), polygon[:, 1].max()
    tops = bottoms = np.linspace(low, high, _STEPS)
    for _ in range(_FINE):
        left, right, area = _areas(polygon, tops, bottoms, shape)
        one, other = np.unravel_index(int(area.argmax()), area.shape)
        best = Frame(left[one, other], tops[one], right[one, other], bottoms[other])
        tops = _around(tops, int(one), low, high)
        bottoms = _around(bottoms, int(other), low, high)
    return _shaped(best, shape)


def _areas(
    polygon: Points, tops: Points, bottoms: Points, shape: float | None
) -> tuple[Points, Points, Points]:
    """Left, right and area of the rectangle between each top and each bottom."""
    (left_top, right_top), (left_low, right_low) = _sides(polygon, tops), _sides(polygon, bottoms)
    left = np.maximum(left_top[:, None], left_low[None])
    right = np.minimum(right_top[:, None], right_low[None])
    wide = np.maximum(right - left, 0.0)
    tall = np.maximum(bottoms[None] - tops[:, None], 0.0)
    area = wide * tall
    if shape is not None:  # as large as it gets, then as little slack as can be
        area = np.minimum(wide, tall * shape) ** 2 / shape + area * 1e-9
    return left, right, area


def _sides(polygon: Points, heights: Points) -> tuple[Points, Points]:
    """How far the polygon reaches to the left and to the right at each height."""
    lefts, rights = np.full(len(heights), np.inf), np.full(len(heights), -np.inf)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 == y1:
            at, met = np.array([x0, x1]), heights == y0
            lefts = np.where(met, np.minimum(lefts, at.min()), lefts)
            rights = np.where(met, np.maximum(rights, at.max()), rights)
            continue
        along = (heights - y0) / (y1 - y0)
        x, met = x0 + along * (x1 - x0), (along >= 0) & (along <= 1)
        lefts = np.where(met, np.minimum(lefts, x), lefts)
        rights = np.where(met, np.maximum(rights, x), rights)
    return lefts, rights


def _around(grid: Points, at: int, low: float, high: float) -> Points:
    step = grid[1] - grid[0]
    return np.linspace(max(low, grid[at] - step), min(high, grid[at] + step), _STEPS)


def _shaped(frame: Frame, shape: float | None) -> Frame:
    """The frame, what is too much for the shape taken from both sides alike."""
    if shape is None:
        return frame
    width, height = _size(frame)
    spare_x = max(0.0, width - height * shape) / 2
    spare_y = max(0.0, height - width / shape) / 2
    return Frame(
        frame.left + spare_x, frame.top + spare_y, frame.right - spare_x, frame.bottom - spare_y
    )


def _size(frame: Frame) -> tuple[float, float]:
    return float(frame.right - frame.left), float(frame.bottom - frame.top)
