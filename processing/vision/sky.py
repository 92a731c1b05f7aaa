"""Where the sky is: by signs that skies have anywhere, then by the colours of this picture's.

A fitted model gives each pixel a chance (`sky_signs`); the colours of what is likely sky and of
what is not are learnt from it as histograms, and change each pixel's odds (naive Bayes, three times
over). What is kept hangs together with the top, or is a gap between branches near by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision import sky_signs
from processing.vision.guided import Floats
from processing.vision.looking import overlap
from processing.vision.matting import Matte, around, matte
from processing.vision.sky_weights import SURE

LEAST = 0.03  # share of the picture below which there is no sky
EDGE = 256  # pixels of the longer side at which it is looked for
_ROUNDS = 3
_BINS = (20, 30, 30)  # of L* 0..100, a* and b* −60..60
_BLUR = 1.0  # of a histogram, in bins
_RARE = 2e-6  # share of the pixels that every colour has at least
_MOST_ODDS = 4.0  # that a colour changes, as a logarithm
_TOP = 1 / 12  # of the height: sky reaches it
_LIKELY = 0.35  # mean chance by the signs alone that a part of the sky has at least


@dataclass(frozen=True)
class Sky:
    """``matte`` at the guide's size; ``share`` of the picture; ``confidence`` 0..1.

    ``horizon`` is where the sky ends in most columns, as a share of the height.
    """

    matte: Matte
    share: float
    horizon: float
    confidence: float


@dataclass(frozen=True)
class Coarse:
    """What is sky on the small copy (``likely`` 0..1), the chance by signs alone (``first``), and
    what is ``above`` the line at which the sky seems to end (0 or 1)."""

    tiny: NDArray[np.uint8]
    first: Floats
    likely: Floats
    above: Floats


def find(guide: NDArray[np.uint8]) -> Sky:
    """The sky of a picture (uint8, height × width × 3, upright), which may be none at all."""
    seen = look(guide)
    large = cv2.resize(seen.likely, guide.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    found = matte(guide, np.asarray(large, np.float32))
    share = float(found.alpha.mean())
    trusted = confidence(seen) if share >= LEAST else 0.0
    return Sky(found, share, _horizon(seen.likely), trusted)


def look(guide: NDArray[np.uint8]) -> Coarse:
    """The same on a copy of 256 pixels, without a fine edge."""
    scale = min(1.0, EDGE / max(guide.shape[:2]))
    size = tuple(max(8, round(side * scale)) for side in guide.shape[1::-1])
    tiny: NDArray[Any] = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    found = sky_signs.signs(tiny)
    first = sky_signs.chance(found)
    above = (found[:, :, sky_signs.LINE] > 0).astype(np.float32)
    return Coarse(tiny, first, _reaching(_by_colour(tiny, first), first), above)


def colours(guide: NDArray[np.uint8], found: Sky) -> Floats:
    """The old sky's colours, smooth, at the guide's size; near the sky also where there is none."""
    pixels = guide.astype(np.float32) / 255
    alpha = found.matte.alpha
    radius = max(2, max(guide.shape[:2]) // 30)
    near, there = around(pixels, alpha, radius)
    mean = (pixels * alpha[:, :, None]).sum(axis=(0, 1)) / max(float(alpha.sum()), 1.0)
    return (near * there[:, :, None] + mean * (1 - there[:, :, None])).astype(np.float32)


def _by_colour(tiny: NDArray[Any], first: Floats) -> Floats:
    """The chance of each pixel when this picture's own colours of sky and ground are known too."""
    if not (first > 0.5).any():
        return first
    lab = cv2.cvtColor(tiny.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    bins = np.array(_BINS)
    place = ((lab - (0, -60, -60)) / (100, 120, 120) * bins).astype(np.intp)
    place = np.clip(place, 0, bins - 1)
    at = (place[:, :, 0] * _BINS[1] + place[:, :, 1]) * _BINS[2] + place[:, :, 2]
    odds = np.log(np.clip(first, 1e-4, 1 - 1e-4)) - np.log(np.clip(1 - first, 1e-4, 1 - 1e-4))
    likely = first
    for _ in range(_ROUNDS):
        ratio = np.log(_density(at, likely) + _RARE) - np.log(_density(at, 1 - likely) + _RARE)
        told = odds + np.clip(ratio[at], -_MOST_ODDS, _MOST_ODDS)
        even = cv2.blur(told.astype(np.float32), (3, 3))
        likely = np.asarray(1 / (1 + np.exp(-even)), np.float32)
    return likely


def _density(at: NDArray[np.intp], weight: Floats) -> NDArray[Any]:
    """A smooth histogram of colours, by bin; its sum is 1."""
    counts = np.bincount(at.ravel(), weight.ravel(), int(np.prod(_BINS)))
    cube = counts.reshape(_BINS)
    for axis in range(3):
        cube = _smooth(cube, axis)
    return cube.ravel() / max(float(cube.sum()), 1e-9)


def _smooth(cube: NDArray[Any], axis: int) -> NDArray[Any]:
    rows = np.moveaxis(cube, axis, 0)
    flat = np.ascontiguousarray(rows.reshape(rows.shape[0], -1))
    even = cv2.GaussianBlur(flat, (1, 7), _BLUR, borderType=cv2.BORDER_REPLICATE)
    return np.moveaxis(even.reshape(rows.shape), 0, axis)


def _reaching(likely: Floats, first: Floats) -> Floats:
    """What of it hangs together with the top, and gaps beside that which look like sky."""
    _, parts = cv2.connectedComponents((likely > 0.5).astype(np.uint8))
    count = int(parts.max()) + 1
    sizes = np.bincount(parts.ravel(), minlength=count)
    chances = np.bincount(parts.ravel(), first.ravel(), count) / np.maximum(sizes, 1)
    high = max(2, round(len(likely) * _TOP))
    at_top = np.bincount(parts[:high].ravel(), minlength=count) > 3
    kept = at_top & (chances > _LIKELY)
    kept[0] = False
    main = kept[parts]
    if not main.any():
        return np.zeros_like(likely)
    bottom = int(np.flatnonzero(main.any(axis=1)).max())
    near = cv2.dilate(main.astype(np.uint8), np.ones((25, 25), np.uint8))
    gaps = (np.bincount(parts.ravel(), near.ravel(), count) > 0) & (chances > 0.7)
    gaps[0] = False
    kept_too = gaps[parts] & (np.arange(len(likely))[:, None] <= bottom)
    there = cv2.dilate((main | kept_too).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where(there > 0, likely, 0).astype(np.float32)


def _horizon(likely: Floats) -> float:
    """Where the lowest sky of most columns is that have any, as a share of the height."""
    there = likely > 0.5
    columns = there.any(axis=0)
    if not columns.any():
        return 0.0
    lowest = len(there) - there[::-1].argmax(axis=0)
    return float(np.median(lowest[columns])) / len(there)


def confidence(seen: Coarse) -> float:
    """The chance that nine tenths of it is right (fitted; tests/bench/fit_sky.py)."""
    if not (seen.likely > 0.5).any():
        return 0.0
    odds = float(np.array(SURE) @ marks(seen))
    return round(float(1 / (1 + np.exp(-odds))), 4)


def marks(seen: Coarse) -> NDArray[Any]:
    """What the confidence goes by: how likely by signs alone, how decided, how far colours changed
    that, how much of the upper edge, and how clear an edge there is around it."""
    inside = seen.likely > 0.5
    light = cv2.cvtColor(seen.tiny, cv2.COLOR_RGB2LAB).astype(np.float32)
    ring = np.ones((5, 5), np.uint8)
    mask = inside.astype(np.uint8)
    outer, inner = cv2.dilate(mask, ring) - mask, mask - cv2.erode(mask, ring)
    step = 0.0
    if outer.any() and inner.any():
        step = float(np.abs(light[outer > 0].mean(axis=0) - light[inner > 0].mean(axis=0)).sum())
    return np.array(
        [
            1.0,
            float(seen.first[inside].mean()),
            float(np.abs(2 * seen.likely - 1).mean()),
            overlap((seen.first > 0.5).astype(np.float32), inside.astype(np.float32)),
            overlap(seen.above, inside.astype(np.float32)),
            float(np.log1p(cv2.Laplacian(light[:, :, 0], cv2.CV_32F).__abs__()[inside].mean())),
            float(inside[max(1, len(inside) // 40)].mean()),
            min(1.0, step / 60),
        ]
    )
