"""How wrong a mask is, and the signs that it gives of it: for the benchmark and for fitting."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision import confidence, looking, matting
from processing.vision.saliency import Saliency
from tests.bench.composites import Composite

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Judged:
    """One picture: intersection over union of the network's coarse map and of the matte (soft),
    the mean error of alpha within 8 pixels of the true edge, and the signs.
    """

    kind: str
    background: str
    coarse: float
    iou: float
    edge: float
    coarse_edge: float
    signs: dict[str, float]


def judge(one: Composite, network: Saliency) -> Judged:
    plain = looking.stretched(network(one.rgb))
    plain = np.clip(cv2.resize(plain, one.alpha.shape, interpolation=cv2.INTER_CUBIC), 0, 1)
    looks = looking.look(one.rgb, network)
    found = matting.matte(one.rgb, looks.coarse)
    return Judged(
        one.kind,
        one.background,
        looking.overlap(plain, one.alpha),
        looking.overlap(found.alpha, one.alpha),
        edge_error(found.alpha, one.alpha),
        edge_error(plain, one.alpha),
        confidence.signs(one.rgb, looks, found),
    )


def edge_error(alpha: Floats, truth: Floats) -> float:
    """The mean absolute difference within 8 pixels of where the truth is half."""
    inside = (truth > 0.5).astype(np.uint8)
    band = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((17, 17), np.uint8)).astype(bool)
    return float(np.abs(alpha - truth)[band].mean()) if band.any() else 0.0
