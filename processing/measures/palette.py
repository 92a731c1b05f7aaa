"""The colours that make up a picture, in OKLab.

Pixels are counted into cells, and the cells clustered by weighted k-means (Lloyd 1982) seeded by
the farthest heavy cell: no chance is involved, so the same picture gives the same palette.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dam.colour import oklab_to_srgb, srgb_to_oklab, to_hex

PALETTE_VERSION = 1

_PROXY_EDGE = 200
_CELL_BITS = 5
_ROUNDS = 12
_SAME_COLOUR = 0.04

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour: sRGB hex, OKLab, and the share of the picture that it stands for (0..1)."""

    hex: str
    l: float  # noqa: E741 - OKLab's own name
    a: float
    b: float
    fraction: float


def dominant_colours(rgb: NDArray[np.uint8], n: int = 6) -> list[Swatch]:
    """Up to ``n`` colours of uint8 (height, width, 3), largest share first; shares sum to 1.

    Fewer come back when the picture has fewer colours that can be told apart. Raises ValueError
    for an empty picture or ``n`` below 1.
    """
    if n < 1 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise ValueError(f"Cannot find {n} colours in pixels of shape {rgb.shape}.")
    colours, weights = _cells(_proxy(rgb))
    centres, shares = _cluster(colours, weights, n)
    centres, shares = _merge_alike(centres, shares)
    order = np.argsort(-shares, kind="stable")
    return [_swatch(centres[index], float(shares[index])) for index in order]


def _proxy(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    step = max(1, -(-max(rgb.shape[:2]) // _PROXY_EDGE))
    return rgb[step // 2 :: step, step // 2 :: step] if min(rgb.shape[:2]) > step else rgb


def _cells(rgb: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Mean OKLab colour and share of the pixels for every occupied cell of the RGB cube."""
    pixels = rgb.reshape(-1, 3)
    coarse = (pixels >> (8 - _CELL_BITS)).astype(np.int64)
    keys = (coarse[:, 0] << 2 * _CELL_BITS) | (coarse[:, 1] << _CELL_BITS) | coarse[:, 2]
    lab = srgb_to_oklab(pixels)
    counts = np.bincount(keys, minlength=1 << 3 * _CELL_BITS)
    used = np.flatnonzero(counts)
    sums = [np.bincount(keys, lab[:, band], len(counts))[used] for band in range(3)]
    weights = counts[used]
    colours = (np.stack(sums, axis=1) / weights[:, None]).astype(np.float32)
    return colours, (weights / weights.sum()).astype(np.float32)


def _seed(colours: Floats, weights: Floats, n: int) -> Floats:
    """The heaviest cell, then again and again the cell that is heavy and far from those taken."""
    chosen = [int(np.argmax(weights))]
    nearest = _squared(colours, colours[chosen])[:, 0]
    for _ in range(min(n, len(colours)) - 1):
        chosen.append(int(np.argmax(np.sqrt(weights) * nearest)))
        nearest = np.minimum(nearest, _squared(colours, colours[chosen[-1:]])[:, 0])
    return colours[chosen]


def _squared(points: Floats, centres: Floats) -> Floats:
    difference = points[:, None, :] - centres[None, :, :]
    return np.einsum("pcd,pcd->pc", difference, difference)


def _cluster(colours: Floats, weights: Floats, n: int) -> tuple[Floats, Floats]:
    centres = _seed(colours, weights, n)
    for _ in range(_ROUNDS):
        owner = np.argmin(_squared(colours, centres), axis=1)
        shares = np.bincount(owner, weights, len(centres))
        kept = shares > 0
        sums = [np.bincount(owner, weights * colours[:, band], len(centres)) for band in range(3)]
        moved = (np.stack(sums, axis=1)[kept] / shares[kept, None]).astype(np.float32)
        settled = len(moved) == len(centres) and np.abs(moved - centres).max() < 1e-3
        centres, shares = moved, shares[kept]
        if settled:
            break
    return centres, shares.astype(np.float32)


def _merge_alike(centres: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Join the two closest colours as long as an eye would call them the same."""
    while len(centres) > 1:
        distances = _squared(centres, centres)
        np.fill_diagonal(distances, np.inf)
        first, second = np.unravel_index(int(np.argmin(distances)), distances.shape)
        if distances[first, second] >= _SAME_COLOUR**2:
            break
        together = shares[first] + shares[second]
        mixed = (centres[first] * shares[first] + centres[second] * shares[second]) / together
        centres, shares = centres.copy(), shares.copy()
        centres[first], shares[first] = mixed, together
        centres, shares = np.delete(centres, second, 0), np.delete(shares, second)
    return centres, shares


def _swatch(centre: Floats, share: float) -> Swatch:
    lightness, a, b = (round(float(value), 4) for value in centre)
    return Swatch(to_hex(oklab_to_srgb(centre)), lightness, a, b, round(share, 4))
