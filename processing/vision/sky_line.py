"""Where the sky ends, column by column.

Shen and Wang, "Sky Region Detection in a Single Image for Autonomous Ground Robot Navigation",
International Journal of Advanced Robotic Systems 10, 2013: for each of many thresholds of
steepness, the sky of a column ends where the picture first gets steeper, and the threshold wins at
which sky and ground are each most of one colour.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_THRESHOLDS = np.linspace(8, 220, 36)
_FRAME = 0.02  # of the height: rows at the top that a frame or a border may be in
_SKY_WEIGHT = 2.0  # the paper's γ: how much more the sky must be of one colour than the ground


def line(tiny: NDArray[Any]) -> NDArray[np.intp]:
    """For each column of a small picture (uint8, RGB) the first row that is no sky."""
    grey = cv2.GaussianBlur(cv2.cvtColor(tiny, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    steep[: max(1, round(_FRAME * len(steep)))] = 0
    best, chosen = -1.0, np.zeros(tiny.shape[1], np.intp)
    for threshold in _THRESHOLDS:
        ends = steep > threshold
        found = np.where(ends.any(axis=0), ends.argmax(axis=0), tiny.shape[0])
        fit = _evenness(tiny, found)
        if fit > best:
            best, chosen = fit, found
    return chosen


def _evenness(tiny: NDArray[Any], ends: NDArray[Any]) -> float:
    """How much sky and ground are each of one colour (the paper's energy)."""
    above = np.arange(tiny.shape[0])[:, None] < ends[None, :]
    sides = tiny[above], tiny[~above]
    if min(len(one) for one in sides) < 0.01 * above.size:
        return 0.0
    sky, ground = (np.cov(one.T.astype(np.float64)) + np.eye(3) for one in sides)
    spread = _SKY_WEIGHT * np.linalg.det(sky) + np.linalg.det(ground)
    widest = _SKY_WEIGHT * np.linalg.eigvalsh(sky)[-1] + np.linalg.eigvalsh(ground)[-1]
    return float(1.0 / (spread + widest))
