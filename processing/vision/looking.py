"""Several looks at one picture: as it is, mirrored, and nearer. Where they differ, be careful.

Looks that tell different stories are not mixed: half of one subject and half of another is neither.
The picture itself says which one is taken: the one whose edge lies on an edge of the picture, which
hangs together and is sure of itself (clearness.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision.clearness import clearness

Floats = NDArray[Any]  # of float32; what OpenCV returns says less
Network = Callable[[NDArray[np.uint8]], Floats]

SUBJECT = 0.5
_ROOM = 0.15  # of the subject's box, left around it when looking nearer
_NEAR_ENOUGH = 0.75  # the box's longer side, as a share of the picture's: nearer shows no more
_FAINT = 0.05  # the strongest answer below which there is nothing to look nearer at
_NEAR_WEIGHT = 0.6
_SAME_STORY = 0.8  # overlap of the nearer look and the whole one below which it is another subject
_CLEAR_EDGE = 512  # pixels of the longer side at which looks are compared


@dataclass(frozen=True)
class Looks:
    """What was seen: ``coarse`` float32 0..1 at the size of the guide; agreements 0..1."""

    coarse: Floats
    peak: float
    mirrored: float
    nearer: float


def look(rgb: NDArray[np.uint8], network: Network) -> Looks:
    """Look at a picture (uint8, height × width × 3) up to three times, and put it together."""
    first, mirror = network(rgb), network(np.ascontiguousarray(rgb[:, ::-1]))[:, ::-1]
    both = (first + mirror) / 2
    peak = float(both.max())
    whole = _sized(_clearest(rgb, [stretched(one) for one in (both, first, mirror)]), rgb)
    coarse, nearer = _nearer(rgb, whole, network) if peak > _FAINT else (whole, 0.0)
    return Looks(coarse, peak, overlap(first, mirror), nearer)


def _clearest(rgb: NDArray[np.uint8], maps: list[Floats]) -> Floats:
    """Of several maps (of any size) the one that fits the picture best; the first where all do."""
    scale = min(1.0, _CLEAR_EDGE / max(rgb.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in rgb.shape[1::-1])
    small: NDArray[Any] = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return max(maps, key=lambda found: clearness(small, _sized(found, small)))


def stretched(found: Floats) -> Floats:
    """From the least to the most that was found: what is surest is the subject."""
    least, most = float(found.min()), float(found.max())
    return (found - least) / np.float32(max(most - least, 1e-3))


def overlap(one: Floats, other: Floats) -> float:
    """Soft intersection over union (Ruzicka) of two maps, 0..1; 1 where both are empty."""
    union = float(np.maximum(one, other).sum(dtype=np.float64))
    return float(np.minimum(one, other).sum(dtype=np.float64)) / union if union > 1e-6 else 1.0


def _nearer(rgb: NDArray, whole: Floats, network: Network) -> tuple[Floats, float]:
    box = _box(whole > SUBJECT)
    if box is None:
        return whole, 0.0
    rows, columns = box
    spread = max(
        (rows.stop - rows.start) / rgb.shape[0], (columns.stop - columns.start) / rgb.shape[1]
    )
    if spread > _NEAR_ENOUGH:
        return whole, overlap(whole, whole)
    part = np.ascontiguousarray(rgb[rows, columns])
    near = _sized(stretched(network(part)), part)
    agreed = overlap(whole[rows, columns], near)
    if agreed < _SAME_STORY:
        return whole, agreed  # the whole picture knows more
    merged = np.zeros_like(whole)
    merged[rows, columns] = (1 - _NEAR_WEIGHT) * whole[rows, columns] + _NEAR_WEIGHT * near
    return _clearest(rgb, [whole, merged]), agreed


def _box(there: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not rows.size:
        return None
    room = int(_ROOM * max(np.ptp(rows), np.ptp(columns))) + 4
    return (
        slice(max(0, int(rows[0]) - room), min(there.shape[0], int(rows[-1]) + room + 1)),
        slice(max(0, int(columns[0]) - room), min(there.shape[1], int(columns[-1]) + room + 1)),
    )


def _sized(found: Floats, rgb: NDArray) -> Floats:
    size = (rgb.shape[1], rgb.shape[0])
    return np.clip(cv2.resize(found, size, interpolation=cv2.INTER_CUBIC), 0.0, 1.0)
