"""Where the sky is: a line found column by column, then told apart by colour.

The line follows Shen and Wang, "Sky Region Detection in a Single Image for Autonomous Ground Robot
Navigation", International Journal of Advanced Robotic Systems 10, 2013: for each of many thresholds
of steepness, the sky of a column ends where the picture first gets steeper, and the threshold wins
at which sky and ground are each most of one colour. Then pixels above and below change sides where
their colours say so, which brings back what is seen between branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision.guided import Floats
from processing.vision.looking import overlap
from processing.vision.matting import Matte, around, matte

LEAST = 0.03  # share of the picture below which there is no sky
_EDGE = 320  # pixels of the longer side at which the line is looked for
_THRESHOLDS = np.linspace(8, 220, 36)
_FRAME = 0.02  # of the height: rows at the top that a frame or a border may be in
_SKY_WEIGHT = 2.0  # the paper's γ: how much more the sky must be of one colour than the ground
_BAND = 0.015  # of the height: rows at the line that colours are not learnt from


@dataclass(frozen=True)
class Sky:
    """``matte`` at the guide's size; ``share`` of the picture; ``confidence`` 0..1.

    ``horizon`` is where the sky ends in most columns, as a share of the height.
    """

    matte: Matte
    share: float
    horizon: float
    confidence: float


def find(guide: NDArray[np.uint8]) -> Sky:
    """The sky of a picture (uint8, height × width × 3, upright), which may be none at all."""
    scale = min(1.0, _EDGE / max(guide.shape[:2]))
    size = tuple(max(8, round(side * scale)) for side in guide.shape[1::-1])
    tiny: NDArray[Any] = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    line = _line(tiny)
    coarse, apart = _by_colour(tiny, line)
    above = (np.arange(size[1])[:, None] < line[None, :]).astype(np.float32)
    large = cv2.resize(coarse, guide.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    found = matte(guide, large)
    share = float(found.alpha.mean())
    trusted = _confidence(tiny, coarse, overlap(coarse, above), apart)
    return Sky(found, share, float(np.median(line)) / size[1], trusted if share >= LEAST else 0.0)


def colours(guide: NDArray[np.uint8], found: Sky) -> Floats:
    """The old sky's colours, smooth, at the guide's size; near the sky also where there is none."""
    pixels = guide.astype(np.float32) / 255
    alpha = found.matte.alpha
    radius = max(2, max(guide.shape[:2]) // 30)
    near, there = around(pixels, alpha, radius)
    mean = (pixels * alpha[:, :, None]).sum(axis=(0, 1)) / max(float(alpha.sum()), 1.0)
    return (near * there[:, :, None] + mean * (1 - there[:, :, None])).astype(np.float32)


def _line(tiny: NDArray[Any]) -> NDArray[np.intp]:
    """For each column the first row that is no sky."""
    grey = cv2.GaussianBlur(cv2.cvtColor(tiny, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    steep[: max(1, round(_FRAME * len(steep)))] = 0
    best, chosen = -1.0, np.zeros(tiny.shape[1], np.intp)
    for threshold in _THRESHOLDS:
        ends = steep > threshold
        line = np.where(ends.any(axis=0), ends.argmax(axis=0), tiny.shape[0])
        fit = _evenness(tiny, line)
        if fit > best:
            best, chosen = fit, line
    return chosen


def _evenness(tiny: NDArray, line: NDArray) -> float:
    """How much sky and ground are each of one colour (the paper's energy)."""
    above = np.arange(tiny.shape[0])[:, None] < line[None, :]
    sides = tiny[above], tiny[~above]
    if min(len(one) for one in sides) < 0.01 * above.size:
        return 0.0
    sky, ground = (np.cov(one.T.astype(np.float64)) + np.eye(3) for one in sides)
    spread = _SKY_WEIGHT * np.linalg.det(sky) + np.linalg.det(ground)
    widest = _SKY_WEIGHT * np.linalg.eigvalsh(sky)[-1] + np.linalg.eigvalsh(ground)[-1]
    return 1.0 / (spread + widest)


def _by_colour(tiny: NDArray[Any], line: NDArray) -> tuple[Floats, float]:
    """The chance of each pixel to be sky, and how far apart the colours of both sides are, 0..1."""
    rows = np.arange(tiny.shape[0])[:, None]
    room = max(1, round(_BAND * tiny.shape[0]))
    above, below = rows < line[None, :] - room, rows >= line[None, :] + room
    if above.mean() < LEAST / 2:
        return np.zeros(tiny.shape[:2], np.float32), 0.0
    if below.mean() < LEAST / 2:
        return np.ones(tiny.shape[:2], np.float32), 0.5
    lab = cv2.cvtColor(tiny, cv2.COLOR_RGB2LAB).astype(np.float32)
    near = lab[above & (rows > np.maximum(line - 60, 0)[None, :])]
    sky, ground = _distance(lab, near), _distance(lab, lab[below])
    odds = np.clip(ground - sky, -12, 12) + np.where(rows < line[None, :], 3.0, -3.0)
    # Sky hangs together and reaches the top: a blue car does not become sky.
    chance = 1 / (1 + np.exp(-odds))
    _, parts = cv2.connectedComponents((chance > 0.5).astype(np.uint8))
    tops = np.setdiff1d(np.unique(parts[: max(1, len(parts) // 50)]), [0])
    holes = (rows < line.max() + room) & (sky < 4)
    kept = np.isin(parts, tops) | (holes & (chance > 0.5))
    apart = float((ground[above] > sky[above]).mean())
    return np.where(kept, chance, 0).astype(np.float32), apart


def _distance(lab: Floats, seen: NDArray) -> Floats:
    """The distance of Mahalanobis, squared and halved, with the Gaussian's own width in it."""
    mean, spread = seen.mean(axis=0), np.cov(seen.T) + 6 * np.eye(3)
    away = lab - mean
    squared = np.einsum("ijk,kl,ijl->ij", away, np.linalg.inv(spread), away)
    return (0.5 * squared + 0.5 * np.log(np.linalg.det(spread))).astype(np.float32)


def _confidence(tiny: NDArray, coarse: Floats, agreed: float, apart: float) -> float:
    """Bright, smooth, touching the top, decided, and the same by line and by colour."""
    inside = coarse > 0.5
    if not inside.any():
        return 0.0
    light = cv2.cvtColor(tiny, cv2.COLOR_RGB2LAB)[:, :, 0].astype(np.float32) / 255
    rough = float(np.abs(cv2.Laplacian(light, cv2.CV_32F))[inside].mean())
    brighter = float(light[inside].mean() - (light[~inside].mean() if (~inside).any() else 0.5))
    signs = (
        float(inside[0].mean()),
        float(np.exp(-rough / 0.03)),
        float(np.clip(0.5 + 2 * brighter, 0, 1)),
        agreed,
        apart,
    )
    return round(float(np.prod(np.maximum(signs, 0.01)) ** (1 / len(signs))), 4)
