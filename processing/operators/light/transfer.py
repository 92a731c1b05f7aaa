"""Bringing the distribution of one picture's colours to another's, in OKLab.

By means and covariances: F. Pitié and A. Kokaram, "The linear Monge-Kantorovitch linear colour
mapping for example-based colour transfer", 2007: of all linear mappings that do it, the one that
moves colours least. By histograms: each axis' quantiles onto the reference's, as in histogram
specification (Gonzalez and Woods), along lightness and the two axes of colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats

_QUANTILES = 129
_STEEPEST = 4.0  # of a curve: flat areas of a picture must not become noise
_LEAST = 1e-6  # variance added to each axis: a picture may have no colour at all


@dataclass(frozen=True, slots=True)
class Linear:
    """``(lab - before) @ matrix + after``."""

    matrix: Floats
    before: Floats
    after: Floats

    def __call__(self, lab: Floats) -> Floats:
        return ((lab - self.before) @ self.matrix + self.after).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Each axis through a curve of its own: where (3, n) and what it becomes there (3, n)."""

    places: NDArray[np.float64]
    values: NDArray[np.float64]

    def __call__(self, lab: Floats) -> Floats:
        axes = [
            np.interp(lab[:, axis], self.places[axis], self.values[axis])
            + _beyond(lab[:, axis], self.places[axis])
            for axis in range(3)
        ]
        return np.stack(axes, axis=1).astype(np.float32)


def linear_transfer(source: Floats, reference: Floats) -> Linear:
    """The linear mapping from one set of colours (n, 3) to the other's mean and covariance."""
    a, b = (np.cov(one.T.astype(np.float64)) + _LEAST * np.eye(3) for one in (source, reference))
    root = _root(a)
    inverse = np.linalg.inv(root)
    matrix = inverse @ _root(root @ b @ root) @ inverse
    before, after = source.mean(axis=0), reference.mean(axis=0)
    return Linear(matrix.astype(np.float32), before, after)


def quantile_transfer(source: Floats, reference: Floats) -> Quantiles:
    """Curves that bring each axis' quantiles to the reference's, no steeper than bearable."""
    shares = np.linspace(0.0, 1.0, _QUANTILES)
    places = np.quantile(source.astype(np.float64), shares, axis=0).T
    values = np.quantile(reference.astype(np.float64), shares, axis=0).T
    pairs = [_bearable(x, y) for x, y in zip(places, values, strict=True)]
    return Quantiles(np.stack([x for x, _ in pairs]), np.stack([y for _, y in pairs]))


def _bearable(places: NDArray, values: NDArray) -> tuple[NDArray, NDArray]:
    """Strictly rising places, and values whose slope is bounded, moved about the median."""
    places = places + np.arange(len(places)) * 1e-7
    steps = np.minimum(np.diff(values), _STEEPEST * np.diff(places))
    bounded = np.concatenate([[0.0], np.cumsum(steps)])
    middle = len(values) // 2
    return places, bounded + (values[middle] - bounded[middle])


def _beyond(values: Floats, places: NDArray) -> Floats:
    """How far values lie outside of the curve: there it goes on with slope 1."""
    return values - np.clip(values, places[0], places[-1])


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
