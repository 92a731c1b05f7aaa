"""Colour spaces for whole pictures: quick float32 forms of what `dam.colour` says exactly.

Colours are rows of three, float32. sRGB's transfer function is that of IEC 61966-2-1, OKLab that of
Björn Ottosson ("A perceptual color space for image processing", 2020). CIE Lab is relative to D65.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dam.colour import srgb_to_linear
from processing.operators.picture import Floats

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709, of linear light
# Linear sRGB to XYZ relative to D65 (IEC 61966-2-1).
RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
XYZ_TO_RGB = np.linalg.inv(RGB_TO_XYZ)
D65_XYZ = RGB_TO_XYZ.sum(axis=1)

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LINEAR = srgb_to_linear(np.arange(65536) / 65535.0)
_HALVINGS = 12  # of the range of chroma: to 1/4096


def linear(coded: Floats) -> Floats:
    """sRGB 0..1, of samples of 8 or 16 bits, to linear light 0..1: exact, by a table."""
    return _LINEAR[np.rint(coded * np.float32(65535)).astype(np.uint16)]


def coded(light: Floats) -> Floats:
    """Linear light to sRGB 0..1; what lies outside is clipped."""
    light = np.clip(light, 0.0, 1.0).astype(np.float32)
    high = 1.055 * _power(light, 1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, light * 12.92, high).astype(np.float32)


def luminance(light: Floats) -> Floats:
    """Relative luminance 0..1 of linear light (…, 3)."""
    return light @ LUMA


def through(colours: Floats, matrix: NDArray) -> Floats:
    """Rows of three through a 3 × 3 matrix."""
    return colours @ np.ascontiguousarray(matrix.T, np.float32)


def oklab(colours: Floats) -> Floats:
    """sRGB 0..1 (n, 3), of samples of 8 or 16 bits, to OKLab."""
    return oklab_of_light(linear(colours))


def oklab_of_light(light: Floats) -> Floats:
    """Linear sRGB (n, 3), within 0..1, to OKLab."""
    return through(_power(through(np.maximum(light, 0), _LMS), 1 / 3), _LAB)


def light_of_oklab(lab: Floats) -> Floats:
    """OKLab (n, 3) to linear sRGB, not clipped."""
    lms = through(lab, np.linalg.inv(_LAB))
    return through(lms * lms * lms, np.linalg.inv(_LMS))


def srgb_of_oklab(lab: Floats) -> Floats:
    """OKLab (n, 3) to sRGB 0..1.

    What the screen cannot show keeps its lightness and hue and loses chroma until it fits: plain
    clipping of channels would turn a sky's blue to violet.
    """
    light = light_of_oklab(lab)
    beyond = np.flatnonzero(((light < -1e-4) | (light > 1.0001)).any(axis=1))
    if beyond.size:
        light[beyond] = light_of_oklab(_less_chroma(lab[beyond]))
    return coded(light)


def _less_chroma(lab: Floats) -> Floats:
    """The most of each colour's chroma that linear sRGB holds, by halving the range."""
    lab = lab.copy()
    lab[:, 0] = np.clip(lab[:, 0], 0.0, 1.0)
    low = np.zeros(len(lab), np.float32)
    step = np.float32(1.0)
    for _ in range(_HALVINGS):
        step = step / 2
        tried = lab.copy()
        tried[:, 1:] *= (low + step)[:, None]
        light = light_of_oklab(tried)
        fits = ((light >= -1e-4) & (light <= 1.0001)).all(axis=1)
        low[fits] += step
    lab[:, 1:] *= low[:, None]
    return lab


def cielab(colours: Floats) -> Floats:
    """sRGB 0..1 (n, 3) to CIE L*a*b* relative to D65 (CIE 15:2004), for differences."""
    ratio = through(linear(colours), RGB_TO_XYZ / D65_XYZ[:, None])
    edge = (6 / 29) ** 3
    f = np.where(ratio > edge, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[:, 0], f[:, 1], f[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def _power(values: Floats, exponent: float) -> Floats:
    """OpenCV's vectorised power: several times as quick as NumPy's, to 1e-6."""
    flat = np.ascontiguousarray(values, np.float32).reshape(-1, 1)
    return np.asarray(cv2.pow(flat, exponent), np.float32).reshape(values.shape)
