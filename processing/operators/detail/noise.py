"""How much noise a picture has."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from processing.operators.picture import Floats

# Immerkær's mask: the difference of two Laplacians, which leaves noise and little of edges; its
# coefficients' squares add up to 36.
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
_BLOCK = 16
_FLATTEST = 0.15  # share of blocks that are taken to show noise and nothing else
# The flattest of blocks that have the same noise show 7 % less than its average (measured on
# white noise in blocks of 16 pixels square).
_BIAS = 0.93
_CLIPPED = 0.04  # near black and white, noise is cut off and says too little


def noise_level(planes: Sequence[Floats]) -> float:
    """The standard deviation of the noise in samples of one channel, in the samples' own unit.

    Planes are rows × columns, float32 0..1, each at least 16 pixels on both sides (others count for
    nothing). J. Immerkær, "Fast noise variance estimation", 1996, for the mask; as in S.-C. Tai and
    S.-M. Yang, "A fast method for image noise estimation using Laplacian operator and adaptive edge
    detection", 2008, only where the picture is flat: here the flattest 15 % of its blocks.
    """
    spreads = [spread for plane in planes for spread in _spreads(plane)]
    if not spreads:
        return 0.0
    return float(np.quantile(spreads, _FLATTEST)) / _BIAS


def _spreads(plane: Floats) -> list[float]:
    rows, columns = plane.shape[0] // _BLOCK, plane.shape[1] // _BLOCK
    if not rows or not columns:
        return []
    noise = cv2.filter2D(plane, -1, _MASK, borderType=cv2.BORDER_REFLECT_101)
    spread = np.sqrt(_means(noise * noise, rows, columns))
    mean = _means(plane, rows, columns)
    clear = (mean > _CLIPPED) & (mean < 1.0 - _CLIPPED)
    return (spread[clear] if clear.any() else spread).ravel().tolist()


def _means(plane: Floats, rows: int, columns: int) -> Floats:
    whole = plane[: rows * _BLOCK, : columns * _BLOCK]
    return whole.reshape(rows, _BLOCK, columns, _BLOCK).mean(axis=(1, 3))
