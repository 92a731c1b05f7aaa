"""The light of a picture as photographs have taught it: randomised trees over its statistics.

Regression trees on simple features of colour follow D. Cheng, B. Price, S. Cohen and M. Brown,
"Effective learning-based illuminant estimation using simple features", CVPR 2015; the trees are
extremely randomised (P. Geurts, D. Ernst and L. Wehenkel, 2006). They are fitted, with the
confidence, by `python -m tests.bench.fit_white_balance`, whose output the file beside this one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.chroma import Numbers

SCALE = np.array([0.05, 0.12])  # of the two chromas: about as many degrees each
_NONE, _ALL = 0.3, 0.7  # confidence at which nothing and everything is taken away
_FILE = "white_balance.npz"


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees, one after the other: node n goes on at ``left[n]`` where its feature is at most its
    threshold, else at ``left[n] + 1``; at a leaf ``left`` is 0 and ``leaf`` (n, 2) is the answer.
    """

    roots: NDArray[np.integer]
    feature: NDArray[np.integer]
    threshold: NDArray[np.floating]
    left: NDArray[np.integer]
    leaf: NDArray[np.floating]

    def __call__(self, statistics: Numbers) -> Numbers:
        """What each tree takes the chroma of the light for, in units of SCALE: (trees, 2)."""
        return np.array([self._one(int(root), statistics) for root in self.roots], np.float64)

    def _one(self, at: int, statistics: Numbers) -> NDArray[np.floating]:
        while below := int(self.left[at]):
            at = below + int(statistics[self.feature[at]] > self.threshold[at])
        return self.leaf[at]


@dataclass(frozen=True, slots=True)
class Guess:
    """``chroma`` (2) of the light, and ``confidence`` (0..1) that adapting to it takes away at
    least half of the cast."""

    chroma: Numbers
    confidence: float


def guessed(statistics: Numbers) -> Guess:
    """The light of a picture by its statistics (`chroma.statistics`)."""
    forest, weights = fitted()
    answers = forest(statistics)
    odds = float(signs(answers) @ weights)
    return Guess(answers.mean(axis=0) * SCALE, float(1 / (1 + np.exp(-odds))))


def signs(answers: Numbers) -> Numbers:
    """What the confidence goes by: the cast's size, and how far trees are apart, both in SCALE."""
    size = float(np.hypot(*answers.mean(axis=0)))
    apart = float(np.sqrt(answers.var(axis=0).sum()))
    return np.array([1.0, np.log1p(size), np.log1p(apart), size / (size + apart)])


def part(confidence: NDArray) -> NDArray:
    """How much of a cast is taken away, 0..1: none where the confidence is low."""
    share = np.clip((confidence - _NONE) / (_ALL - _NONE), 0.0, 1.0)
    return np.asarray(share * share * (3 - 2 * share))


@cache
def fitted() -> tuple[Forest, Numbers]:
    """The forest and the weights of the confidence's signs, as they were fitted."""
    with resources.files(__package__).joinpath(_FILE).open("rb") as file, np.load(file) as kept:
        parts = ("roots", "feature", "threshold", "left", "leaf")
        return Forest(*(kept[name] for name in parts)), kept["weights"]
