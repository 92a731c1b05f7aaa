"""Lights of known colour, and pictures under them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.adaptation import adapting
from processing.operators.light.illuminant import unit_light
from processing.operators.light.spaces import XYZ_TO_RGB, cielab, coded, linear, through

WHITE_MIRED = 153.75  # of 6,504 K
_MIRED = (-108.0, 246.0)  # 21,900 to 2,500 K
_BESIDE = 0.007  # standard deviation of what a light lies beside the locus, in v of CIE 1960


def light_at(kelvin: float, beside: float = 0.0) -> NDArray:
    """Linear sRGB of luminance 1: a black body to 4,000 K (B. Kim and others, US patent 7,024,034),
    daylight from 5,000 K (CIE 15:2004), and between them a mixture; ``beside`` is added to v of
    CIE 1960 (positive: greener).
    """
    share = float(np.clip((kelvin - 4000) / 1000, 0, 1))
    x, y = (1 - share) * np.array(_black_body(kelvin)) + share * np.array(_daylight(kelvin))
    divisor = -2 * x + 12 * y + 3
    u, v = 4 * x / divisor, 6 * y / divisor + beside
    x, y = 3 * u / (2 * u - 8 * v + 4), 2 * v / (2 * u - 8 * v + 4)
    return unit_light(np.maximum(XYZ_TO_RGB @ [x / y, 1, (1 - x - y) / y], 0.02))


def _black_body(kelvin: float) -> tuple[float, float]:
    t = min(kelvin, 4000.0)
    x = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    return x, -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867


def _daylight(kelvin: float) -> tuple[float, float]:
    t = max(kelvin, 4000.0)
    if t <= 7000:
        x = -4.6070e9 / t**3 + 2.9678e6 / t**2 + 0.09911e3 / t + 0.244063
    else:
        x = -2.0064e9 / t**3 + 1.9018e6 / t**2 + 0.24748e3 / t + 0.237040
    return x, -3 * x * x + 2.870 * x - 0.275


def random_light(rng: np.random.Generator) -> NDArray:
    """Even in mired, which the eye sees about evenly; a third of them near daylight."""
    low, high = _MIRED if rng.random() > 0.33 else (-60.0, 80.0)
    kelvin = 1e6 / (WHITE_MIRED + rng.uniform(low, high))
    return light_at(kelvin, rng.normal(0, _BESIDE))


def lit(pixels: NDArray, light: NDArray, ev: float = 0.0, kept_white: bool = False) -> NDArray:
    """A picture (uint8) under another light and exposure. ``kept_white``: what is burnt out stays
    white, as it is in a camera that balances after its sensor has clipped."""
    before = linear(pixels.reshape(-1, 3).astype(np.float32) / np.float32(255))
    after = np.clip(through(before, np.linalg.inv(adapting(light)) * 2.0**ev), 0, 1)
    if kept_white:
        burnt = np.clip((before.min(axis=1, keepdims=True) - 0.85) / 0.14, 0, 1)
        after = after + burnt * (before - after)
    return np.rint(coded(after) * 255).astype(np.uint8).reshape(pixels.shape)


def colourless(pixels: NDArray) -> bool:
    """Whether a picture (uint8) is black and white: its light cannot be told, nor be wrong."""
    lab = cielab(pixels.reshape(-1, 3).astype(np.float32) / np.float32(255))
    return float(np.percentile(np.hypot(lab[:, 1], lab[:, 2]), 95)) < 4
