"""From a text to a vector, and from a cosine to how far it stands out.

A cosine means different things for different texts and models. How far a picture stands out of
what the library's pictures get, in standard deviations, means about the same everywhere.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search import vectors
from search.active import encoder_of
from search.models import EmbeddingModel
from search.moments import searchable

KEPT = 1_024  # texts whose vectors are kept
SAMPLE = 512  # pictures of the library that a cosine is set against
STRENGTH = 50.0  # how many pictures the expectation below counts for, beside the sample
LEAST_SPREAD = 1e-3

Asking = Literal["text", "picture"]
# Mean and spread of cosines that are to be expected before there is a library, by the first word
# of a model's key. Concepts: measured on 404 photographs, with captions and among themselves.
# Others: nothing was measured; a random direction is taken for the least that can be said.
EXPECTED: dict[str, dict[Asking, tuple[float, float]]] = {
    "concepts": {"text": (0.008, 0.067), "picture": (0.008, 0.077)},
}

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
    def of(cls, model: EmbeddingModel, vector: NDArray, asking: Asking) -> "Likeness":
        """Work it out from a sample of the library and what is to be expected of the model."""
        sample = _sample(model.pk, model.moments_count, model.key)
        unknown = (0.0, 1.0 / math.sqrt(model.dimensions))
        expected, wide = EXPECTED.get(model.key.split("-")[0], {}).get(asking, unknown)
        cosines = sample @ vector
        own = len(cosines) / (len(cosines) + STRENGTH)
        mean = float(cosines.mean()) if len(cosines) else expected
        within = float(cosines.var()) if len(cosines) else wide**2
        variance = own * within + (1 - own) * (wide**2 + own * (mean - expected) ** 2)
        spread = max(math.sqrt(variance), LEAST_SPREAD)
        return cls(own * mean + (1 - own) * expected, spread)

    def stands_out(self, cosine: float) -> float:
        """Return by how many standard deviations a picture is liker than the library's average."""
        return (cosine - self.mean) / self.spread


@lru_cache(maxsize=4)
def _sample(pk: int, count: int, key: str) -> NDArray[np.float32]:
    """Return up to about SAMPLE of a model's vectors as they are searched."""
    model = EmbeddingModel.objects.defer("moments").get(pk=pk)
    every = max(1, count // SAMPLE)
    _, raw = vectors.read(model, every=every, limit=2 * SAMPLE)
    return searchable(model, raw)


def forget() -> None:
    """Drop what this process has read and encoded."""
    _vectors.clear()
    _sample.cache_clear()
