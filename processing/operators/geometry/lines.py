"""Straight lines in a picture, and what most of them agree on.

Segments are found by LSD (R. Grompone von Gioi, J. Jakubowicz, J.-M. Morel, G. Randall, LSD: a line
segment detector, IPOL 2, 2012) on a proxy. What they agree on is a linear model, first by votes on
a grid and then by least squares with Tukey's biweight (Huber, Robust statistics, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, sqrt
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Picture

Floats64 = NDArray[Any]

_EDGE = 1024  # pixels of the proxy's longer side
_SHORTEST = 0.025  # of the longer side: shorter segments are texture
_LONGEST_LIST = 400
_WIDE, _NARROW = np.radians(1.5), np.radians(0.4)  # how far a line may be from what is agreed
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Lines:
    """Segments, in shares of half the longer side from the picture's centre (x right, y down).

    ``middle`` and ``along`` are n × 2: the middle and the unit vector; ``length`` is n, in the same
    shares, so that the longer side is 2.
    """

    middle: Floats64
    along: Floats64
    length: Floats64

    def only(self, chosen: NDArray[np.bool_]) -> Lines:
        return Lines(self.middle[chosen], self.along[chosen], self.length[chosen])


@dataclass(frozen=True, slots=True)
class Agreement:
    """What lines agree on: the model's numbers, and how sure that is.

    ``share`` is the part of all lines' length that follows it, ``held`` that length (the longer
    side is 2) and ``spread`` the covariance of the numbers.
    """

    found: Floats64
    spread: Floats64
    share: float
    held: float
    count: int

    def within(self, deviation: float, bound: float) -> float:
        """The probability that an error of this standard deviation stays within a bound."""
        return erf(bound / (max(deviation, 1e-9) * sqrt(2)))


def lines_of(picture: Picture) -> Lines:
    """The longest straight segments of a picture, at most 400."""
    proxy = picture.proxy(_EDGE)
    grey = cv2.cvtColor(np.ascontiguousarray(proxy.rgb8()), cv2.COLOR_RGB2GRAY)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return Lines(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    ends = found.reshape(-1, 2, 2).astype(np.float64) + 0.5
    half = proxy.longest / 2
    ends = (ends - (proxy.width / 2, proxy.height / 2)) / half
    way = ends[:, 1] - ends[:, 0]
    length = np.hypot(way[:, 0], way[:, 1])
    order = np.argsort(-length, kind="stable")[:_LONGEST_LIST]
    order = order[length[order] >= 2 * _SHORTEST]
    return Lines(ends[order].mean(axis=1), way[order] / length[order, None], length[order])


def agreed(
    design: Floats64, target: Floats64, weights: Floats64, grid: Floats64, prior: Floats64
) -> Agreement:
    """What numbers p make ``design @ p`` meet ``target`` (both as angles in radians) for most.

    ``design`` is n × k, ``grid`` m × k the candidates to begin with and ``prior`` k standard
    deviations that the numbers are expected to have around zero.
    """
    found: Floats64 = _best(design, target, weights, grid, prior)
    pull = np.diag(1.0 / prior**2) * _NARROW**2
    for width in np.geomspace(_WIDE, _NARROW, _ROUNDS):
        trust = _biweight(design @ found - target, 2.5 * width) * weights
        normal = (design.T * trust) @ design + pull * max(trust.sum(), 1e-9) / max(len(target), 1)
        found = np.linalg.solve(normal, (design.T * trust) @ target)
    error = design @ found - target
    trust = _biweight(error, 2.5 * _NARROW)
    near = np.abs(error) < 1.5 * _NARROW
    return Agreement(
        found,
        _spread(design, error, trust * weights, pull),
        float(weights[near].sum() / max(weights.sum(), 1e-9)),
        float(weights[near].sum()),
        int(near.sum()),
    )


def _best(
    design: Floats64, target: Floats64, weights: Floats64, grid: Floats64, prior: Floats64
) -> Floats64:
    """The candidate that most length of line votes for, near candidates half a vote."""
    error = design @ grid.T - target[:, None]
    votes = weights @ np.exp(-0.5 * (error / np.radians(0.6)) ** 2)
    expected = np.exp(-0.25 * ((grid / prior) ** 2).sum(axis=1))
    return grid[int((votes * expected).argmax())]


def _biweight(error: Floats64, reach: float) -> Floats64:
    return np.clip(1 - (error / reach) ** 2, 0, None) ** 2


def _spread(design: Floats64, error: Floats64, trust: Floats64, pull: Floats64) -> Floats64:
    """The covariance of the numbers: that of weighted least squares, lines told apart by weight."""
    whole = trust.sum()
    if whole <= 0:
        return np.full(pull.shape, np.inf)
    independent = whole**2 / (trust**2).sum()  # Kish's effective number of lines
    variance = max((trust * error**2).sum() / whole, np.radians(0.05) ** 2)
    normal = (design.T * (trust / whole)) @ design * independent
    return np.linalg.pinv(normal + pull) * variance * independent / max(independent - 1.5, 0.25)
