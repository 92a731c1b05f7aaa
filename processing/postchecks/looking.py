"""What several checks look at: the picture in small, its light, its plain background."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.postchecks.base import Pixels

EDGE = 1024
_LEAST_RIM, _LEAST_GROUND = 0.8, 0.04


def small(pixels: Pixels, longest: int = EDGE) -> Pixels:
    """No larger than ``longest``, by means of areas; itself where it is no larger."""
    scale = longest / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def shown(pixels: Pixels, ground: int = 255) -> Pixels:
    """Three bands: what is transparent is laid on a grey."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[:, :, 3:].astype(np.float32) / 255.0
    return np.rint(pixels[:, :, :3] * alpha + ground * (1 - alpha)).astype(np.uint8)


def light(pixels: Pixels) -> NDArray[np.float32]:
    """Luma (ITU-R BT.601) of 0..255, height × width."""
    return np.asarray(cv2.cvtColor(shown(pixels), cv2.COLOR_RGB2GRAY), np.float32)


def subject(pixels: Pixels, tolerance: int = 6) -> NDArray[np.bool_] | None:
    """Which pixels stand out from a plain background: by alpha, else by the colour of the border.

    None where the picture has no such background: where less than 80 % of its border are within
    ``tolerance`` of the border's median colour, or where it is a frame and no ground.
    """
    if pixels.shape[2] == 4 and pixels[:, :, 3].min() < 128:
        return np.asarray(pixels[:, :, 3] >= 128)
    rgb = pixels[:, :, :3].astype(np.int16)
    rim = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colour = np.median(rim, axis=0)
    plain = (np.abs(rgb - colour) <= tolerance).all(axis=2)
    on_rim = np.concatenate([plain[0], plain[-1], plain[:, 0], plain[:, -1]])
    if on_rim.mean() < _LEAST_RIM:
        return None
    ground = _touching_the_border(plain)
    return ~ground if ground.mean() >= _LEAST_GROUND else None


def _touching_the_border(plain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of plain areas those that reach the border: one inside belongs to the subject."""
    _, labels = cv2.connectedComponents(plain.astype(np.uint8), connectivity=4)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    outside = np.zeros(labels.max() + 1, bool)
    outside[np.unique(rim)] = True
    outside[0] = False
    return np.asarray(outside[labels])
