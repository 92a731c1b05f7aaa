"""How far a mask is to be trusted: signs that can be seen without the truth, put into one number.

The weights are fitted on pictures whose true masks are known (tests/bench/fit_masks.py;
docs/decisions/0022-masks-and-networks.md has the figures).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision.looking import Looks, overlap
from processing.vision.matting import Matte

Floats = NDArray[Any]  # of float32; what OpenCV returns says less

# Sign → weight; a logistic model of "the intersection over union is at least 0.9".
WEIGHTS: dict[str, float] = {
    "mirrored": 3.217,
    "nearer": 0.507,
    "decided": 1.407,
    "clean": 1.774,
    "kept": 6.293,
    "contrast": 1.312,
    "edge": 1.59,
    "size": -0.793,
    "filling": -1.463,
    "cut": -0.703,
    "whole": 1.962,
}
BIAS = -14.737

_STEEP = 0.12  # change of a colour (0..1) across an edge that is plain to see


def signs(guide: NDArray[np.uint8], looks: Looks, found: Matte) -> dict[str, float]:
    """What is seen of a mask, each about 0..1: agreement of looks, doubt, edge, size, place."""
    alpha = found.alpha
    area = float(alpha.mean())
    return {
        "mirrored": looks.mirrored,
        "nearer": looks.nearer,
        "decided": 1 - _doubt(looks.coarse),
        "clean": 1 - _doubt(alpha),
        "kept": overlap(looks.coarse, alpha),
        "contrast": found.contrast,
        "edge": edge_quality(guide, alpha),
        "size": min(1.0, math.sqrt(area) * 2),
        "filling": max(0.0, math.sqrt(area) - 0.6),
        "cut": _at_border(alpha),
        "whole": _largest_part(alpha),
    }


def confidence(seen: Mapping[str, float]) -> float:
    """The chance, 0..1, that the mask is good enough to be used unseen; 0 for an empty one."""
    if not seen["whole"]:
        return 0.0
    total = BIAS + sum(weight * seen[name] for name, weight in WEIGHTS.items())
    return round(1 / (1 + math.exp(-total)), 4)


def edge_quality(guide: NDArray[np.uint8], alpha: Floats) -> float:
    """How clear the mask's edge is, 0..1: whether it lies on an edge of the picture, and is sharp.

    The mean along the outline of the picture's own steepness there (up to a step of 0.12 in one
    of its colours), times how much of the outline is narrow. 0 where there is no outline.
    """
    outline = _outline(alpha)
    count = int(outline.sum())
    if not count:
        return 0.0
    steep = np.minimum(cv2.dilate(_slope(guide), np.ones((3, 3), np.uint8)) / _STEEP, 1)
    unsure = int(((alpha > 0.05) & (alpha < 0.95)).sum())
    narrow = min(1.0, 6 * count / max(unsure, 1))
    return float(steep[outline].mean()) * narrow


def _slope(rgb: NDArray[np.uint8]) -> Floats:
    """The largest change of a colour (0..1) across three pixels: a step of size s gives s."""
    across = cv2.Sobel(rgb, cv2.CV_32F, 1, 0, scale=0.25 / 255)
    down = cv2.Sobel(rgb, cv2.CV_32F, 0, 1, scale=0.25 / 255)
    return np.hypot(across, down).max(axis=2)


def _outline(alpha: Floats) -> NDArray[np.bool_]:
    inside = (alpha > 0.5).astype(np.uint8)
    return cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(bool)


def _doubt(found: Floats) -> float:
    """Half-known pixels as a share of the subject's: 0 where all are decided."""
    total = float(found.sum(dtype=np.float64))
    return min(1.0, 4 * float((found * (1 - found)).sum(dtype=np.float64)) / max(total, 1.0))


def _at_border(alpha: Floats) -> float:
    """How much of the picture's border the subject takes."""
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return float(border.mean())


def _largest_part(alpha: Floats) -> float:
    """The share of the subject that hangs together."""
    inside = (alpha > 0.5).astype(np.uint8)
    areas = cv2.connectedComponentsWithStats(inside, connectivity=8)[2][1:, cv2.CC_STAT_AREA]
    return float(areas.max() / areas.sum()) if areas.size else 0.0
