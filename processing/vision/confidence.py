"""How far a mask is to be trusted: signs that can be seen without the truth, put into one number.

The weights are fitted on pictures whose true masks are known (tests/bench/fit_masks.py;
docs/decisions/0022-masks-and-networks.md has the figures).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processing.vision.clearness import doubt, edge_quality, largest_part
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


def signs(guide: NDArray[np.uint8], looks: Looks, found: Matte) -> dict[str, float]:
    """What is seen of a mask, each about 0..1: agreement of looks, doubt, edge, size, place."""
    alpha = found.alpha
    area = float(alpha.mean())
    return {
        "mirrored": looks.mirrored,
        "nearer": looks.nearer,
        "decided": 1 - doubt(looks.coarse),
        "clean": 1 - doubt(alpha),
        "kept": overlap(looks.coarse, alpha),
        "contrast": found.contrast,
        "edge": edge_quality(guide, alpha),
        "size": min(1.0, math.sqrt(area) * 2),
        "filling": max(0.0, math.sqrt(area) - 0.6),
        "cut": _at_border(alpha),
        "whole": largest_part(alpha),
    }


def confidence(seen: Mapping[str, float]) -> float:
    """The chance, 0..1, that the mask is good enough to be used unseen; 0 for an empty one."""
    if not seen["whole"]:
        return 0.0
    total = BIAS + sum(weight * seen[name] for name, weight in WEIGHTS.items())
    return round(1 / (1 + math.exp(-total)), 4)


def _at_border(alpha: Floats) -> float:
    """How much of the picture's border the subject takes."""
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return float(border.mean())
