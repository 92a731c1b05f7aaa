"""The assets of a set that are nearest to a vector: by the index, or exactly where few are left.

A filter that keeps little makes a graph search walk far for each row that passes, while few rows
are quickly compared one by one. So the set is looked at first, up to a bound.
"""

import time

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField

from dam.models import Asset
from search import index
from search.models import Embedding, EmbeddingModel

# What was measured for these is in docs/decisions/0008-vector-search.md.
EXACT_UP_TO = 7_000  # assets that are rather compared one by one
CANDIDATES = 200  # the least `hnsw.ef_search`
MAX_SCANNED = 60_000  # index entries looked at before giving up on a filter
SIZED_FOR = 60.0  # seconds that a set is taken to be as small or large as it was

Near = list[tuple[int, float]]  # (asset id, cosine), nearest first
_small: dict[int, tuple[float, bool]] = {}


def nearest(
    model: EmbeddingModel, vector: NDArray, assets: QuerySet[Asset], limit: int, *, narrow: bool
) -> Near:
    """Return up to `limit` of `assets` with their cosine to `vector`, nearest first.

    `vector` has shape (model.dimensions,) and length 1. `narrow` says that `assets` may be a small
    part of the library, so that it is worth looking.
    """
    if narrow and is_small(assets):
        return exactly(model, vector, assets, limit)
    return by_index(model, vector, assets, limit)


def is_small(assets: QuerySet[Asset]) -> bool:
    """Say whether a set is so small that its assets are better compared one by one.

    Counted up to a bound, and remembered for a minute: the answer decides the way, not the result.
    """
    rows = assets.order_by().values("pk")
    mark, now = hash(str(rows.query)), time.monotonic()
    counted, small = _small.get(mark, (-SIZED_FOR, False))
    if now - counted < SIZED_FOR:
        return small
    if len(_small) > 1_000:
        _small.clear()
    small = rows[: EXACT_UP_TO + 1].count() <= EXACT_UP_TO
    _small[mark] = (now, small)
    return small


def exactly(model: EmbeddingModel, vector: NDArray, assets: QuerySet[Asset], limit: int) -> Near:
    """Compare every asset of a set. (The index answers only for the cast column.)"""
    rows = assets.filter(current_version__embeddings__model=model.pk)
    away = CosineDistance("current_version__embeddings__vector", HalfVector(vector))
    ordered = rows.annotate(away=away).order_by("away").values_list("pk", "away")
    return [(pk, 1.0 - away) for pk, away in ordered[:limit]]


def by_index(model: EmbeddingModel, vector: NDArray, assets: QuerySet[Asset], limit: int) -> Near:
    """Walk the model's graph from the nearest outwards, passing over what is not in the set."""
    rows = assets.filter(current_version__embeddings__model=model.pk)
    column = Cast(
        "current_version__embeddings__vector", HalfVectorField(dimensions=model.dimensions)
    )
    away = CosineDistance(column, HalfVector(vector))
    ordered = rows.annotate(away=away).order_by("away").values_list("pk", "away")
    with transaction.atomic():
        index.tune(candidates=max(limit, CANDIDATES), max_scanned=MAX_SCANNED)
        return [(pk, 1.0 - away) for pk, away in ordered[:limit]]


def cosines(model: EmbeddingModel, vector: NDArray, assets: list[int]) -> dict[int, float]:
    """Return the cosine of each of some assets (ids) that has an embedding."""
    rows = Embedding.objects.filter(model=model.pk, version__current_of__in=assets)
    away = CosineDistance("vector", HalfVector(vector))
    found = rows.annotate(away=away).values_list("version__current_of", "away")
    return {asset: 1.0 - away for asset, away in found}


def forget() -> None:
    """Drop what is remembered of the sizes of sets."""
    _small.clear()
