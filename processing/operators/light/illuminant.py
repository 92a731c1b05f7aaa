"""Estimates of the light's colour from a picture alone, in linear sRGB, of luminance 1.

Grey-world: G. Buchsbaum, "A spatial processor model for object colour perception", 1980.
White patch: E. Land, "The retinex theory of color vision", 1977; a high percentile instead of the
maximum. Shades of grey: G. Finlayson and E. Trezzi, "Shades of gray and colour constancy", 2004,
whose norm of 6 is taken. Burnt-out and black pixels say nothing of the light and are left out.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.spaces import LUMA
from processing.operators.picture import Floats

Light = NDArray[np.float64]
Method = Literal["grey-world", "white-patch", "shades-of-grey"]

_BURNT, _BLACK = 0.98, 0.002  # of a pixel's brightest channel, linear
_FEWEST = 64  # pixels
_NORM = 6
_PATCH = 98.0  # per cent


def estimated(light: Floats, method: Method) -> Light:
    """The light's colour as (red, green, blue), from linear pixels (n, 3)."""
    pixels = _telling(light).astype(np.float64)
    if method == "grey-world":
        found = pixels.mean(axis=0)
    elif method == "white-patch":
        found = np.percentile(pixels, _PATCH, axis=0)
    else:
        found = (pixels**_NORM).mean(axis=0) ** (1 / _NORM)
    return unit_light(found)


def unit_light(colour: NDArray) -> Light:
    """A colour of light with luminance 1; no channel is quite dark."""
    safe = np.maximum(np.asarray(colour, np.float64), 1e-6)
    return safe / float(safe @ LUMA)


def degrees_between(first: Light, second: Light) -> float:
    """The angle between two lights, the usual measure of error in colour constancy; degrees."""
    cosine = first @ second / (np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _telling(light: Floats) -> Floats:
    most = light.max(axis=1)
    telling = light[(most < _BURNT) & (most > _BLACK)]
    return telling if len(telling) >= _FEWEST else np.maximum(light, _BLACK)
