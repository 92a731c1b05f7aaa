"""Windows of a house seen by day: upright rectangles that are darker than what is around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision.guided import Floats

_REACH = 0.09  # of the longer side: nothing wider than this is a window
_DARKER = 0.12  # of full lightness: how much darker than its surroundings a window is at least
_STEP = 0.06  # the same, on the side where it is least
_LEAST, _MOST = 2e-4, 0.02  # share of the picture
_FILLED = 0.72  # how much of its upright box a window fills
_SLENDER = 3.2  # the most that one side is longer than the other


@dataclass(frozen=True)
class Windows:
    """``mask`` float32 0 or 1 at the picture's size; ``count`` of windows."""

    mask: Floats
    count: int


def find(rgb: NDArray[np.uint8], sky: Floats) -> Windows:
    """Windows in a picture (uint8, height × width × 3), given its sky (0..1, of the same size)."""
    light = cv2.medianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), 5)[:, :, 0]
    side = max(3, round(_REACH * max(light.shape))) | 1
    around = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    darker: NDArray[Any] = ((around.astype(np.int16) - light) > _DARKER * 255).astype(np.uint8)
    darker[sky > 0.3] = 0
    darker = cv2.morphologyEx(darker, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    darker = cv2.morphologyEx(darker, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(darker, connectivity=4)
    chosen = [
        one
        for one in range(1, count)
        if _is_window(stats[one], light.size) and _has_frame(stats[one], np.asarray(light))
    ]
    mask = np.isin(labels, chosen).astype(np.float32)
    return Windows(mask, len(chosen))


def _is_window(stats: NDArray, pixels: int) -> bool:
    width, height = int(stats[cv2.CC_STAT_WIDTH]), int(stats[cv2.CC_STAT_HEIGHT])
    area = int(stats[cv2.CC_STAT_AREA])
    slender = max(width, height) / max(1, min(width, height))
    right = _LEAST <= area / pixels <= _MOST and slender <= _SLENDER
    return right and area >= _FILLED * width * height


def _has_frame(stats: NDArray, light: NDArray[Any]) -> bool:
    """Whether it is darker than what is on all four sides of it: the trough of a wave is not."""
    x, y = int(stats[cv2.CC_STAT_LEFT]), int(stats[cv2.CC_STAT_TOP])
    width, height = int(stats[cv2.CC_STAT_WIDTH]), int(stats[cv2.CC_STAT_HEIGHT])
    rows, columns = slice(y, y + height), slice(x, x + width)
    room = 3 + max(width, height) // 6
    beside = (
        light[max(0, y - room) : y, columns],
        light[y + height : y + height + room, columns],
        light[rows, max(0, x - room) : x],
        light[rows, x + width : x + width + room],
    )
    if any(one.size == 0 for one in beside):
        return False
    inside = float(np.median(light[rows, columns]))
    steps = [float(np.median(one)) - inside for one in beside]
    return min(steps) > _STEP * 255 and float(np.mean(steps)) > _DARKER * 255
