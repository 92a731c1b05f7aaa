"""How far two versions of an encoder agree, in vectors and in the rankings that come of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from processing.encoders.base import Matrix, centre

NEAREST = 10
LEAST_COSINE, LEAST_RANK, LEAST_SHARED = 0.99, 0.95, 0.8


@dataclass(frozen=True)
class Agreement:
    """Measured on a sample of pictures, each against all the others.

    ``cosine`` is the least of any picture, ``rank`` the mean Spearman correlation of the orders in
    which the other pictures come, ``shared`` the mean share of the ten nearest that are the same.
    """

    pictures: int
    cosine: float
    rank: float
    shared: float

    @property
    def good_enough(self) -> bool:
        """Whether the quicker version may stand in for the exact one."""
        return (
            self.cosine >= LEAST_COSINE and self.rank >= LEAST_RANK and self.shared >= LEAST_SHARED
        )

    def as_dict(self) -> dict[str, float | bool]:
        """The figures and the verdict, for a record."""
        return {**asdict(self), "good_enough": self.good_enough}


def agreement(exact: Matrix, other: Matrix) -> Agreement:
    """Compare unit-length vectors (n, d) of the same n > 10 pictures.

    Orders are taken after centring: untrained and trained models alike put all pictures into a
    narrow cone, in which every cosine is near one.
    """
    cosine = float((exact * other).sum(axis=1).min())
    orders = [_others(vectors) for vectors in (exact, other)]
    ranks = [np.argsort(np.argsort(-order, axis=1), axis=1) for order in orders]
    spearman = [np.corrcoef(one, two)[0, 1] for one, two in zip(*ranks, strict=True)]
    close = [rank < NEAREST for rank in ranks]
    shared = (close[0] & close[1]).sum(axis=1) / NEAREST
    return Agreement(len(exact), cosine, float(np.mean(spearman)), float(shared.mean()))


def _others(vectors: Matrix) -> Matrix:
    """Similarities to all other pictures, the picture itself left out: (n, n − 1)."""
    centred = centre(vectors, vectors.mean(axis=0))
    similar = centred @ centred.T
    return similar[~np.eye(len(similar), dtype=bool)].reshape(len(similar), -1)
