"""Tone mapping: light of any range, linear, to the range of a screen.

Reinhard, Stark, Shirley and Ferwerda, "Photographic tone reproduction for digital images", 2002:
exposure from the logarithmic average of the luminance (equation 1, 2), then the global curve with
a white point (equation 4), applied to luminance, so that hues stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TONEMAP_VERSION = 1

KEY = 0.18  # a middle grey of the scene becomes a middle grey of the screen
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)  # ITU-R BT.709
_DARKEST = 1e-4
_WHITE_SHARE = 99.8  # per cent of the pixels that are at most white
_SHOWN_AS_IS = 1.02

Light = NDArray[np.float32]


def tone_map(light: Light) -> Light:
    """Linear light (height, width, 3) with the primaries of sRGB, any range, to 0..1, linear.

    What is within 0..1 already (to a hundredth of its brightest pixels) was made for a screen and
    stays as it is, apart from clipping. Raises ValueError for another shape.
    """
    if light.ndim != 3 or light.shape[2] != 3:
        raise ValueError(f"Expected light (height, width, 3), not {light.shape}.")
    light = np.maximum(light, 0.0)
    luminance = light @ _LUMA
    brightest = float(np.percentile(luminance, _WHITE_SHARE)) if luminance.size else 0.0
    if brightest <= _SHOWN_AS_IS:
        return np.clip(light, 0.0, 1.0)
    average = float(np.exp(np.mean(np.log(luminance + _DARKEST), dtype=np.float64)))
    scale = KEY / average
    white = max(brightest * scale, 1.0)
    exposed = luminance * scale
    shown = exposed * (1.0 + exposed / white**2) / (1.0 + exposed)
    ratio = np.divide(shown, luminance, out=np.zeros_like(luminance), where=luminance > 0)
    return within(light * ratio[..., None])


def within(light: Light) -> Light:
    """Colours with a channel beyond 1 are mixed with white of their luminance until they fit."""
    most = light.max(axis=2, keepdims=True)
    grey = np.minimum(light @ _LUMA, 1.0)[..., None]
    over = most > 1.0
    share = np.where(over, (1.0 - grey) / np.maximum(most - grey, 1e-6), 1.0)
    return np.clip(grey + (light - grey) * np.clip(share, 0.0, 1.0), 0.0, 1.0).astype(np.float32)
