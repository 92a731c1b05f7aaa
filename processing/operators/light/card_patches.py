"""Where a picture has small, even, squarish areas, and which of them lie on a grid."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_STEPS = (6, 10, 16, 26)  # of 255: how much an even area may differ between neighbours
_SMALLEST, _LARGEST = 1e-4, 0.03  # of the picture's area
_MOST = 400  # candidates that are looked at
_SAME = 0.3  # of a patch: two findings this near are one


@dataclass(frozen=True, slots=True)
class Patches:
    """Even areas: ``centres`` (n, 2) and ``sizes`` (n,), the side of a square as large, pixels."""

    centres: NDArray[np.float64]
    sizes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Centres (n, 2) in the picture and the whole numbers (n, 2) of their column and row."""

    places: NDArray[np.float64]
    numbers: NDArray[np.int64]
    size: float


def even_areas(rgb: NDArray[np.uint8]) -> Patches:
    """Areas without an edge in them, about as high as wide, that fill their rectangle."""
    calm = cv2.medianBlur(np.ascontiguousarray(rgb), 5)
    edges = cv2.morphologyEx(calm, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(axis=2)
    found = [area for step in _STEPS for area in _areas((edges < step).astype(np.uint8))]
    found.sort(key=lambda one: -one[3])
    kept: list[tuple[float, float, float, float]] = []
    for one in found:
        if all(np.hypot(one[0] - k[0], one[1] - k[1]) > _SAME * k[2] for k in kept):
            kept.append(one)
        if len(kept) == _MOST:
            break
    table = np.array(kept, np.float64).reshape(-1, 4)
    return Patches(table[:, :2], table[:, 2])


def _areas(flat: NDArray[np.uint8]) -> list[tuple[float, float, float, float]]:
    """(x, y, size, how well it fills its rectangle) of each connected area that may be a patch."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(flat, connectivity=4)
    total = flat.size
    sizes = stats[:, cv2.CC_STAT_AREA]
    found = []
    for at in np.flatnonzero((sizes > _SMALLEST * total) & (sizes < _LARGEST * total)):
        left, top, wide, high, area = (int(one) for one in stats[at])
        if at == 0 or area < 0.35 * wide * high:
            continue
        part = (labels[top : top + high, left : left + wide] == at).astype(np.uint8)
        filled = _squareness(part)
        if filled > 0.8:
            found.append((float(centres[at][0]), float(centres[at][1]), float(area) ** 0.5, filled))
    return found


def _squareness(part: NDArray[np.uint8]) -> float:
    """Which share of its smallest rectangle an area fills; 0 where that is far from a square."""
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(contours, key=cv2.contourArea)
    _, (wide, high), _ = cv2.minAreaRect(outline)
    if min(wide, high) < 3 or max(wide, high) > 2.2 * min(wide, high):
        return 0.0
    return float(cv2.contourArea(outline) / (wide * high))


def grids(patches: Patches, fewest: int = 8) -> list[Grid]:
    """Sets of areas that lie on a (perhaps skewed) grid, the largest first; at most three."""
    left = set(range(len(patches.sizes)))
    found = []
    for seed in range(len(patches.sizes)):
        if seed in left:
            grown = _from_seed(patches, seed)
            if len(grown) >= fewest:
                left -= set(grown)
                found.append(_grid(patches, grown))
    return sorted(found, key=lambda grid: -len(grid.numbers))[:3]


def _grid(patches: Patches, grown: dict[int, tuple[int, int]]) -> Grid:
    members = list(grown)
    size = float(np.median(patches.sizes[members]))
    return Grid(patches.centres[members], np.array([grown[one] for one in members]), size)


def _from_seed(patches: Patches, seed: int) -> dict[int, tuple[int, int]]:
    """The most that grows from one area, for any two neighbours that may be right of and below it.

    Of those that reach as many, that with the shortest steps: diagonals make a grid as well.
    """
    size = patches.sizes[seed]
    steps = patches.centres - patches.centres[seed]
    far = np.hypot(*steps.T)
    alike = (patches.sizes > 0.6 * size) & (patches.sizes < 1.7 * size)
    near = np.flatnonzero(alike & (far > 0.8 * size) & (far < 2.0 * size))[:8]
    best: tuple[int, float, dict[int, tuple[int, int]]] = (0, 0.0, {})
    for a in near:
        for b in near:
            if _cross(steps[a], steps[b]) > 0.7 * far[a] * far[b] and 0.6 < far[a] / far[b] < 1.6:
                grown = _grow(patches, seed, steps[a], steps[b])
                best = max(best, (len(grown), -float(far[a] + far[b]), grown), key=lambda o: o[:2])
    return best[2]


def _cross(a: NDArray, b: NDArray) -> float:
    return float(a[0] * b[1] - a[1] * b[0])


def _grow(
    patches: Patches, seed: int, across: NDArray, down: NDArray
) -> dict[int, tuple[int, int]]:
    """Area → (column, row), step by step; each step corrects the next one's direction."""
    numbers, taken = {seed: (0, 0)}, {(0, 0)}
    waiting = [(seed, across, down)]
    while waiting:
        at, across, down = waiting.pop(0)
        column, row = numbers[at]
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            place = (column + dx, row + dy)
            step = dx * across + dy * down
            reached = _nearest(patches, at, step)
            if reached is None or reached in numbers or place in taken:
                continue
            numbers[reached] = place
            taken.add(place)
            real = (patches.centres[reached] - patches.centres[at]) * (dx + dy)
            pair = (real, down) if dx else (across, real)
            waiting.append((reached, (across + pair[0]) / 2, (down + pair[1]) / 2))
    return numbers


def _nearest(patches: Patches, at: int, step: NDArray) -> int | None:
    """The area where a step from another leads, if one of about that size is there."""
    far = np.hypot(*(patches.centres - patches.centres[at] - step).T)
    one = int(far.argmin())
    ratio = patches.sizes[one] / patches.sizes[at]
    return one if far[one] < 0.25 * np.hypot(*step) and 0.6 < ratio < 1.7 else None
