"""What the library is like under a model, taken now and then and kept with the model.

Two things are taken: the moments of the evidence that terms are judged on (search/scoring.py), and
the mean of the vectors, on which an encoder may want them centred.
"""

import io
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processing.encoders import centre, unit_rows
from search import vectors
from search.active import encoder_of
from search.models import Embedding, EmbeddingModel
from search.scoring import LibraryMoments

SAMPLE = 10_000  # vectors that moments are taken from, at most


@dataclass(frozen=True, slots=True)
class Taken:
    """The moments of the evidence, and the mean (d,) of the raw vectors."""

    evidence: LibraryMoments
    mean: NDArray[np.float64]


def searchable(model: EmbeddingModel, raw: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return raw vectors (n, d) as they are searched: of length 1, centred if the encoder asks."""
    if not encoder_of(model).centred:
        return unit_rows(raw)
    return centre(raw, taken(model).mean)


def taken(model: EmbeddingModel) -> Taken:
    """Return what was last taken; of an empty library where nothing was."""
    return _kept(model.pk, model.moments_count)


@lru_cache(maxsize=4)
def _kept(pk: int, count: int) -> Taken:
    # The count tells one taking from the next: it grows with every one.
    row = EmbeddingModel.objects.get(pk=pk)
    if row.moments is None:
        none = np.zeros((0, row.dimensions), dtype=np.float32)
        return Taken(LibraryMoments.of(encoder_of(row).evidence(none)), np.zeros(row.dimensions))
    return unpack(bytes(row.moments))


def take(model: EmbeddingModel) -> Taken:
    """Take the moments of the library as it is now, from a sample of a large one; keep them."""
    count = Embedding.objects.filter(model=model.pk).count()
    _, raw = vectors.read(model, every=max(1, math.ceil(count / SAMPLE)))
    evidence = LibraryMoments.of(encoder_of(model).evidence(raw))
    mean = raw.mean(axis=0, dtype=np.float64) if len(raw) else np.zeros(model.dimensions)
    now = Taken(evidence, mean)
    EmbeddingModel.objects.filter(pk=model.pk).update(moments=pack(now), moments_count=count)
    model.moments_count = count
    forget()
    return now


def pack(now: Taken) -> bytes:
    """Write moments as bytes: single precision, and half of the symmetric scatter."""
    upper = now.evidence.scatter[np.triu_indices(len(now.evidence.mean))]
    file = io.BytesIO()
    np.savez(
        file,
        count=now.evidence.count,
        evidence=now.evidence.mean.astype(np.float32),
        scatter=upper.astype(np.float32),
        mean=now.mean.astype(np.float32),
    )
    return file.getvalue()


def unpack(packed: bytes) -> Taken:
    """Read what `pack` wrote."""
    with np.load(io.BytesIO(packed)) as file:
        mean = file["evidence"].astype(np.float64)
        scatter = np.zeros((len(mean), len(mean)))
        scatter[np.triu_indices(len(mean))] = file["scatter"]
        scatter += np.triu(scatter, 1).T
        evidence = LibraryMoments(int(file["count"]), mean, scatter)
        return Taken(evidence, file["mean"].astype(np.float64))


def forget() -> None:
    """Drop what this process has read."""
    _kept.cache_clear()
