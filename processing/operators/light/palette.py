"""The few colours that a picture consists of, and moving them to others.

Palettes by k-means (Lloyd 1982) in OKLab, begun with the colours farthest from each other, so that
the same picture always has the same palette. Moving: after H. Chang and others, "Palette-based
photo recoloring", 2015: each colour goes along with the palette's colours by its nearness to them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from processing.operators.picture import Floats

_ROUNDS = 20
_MOST = 20_000  # pixels that are looked at
_NARROWEST = 0.04  # OKLab: over less, neighbours would part and edges show


def palette(lab: Floats, count: int) -> tuple[Floats, Floats]:
    """At most ``count`` colours (n, 3) of OKLab pixels, and the share that each has, most first."""
    pixels = lab[:: max(1, len(lab) // _MOST)]
    centres = _far_apart(pixels, count)
    for _ in range(_ROUNDS):
        nearest = _squared(pixels, centres).argmin(axis=1)
        there = [
            pixels[nearest == at].mean(axis=0)
            for at in range(len(centres))
            if (nearest == at).any()
        ]
        moved = np.array(there, np.float32)
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 1e-4:
            break
        centres = moved
    nearest = _squared(pixels, centres).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(centres)) / len(pixels)
    order = np.argsort(-shares, kind="stable")
    return centres[order], shares[order].astype(np.float32)


def paired(own: Floats, wanted: Floats) -> Floats:
    """For each of a palette's colours the one it goes to: each another where there are enough.

    Colour counts more than lightness, which a picture's light and shade are made of.
    """
    weights = np.array([0.5, 1.0, 1.0], np.float32)
    cost = _squared(own * weights, wanted * weights)
    if len(wanted) < len(own):
        return wanted[cost.argmin(axis=1)]
    rows, columns = linear_sum_assignment(cost)
    return wanted[columns[np.argsort(rows)]]


def moved(lab: Floats, own: Floats, goals: Floats) -> Floats:
    """OKLab (n, 3) as its palette goes from ``own`` to ``goals``, by Gaussian weights."""
    width = max(_NARROWEST, 0.35 * _spacing(own))
    far = _squared(lab, own)
    weights = np.exp(-(far - far.min(axis=1, keepdims=True)) / (2 * width**2))
    weights /= weights.sum(axis=1, keepdims=True)
    return (lab + weights @ (goals - own)).astype(np.float32)


def _far_apart(pixels: Floats, count: int) -> Floats:
    """The mean's nearest pixel, then always the one that is farthest from all taken so far."""
    first = _squared(pixels, pixels.mean(axis=0, keepdims=True))[:, 0].argmin()
    taken = [pixels[first]]
    far = _squared(pixels, pixels[first][None])[:, 0]
    while len(taken) < count and far.max() > 1e-4:
        taken.append(pixels[far.argmax()])
        far = np.minimum(far, _squared(pixels, taken[-1][None])[:, 0])
    return np.array(taken, np.float32)


def _squared(pixels: Floats, centres: Floats) -> Floats:
    return ((pixels[:, None, :] - centres[None]) ** 2).sum(axis=2)


def _spacing(centres: NDArray) -> float:
    """The mean distance of each colour to its nearest other."""
    if len(centres) < 2:
        return 1.0
    far = _squared(centres, centres) + 9.0 * np.eye(len(centres))
    return float(np.sqrt(far.min(axis=1)).mean())
