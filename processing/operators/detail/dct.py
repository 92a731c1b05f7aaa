"""Noise out of one channel, by thresholding cosine transforms of overlapping blocks."""

from __future__ import annotations

import numpy as np

from processing.operators.picture import Floats

BLOCK = 8
OVERLAP = 16  # how far a block that touches a pixel may reach, in pixels, rounded up
_THRESHOLD = 2.7  # standard deviations; Yu and Sapiro use 3 on colours that are decorrelated


def _basis() -> Floats:
    """The orthonormal DCT-II of eight samples, a row for each frequency."""
    frequency, sample = np.arange(BLOCK)[:, None], np.arange(BLOCK)[None, :]
    rows = np.sqrt(2 / BLOCK) * np.cos(np.pi * (2 * sample + 1) * frequency / (2 * BLOCK))
    rows[0] /= np.sqrt(2)
    return rows.astype(np.float32)


_BASIS = _basis()


def without_noise(plane: Floats, sigma: float, step: int = 2) -> Floats:
    """The channel without white noise of that standard deviation; rows × columns, float32.

    Blocks begin at each ``step``-th row and column: 2 gives 16 looks at each pixel, 4 gives 4.

    G. Yu and G. Sapiro, "DCT image denoising: a simple and effective image denoising algorithm",
    Image Processing On Line 1, 2011; each block's vote weighs the more the fewer coefficients it
    needs, after O. Guleryuz, "Weighted averaging for denoising with overcomplete dictionaries",
    2007.
    """
    if sigma <= 0.0:
        return plane
    height, width = plane.shape
    rows, columns = -(-height // BLOCK) + 1, -(-width // BLOCK) + 1
    room = ((BLOCK, rows * BLOCK - height), (BLOCK, columns * BLOCK - width))
    padded = np.pad(plane, room, mode="symmetric")
    total, weights = np.zeros_like(padded), np.zeros_like(padded)
    for top in range(0, BLOCK, step):
        for left in range(0, BLOCK, step):
            at = np.s_[top : top + rows * BLOCK, left : left + columns * BLOCK]
            clean, weight = _blocks(padded[at], _THRESHOLD * sigma)
            total[at] += clean
            weights[at] += weight
    kept = np.s_[BLOCK : BLOCK + height, BLOCK : BLOCK + width]
    return total[kept] / weights[kept]


def _blocks(plane: Floats, threshold: float) -> tuple[Floats, Floats]:
    """The blocks that begin at the first sample, cleaned and weighted; and their weights."""
    rows, columns = plane.shape[0] // BLOCK, plane.shape[1] // BLOCK
    coded = (_BASIS @ plane.reshape(rows, BLOCK, -1)).reshape(-1, BLOCK) @ _BASIS.T
    coded = coded.reshape(rows, BLOCK, columns, BLOCK)
    kept = np.abs(coded) > threshold
    kept[:, 0, :, 0] = True
    coded *= kept
    weight: Floats = np.float32(1.0) / kept.sum(axis=(1, 3), dtype=np.float32)
    coded *= weight[:, None, :, None]
    clean = np.matmul((_BASIS.T @ coded.reshape(rows, BLOCK, -1)).reshape(-1, BLOCK), _BASIS)
    spread = weight.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    return clean.reshape(plane.shape), spread
