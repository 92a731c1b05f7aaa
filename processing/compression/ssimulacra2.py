"""SSIMULACRA2 2.1: how much people see of what compression did to a picture.

By Jon Sneyers (Cloudinary), as its reference ``ssimulacra2.cc`` computes it: multi-scale structural
similarity in the XYB colours of JPEG XL, with maps for edges that are new and edges that are lost,
weighed by people's judgements. 100 is the same picture, 90 cannot be told from it at 1:1, 70 is
high quality, 50 medium, 30 low. The blur is Charalampidis' sum of truncated cosines (IEEE
Transactions on Image Processing 25(8), 2016), which the reference runs recursively.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dam.colour import srgb_to_linear
from processing.compression.ssimulacra2_weights import WEIGHTS

Floats = NDArray[np.float32]

_SCALES = 6
_LEAST_EDGE = 8
_SIGMA, _RADIUS = 1.5, 5
_C2 = np.float32(0.0009)

# libjxl, lib/jxl/cms/opsin_params.h.
_BIAS = 0.0037930732552754493
_OPSIN = np.array(
    [
        [0.30, 1.0 - 0.078 - 0.30, 0.078],
        [0.23, 1.0 - 0.078 - 0.23, 0.078],
        [
            0.24342268924547819,
            0.20476744424496821,
            1.0 - 0.24342268924547819 - 0.20476744424496821,
        ],
    ]
)
_OPSIN_BIASED = np.hstack([_OPSIN, np.full((3, 1), _BIAS)]).astype(np.float32)
# From the cube roots (l, m, s) to X, Y and B, each made positive: X × 14 + 0.42, Y + 0.01,
# B − Y + 0.55; X = (l − m) / 2, Y = (l + m) / 2, B = s, each root less that of the bias.
_ROOT = _BIAS ** (1 / 3)
_POSITIVE = np.array(
    [
        [7.0, -7.0, 0.0, 0.42],
        [0.5, 0.5, 0.0, 0.01 - _ROOT],
        [-0.5, -0.5, 1.0, 0.55],
    ],
    dtype=np.float32,
)
_LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)


def _kernel() -> Floats:
    """The blur's weights at −5…5: equations 33 to 53 of the paper, its sum being 1."""
    k = np.array([1.0, 3.0, 5.0])
    omega = k * np.pi / (2.0 * _RADIUS)
    sign = np.array([1.0, -1.0, 1.0])
    p = sign / np.tan(0.5 * omega)
    r = sign * p * p / np.sin(omega)
    rho = np.exp(-0.5 * _SIGMA**2 * omega**2) / _RADIUS
    zeta_1 = (p[1] * r[2] - r[1] * p[2]) / (p[0] * r[1] - r[0] * p[1])
    zeta_3 = (p[2] * r[0] - r[2] * p[0]) / (p[0] * r[1] - r[0] * p[1])
    system = np.array([p, r, [zeta_1, zeta_3, 1.0]])
    wanted = [1.0, _RADIUS**2 - _SIGMA**2, zeta_1 * rho[0] + zeta_3 * rho[1] + rho[2]]
    beta = np.linalg.solve(system, wanted)
    return (np.cos(np.outer(np.arange(-_RADIUS, _RADIUS + 1), omega)) @ beta).astype(np.float32)


_KERNEL = _kernel()


@dataclass(frozen=True, slots=True)
class _Scale:
    """One scale of the reference: its colours, their blur and that of their squares."""

    xyb: Floats
    mean: Floats
    square: Floats


class Reference:
    """A picture that others are compared with; what can be computed once, is.

    ``rgb`` is uint8 sRGB, height × width × 3. Memory: 36 bytes a pixel and a third more.
    """

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self._shape = rgb.shape
        self._scales = [_Scale(xyb, _blur(xyb), _blur(xyb * xyb)) for xyb in _pyramid(rgb)]

    def score(self, rgb: NDArray[np.uint8]) -> float:
        """SSIMULACRA2 of a picture of the same size, −∞ to 100. Raises ValueError for another."""
        if rgb.shape != self._shape:
            raise ValueError(f"{rgb.shape} cannot be compared with {self._shape}.")
        pairs = zip(self._scales, _pyramid(rgb), strict=True)
        norms = np.stack([_norms(one, other) for one, other in pairs], axis=1)
        # The weights are counted through, so that few scales leave none out in between.
        weights = WEIGHTS.ravel()[: norms.size].reshape(norms.shape)
        return _curve(float((weights * norms).sum()))


def ssimulacra2(original: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """SSIMULACRA2 of two pictures, uint8 sRGB, height × width × 3, at least 8 × 8 pixels."""
    return Reference(original).score(other)


def _curve(value: float) -> float:
    """The reference's last step, from the weighted sum to 100 and less."""
    value *= 0.9562382616834844
    value = (
        2.326765642916932 * value
        - 0.020884521182843837 * value**2
        + 6.248496625763138e-05 * value**3
    )
    return 100.0 - 10.0 * value**0.6276336467831387 if value > 0 else 100.0


def _pyramid(rgb: NDArray[np.uint8]) -> list[Floats]:
    """XYB at up to six scales, each half of the one before it, halved in linear light."""
    linear = np.asarray(cv2.LUT(np.ascontiguousarray(rgb), _LINEAR), np.float32)
    scales = [_xyb(linear)]
    while len(scales) < _SCALES and min(scales[-1].shape[:2]) >= _LEAST_EDGE:
        linear = _halved(linear)
        scales.append(_xyb(linear))
    return scales


def _halved(linear: Floats) -> Floats:
    height, width = linear.shape[:2]
    if height % 2 or width % 2:
        even = ((0, height % 2), (0, width % 2), (0, 0))
        linear = np.pad(linear, even, mode="edge")
    size = (linear.shape[1] // 2, linear.shape[0] // 2)
    return np.asarray(cv2.resize(linear, size, interpolation=cv2.INTER_AREA), np.float32)


def _xyb(linear: Floats) -> Floats:
    roots = cv2.pow(np.maximum(cv2.transform(linear, _OPSIN_BIASED), 0), 1 / 3)
    return np.asarray(cv2.transform(roots, _POSITIVE), np.float32)


def _blur(planes: Floats) -> Floats:
    blurred = cv2.sepFilter2D(planes, -1, _KERNEL, _KERNEL, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(blurred, np.float32)


def _norms(one: _Scale, other: Floats) -> Floats:
    """3 channels × 2 norms × 3 maps, of one scale."""
    mean = _blur(other)
    maps = (
        _structure(one, other, mean),
        *_edges(np.abs(one.xyb - one.mean), np.abs(other - mean)),
    )
    return np.stack([_two_norms(each) for each in maps], axis=2)


def _structure(one: _Scale, other: Floats, mean: Floats) -> Floats:
    """One less the similarity of local structure, none below 0."""
    covariance = _blur(one.xyb * other) - one.mean * mean
    # Each by itself, so that for the same picture twice they are exactly twice the covariance.
    variance = (one.square - one.mean * one.mean) + (_blur(other * other) - mean * mean)
    apart = one.mean - mean
    alike = (1 - apart * apart) * (2 * covariance + _C2) / (variance + _C2)
    return np.maximum(1 - alike, 0)


def _edges(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """How much stronger edges became, and how much weaker."""
    ratio = (1 + other) / (1 + one) - 1
    return np.maximum(ratio, 0), np.maximum(-ratio, 0)


def _two_norms(plane: Floats) -> NDArray[np.float64]:
    """The mean and the fourth root of the mean fourth power, channel by channel: 3 × 2."""
    fourth = plane * plane
    fourth *= fourth
    return np.array([cv2.mean(plane)[:3], np.power(cv2.mean(fourth)[:3], 0.25)]).T
