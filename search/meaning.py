"""From a text to a vector, and from a cosine to how far it stands out.

A cosine means different things for different texts and models. What a text's cosines to a whole
library are like follows from the library's mean and covariance; how far a picture stands out of
them, in standard deviations, means the same everywhere.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search.active import encoder_of
from search.models import EmbeddingModel
from search.moments import background

KEPT = 1_024  # texts whose vectors are kept
LEAST_SPREAD = 1e-3

_vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
_lock = Lock()


def text_vector(model: EmbeddingModel, text: str) -> NDArray[np.float32]:
    """Return a text's vector, shape (d,), of length 1; those asked for lately are kept."""
    place = (model.key, text)
    with _lock:
        if place in _vectors:
            _vectors.move_to_end(place)
            return _vectors[place]
    vector = encoder_of(model).encode_texts([text])[0]
    with _lock:
        _vectors[place] = vector
        while len(_vectors) > KEPT:
            _vectors.popitem(last=False)
    return vector


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the cosines of one vector to the library's pictures are like."""

    mean: float
    spread: float

    @classmethod
    def of(cls, model: EmbeddingModel, vector: NDArray) -> "Likeness":
        """Work it out from the library's moments: mean m·v, variance vᵀCv."""
        mean, covariance = background(model)
        variance = float(vector @ covariance @ vector)
        return cls(float(vector @ mean), max(math.sqrt(max(variance, 0.0)), LEAST_SPREAD))

    def stands_out(self, cosine: float) -> float:
        """Return by how many standard deviations a picture is liker than the library's average."""
        return (cosine - self.mean) / self.spread
