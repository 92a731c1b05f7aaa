"""How clear a mask is, seen from the picture alone: whether its edge is one of the picture's."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision.matting import decided

Floats = NDArray[Any]  # of float32; what OpenCV returns says less

_STEEP = 0.12  # change of a colour (0..1) across an edge that is plain to see


def clearness(guide: NDArray[np.uint8], found: Floats) -> float:
    """0..1: the mask's edge is an edge of the picture, it hangs together, and little is doubtful.

    ``found`` 0..1 has the picture's size. 0 for a mask that has no edge.
    """
    alpha = decided(found)
    return edge_quality(guide, alpha) * largest_part(alpha) * (1 - doubt(found))


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


def doubt(found: Floats) -> float:
    """Half-known pixels as a share of the subject's: 0 where all are decided."""
    total = float(found.sum(dtype=np.float64))
    return min(1.0, 4 * float((found * (1 - found)).sum(dtype=np.float64)) / max(total, 1.0))


def largest_part(alpha: Floats) -> float:
    """The share of the subject that hangs together."""
    inside = (alpha > 0.5).astype(np.uint8)
    areas = cv2.connectedComponentsWithStats(inside, connectivity=8)[2][1:, cv2.CC_STAT_AREA]
    return float(areas.max() / areas.sum()) if areas.size else 0.0


def _slope(rgb: NDArray[np.uint8]) -> Floats:
    """The largest change of a colour (0..1) across three pixels: a step of size s gives s."""
    across = cv2.Sobel(rgb, cv2.CV_32F, 1, 0, scale=0.25 / 255)
    down = cv2.Sobel(rgb, cv2.CV_32F, 0, 1, scale=0.25 / 255)
    return np.hypot(across, down).max(axis=2)


def _outline(alpha: Floats) -> NDArray[np.bool_]:
    inside = (alpha > 0.5).astype(np.uint8)
    return cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(bool)
