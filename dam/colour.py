"""sRGB, linear light and OKLab: conversions on whole arrays, and one distance.

Array arguments have the colour in their last axis (length 3); everything before it is free.
sRGB transfer function: IEC 61966-2-1:1999. OKLab and its matrices: Björn Ottosson, "A perceptual
color space for image processing", 2020 (with the revision of 2021-01-25).
OKLab: L in 0..1, a and b roughly in -0.4..0.4. No Django here: every room may import this.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float32]

_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)


def _decode_srgb(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


_LINEAR_OF_BYTE = _decode_srgb(np.arange(256) / 255.0).astype(np.float32)


def srgb_to_linear(rgb: ArrayLike) -> FloatArray:
    """sRGB as uint8 (0..255) or float (0..1) to linear light 0..1, same shape."""
    values = np.asarray(rgb)
    if values.dtype == np.uint8:
        return _LINEAR_OF_BYTE[values]
    return _decode_srgb(values.astype(np.float64)).astype(np.float32)


def linear_to_srgb(linear: ArrayLike) -> FloatArray:
    """Linear light to sRGB floats 0..1; what lies outside the gamut is clipped."""
    values = np.clip(np.asarray(linear, dtype=np.float64), 0.0, 1.0)
    encoded = np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)
    return encoded.astype(np.float32)


def linear_to_oklab(linear: ArrayLike) -> FloatArray:
    """Linear sRGB (…, 3) to OKLab (…, 3)."""
    values = np.asarray(linear, dtype=np.float32)
    lms = np.cbrt(values @ _RGB_TO_LMS.T.astype(np.float32))
    return lms @ _LMS_TO_LAB.T.astype(np.float32)


def oklab_to_linear(lab: ArrayLike) -> FloatArray:
    """OKLab (…, 3) to linear sRGB (…, 3), not clipped."""
    lms = (np.asarray(lab, dtype=np.float64) @ _LAB_TO_LMS.T) ** 3
    return (lms @ _LMS_TO_RGB.T).astype(np.float32)


def srgb_to_oklab(rgb: ArrayLike) -> FloatArray:
    """sRGB (…, 3), uint8 or float 0..1, to OKLab (…, 3)."""
    return linear_to_oklab(srgb_to_linear(rgb))


def oklab_to_srgb(lab: ArrayLike) -> NDArray[np.uint8]:
    """OKLab (…, 3) to sRGB uint8, clipped to the gamut."""
    return np.rint(linear_to_srgb(oklab_to_linear(lab)) * 255.0).astype(np.uint8)


def delta_ok(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Euclidean distance in OKLab; arguments broadcast.

    About 0.02 is just noticeable side by side, 0.1 is plainly another colour; black to white is 1.
    """
    difference = np.asarray(first, dtype=np.float32) - np.asarray(second, dtype=np.float32)
    return np.sqrt(np.sum(difference * difference, axis=-1, dtype=np.float32))


def parse_hex(text: str) -> tuple[int, int, int]:
    """``"#d33"``, ``"dd3333"`` and the like to (red, green, blue) 0..255.

    Raises ValueError with a sentence for the person who typed it.
    """
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text[:40]}” is not a colour: write it like #d33 or #dd3333.")
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def hex_to_oklab(text: str) -> tuple[float, float, float]:
    """``"#d33"`` to OKLab (L, a, b). Raises ValueError as ``parse_hex`` does."""
    lightness, a, b = srgb_to_oklab(np.array(parse_hex(text), dtype=np.uint8)).tolist()
    return lightness, a, b


def to_hex(rgb: ArrayLike) -> str:
    """(red, green, blue) 0..255 to ``"#rrggbb"``. Raises ValueError outside that range."""
    red, green, blue = (int(value) for value in np.asarray(rgb).reshape(3))
    if not all(0 <= value <= 255 for value in (red, green, blue)):
        raise ValueError(f"A colour's parts lie between 0 and 255, not ({red}, {green}, {blue}).")
    return f"#{red:02x}{green:02x}{blue:02x}"
