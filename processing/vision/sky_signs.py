"""How much each pixel of a small picture looks like sky, by signs that skies have anywhere.

Ten signs and their products, weighed by a logistic model that `python -m tests.bench.fit_sky` fits
on photographs whose sky was drawn by hand: colour (CIE Lab), how rough it is nearby and farther
around, how hard it is to get there from the top without crossing an edge, height, lightness against
the rest of the picture and against its lower part, and where it lies to the line of `sky_line`.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from processing.vision import sky_line
from processing.vision.guided import Floats
from processing.vision.sky_weights import BIAS, WEIGHTS

COUNT = 10
LINE = 9  # the sign that says what is above the line
_NEAR, _FAR = (5, 5), (21, 21)  # pixels, over which roughness is averaged
_STEP = 0.6  # of a difference in Lab from pixel to pixel: less is no edge
_FREE = 0.004  # what a pixel costs without one
_FRAME = 0.015  # of the height: rows at the top that a frame or a border may be in
_SOFT = 0.02  # of the height: how soft the line is
_LOW = 0.7  # of the height: below is the lower part


def chance(found: Floats) -> Floats:
    """The chance of each pixel to be sky, 0..1 (height × width), by its signs."""
    odds = products(found) @ np.array(WEIGHTS, np.float32) + np.float32(BIAS)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def signs(tiny: NDArray[np.uint8]) -> Floats:
    """Ten signs of each pixel: height × width × 10."""
    lab = cv2.cvtColor(tiny.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.7), np.float32)
    light = lab[:, :, 0]
    steep = _steepness(lab)
    rank = np.searchsorted(np.sort(light.ravel()), light) / light.size
    down = np.broadcast_to(((np.arange(len(lab)) + 0.5) / len(lab))[:, None], light.shape)
    low = float(np.median(light[round(_LOW * len(lab)) :]))
    found = (
        light / 50 - 1,
        lab[:, :, 1] / 20,
        lab[:, :, 2] / 20,
        np.log1p(cv2.blur(steep, _NEAR)),
        np.log1p(cv2.blur(steep, _FAR)),
        _way_from_the_top(steep),
        down,
        rank,
        (light - low) / 50,
        _above_the_line(tiny),
    )
    return np.stack([one.astype(np.float32) for one in found], axis=-1)


def products(found: Floats) -> Floats:
    """Signs (…, 10), and after them the product of each with itself and each other: (…, 65)."""
    one, other = np.triu_indices(found.shape[-1])
    return np.concatenate([found, found[..., one] * found[..., other]], axis=-1)


def _above_the_line(tiny: NDArray[np.uint8]) -> Floats:
    """1 well above the line at which the sky seems to end, −1 well below it."""
    ends = sky_line.line(tiny)
    away = (ends[None, :] - np.arange(len(tiny))[:, None] - 0.5) / (_SOFT * len(tiny))
    return np.clip(away, -1, 1).astype(np.float32)


def _steepness(lab: Floats) -> Floats:
    """The difference in Lab from pixel to pixel."""
    squares: Any = 0.0
    for channel in cv2.split(lab):
        across = cv2.Sobel(channel, cv2.CV_32F, 1, 0) / 8
        down = cv2.Sobel(channel, cv2.CV_32F, 0, 1) / 8
        squares = squares + across**2 + down**2
    return np.asarray(np.sqrt(squares), np.float32)


def _way_from_the_top(steep: Floats) -> Floats:
    """The logarithm of what the cheapest way from the top costs, where edges cost."""
    cost = np.maximum(steep - _STEP, 0) + _FREE
    top = max(1, round(_FRAME * len(steep)))
    starts = [(top, column) for column in range(0, steep.shape[1], 2)]
    return np.asarray(np.log1p(MCP_Geometric(cost).find_costs(starts)[0] / 4), np.float32)
