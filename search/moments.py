"""The library's mean and covariance under a model, and what follows from them.

They are mixed with the encoder's prior, which counts as so many pictures: an empty library starts
from the prior, a large one forgets it.
"""

import math
from functools import lru_cache

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from processing.encoders import Prior, centre, unit_rows
from search import vectors
from search.active import encoder_of
from search.models import Embedding, EmbeddingModel

SAMPLE = 10_000  # vectors that moments are taken from, at most

Moments = tuple[NDArray[np.float64], NDArray[np.float64]]  # mean (d,), covariance (d, d)


def searchable(model: EmbeddingModel, raw: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return raw vectors (n, d) as they are searched: of length 1, centred if the encoder asks."""
    if not encoder_of(model).centred:
        return unit_rows(raw)
    return centre(raw, library_moments(model)[0])


def background(model: EmbeddingModel) -> Moments:
    """Return mean and covariance of the vectors as they are searched."""
    mean, covariance = library_moments(model)
    if not encoder_of(model).centred:
        return mean, covariance
    # Centred vectors have about the length √trace(C) before they are brought to length 1.
    return np.zeros_like(mean), covariance / max(float(np.trace(covariance)), 1e-12)


def library_moments(model: EmbeddingModel) -> Moments:
    """Return mean and covariance of the raw vectors, as last taken, or the encoder's prior."""
    return _kept(model.pk, model.key, model.moments_count)


@lru_cache(maxsize=4)
def _kept(pk: int, key: str, count: int) -> Moments:
    # The count tells one taking from the next: it changes with every one.
    row = EmbeddingModel.objects.get(pk=pk)
    if row.moments is None:
        prior = encoder_of(row).prior()
        return prior.mean, prior.covariance
    return unpack(bytes(row.moments), row.dimensions)


def take(model: EmbeddingModel) -> Moments:
    """Take the moments of the library as it is now, and keep them with the model."""
    count = Embedding.objects.filter(model=model.pk).count()
    every = max(1, math.ceil(count / SAMPLE))
    _, raw = vectors.read(model, every=every)
    moments = mixed(raw, count, encoder_of(model).prior())
    with transaction.atomic():
        EmbeddingModel.objects.filter(pk=model.pk).update(
            moments=pack(moments), moments_count=count
        )
    model.moments_count = count
    _kept.cache_clear()
    return moments


def mixed(sample: NDArray[np.floating], count: int, prior: Prior) -> Moments:
    """Return the moments of `count` pictures, known from a sample (n, d), and of the prior."""
    if not len(sample):
        return prior.mean, prior.covariance
    rows = np.asarray(sample, dtype=np.float64)
    own = count / (count + prior.strength)
    mean = own * rows.mean(axis=0) + (1 - own) * prior.mean
    loose = rows - rows.mean(axis=0)
    between = np.outer(rows.mean(axis=0) - prior.mean, rows.mean(axis=0) - prior.mean)
    covariance = own * (loose.T @ loose) / len(rows) + (1 - own) * prior.covariance
    return mean, covariance + own * (1 - own) * between


def pack(moments: Moments) -> bytes:
    """Write moments as bytes: the mean, then the covariance, in single precision."""
    mean, covariance = moments
    return mean.astype("<f4").tobytes() + covariance.astype("<f4").tobytes()


def unpack(packed: bytes, dimensions: int) -> Moments:
    """Read what `pack` wrote."""
    numbers = np.frombuffer(packed, dtype="<f4").astype(np.float64)
    return numbers[:dimensions], numbers[dimensions:].reshape(dimensions, dimensions)
