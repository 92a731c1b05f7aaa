"""Near-duplicates of versions: candidates by two indexes, judged, and kept as pairs.

Candidates come from an index on the bands of the hash, which misses nothing that is nearly the
same, and from the index of the embeddings, which finds crops and marks that move the hash. Both
are sub-linear: the cost of a picture does not grow with the library to speak of.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.django import CosineDistance

from dam.models import Facts, Version
from search import index
from search.active import active
from search.duplicates import rule
from search.duplicates.models import Lookalike
from search.meaning import Likeness
from search.models import Embedding, EmbeddingModel

BY_HASH, BY_EMBEDDING = 100, 40  # candidates looked at, at most
MOST_PAIRS = 50  # kept of one version, the surest

Found = dict[int, tuple[int, float | None, rule.Verdict]]  # by version: bits, cosine, verdict


def run(versions: Sequence[Version]) -> None:
    """The ingest step "duplicates": find what looks like these versions; safe to repeat."""
    for version in versions:
        find(version)


def find(version: Version) -> int:
    """Write down what looks like a version; return how many were found."""
    value = Facts.objects.filter(version=version).values_list("perceptual_hash", flat=True).first()
    if value is None:
        return 0
    model = active()
    own = _vector(model, version.pk)
    candidates = set(by_hash(version, value))
    if own is not None:
        candidates |= set(by_embedding(version, model, own))
    found = _judged(value, own, candidates, model)
    surest = sorted(found, key=lambda pk: -found[pk][2].likeness)[:MOST_PAIRS]
    _keep(version, {pk: found[pk] for pk in surest})
    return len(surest)


# Versions that may be shown one day, of assets that are there, and not of the version's own.
ALIVE = """
JOIN dam_version AS version ON version.id = {table}.version_id
JOIN dam_asset AS asset ON asset.id = version.asset_id
WHERE version.asset_id <> %(asset)s AND asset.deleted_at IS NULL
  AND version.state NOT IN ('refused', 'superseded')
"""
BANDS = " OR ".join(
    f"((facts.perceptual_hash >> {rule.BAND_BITS * n}) & 65535) = ANY (%({{way}}{n})s)"
    for n in range(rule.BANDS)
)
HASHED = f"""
SELECT facts.version_id FROM dam_facts AS facts {ALIVE.format(table="facts")}
  AND (({BANDS.format(way="same")}) OR ({BANDS.format(way="flip")}))
  AND least(bit_count((facts.perceptual_hash # %(same)s)::bit(64)),
            bit_count((facts.perceptual_hash # %(flip)s)::bit(64))) <= %(most)s
ORDER BY least(bit_count((facts.perceptual_hash # %(same)s)::bit(64)),
               bit_count((facts.perceptual_hash # %(flip)s)::bit(64))), facts.version_id
LIMIT %(limit)s
"""  # noqa: S608 - made of constants


def by_hash(version: Version, value: int) -> list[int]:
    """Return versions (ids) whose hash, or whose mirror image's, differs in SURE bits or fewer."""
    flip = rule.mirrored(value)
    values: dict[str, Any] = {
        "same": value,
        "flip": flip,
        "asset": version.asset_id,
        "most": rule.SURE,
        "limit": BY_HASH,
    }
    for way, of in (("same", value), ("flip", flip)):
        values |= {f"{way}{n}": band for n, band in enumerate(rule.bands(of))}
    with connection.cursor() as cursor:
        cursor.execute(HASHED, values)
        return [row[0] for row in cursor.fetchall()]


NEAREST = """
SELECT near.version_id FROM (
    SELECT version_id FROM search_embedding WHERE model_id = {model}
    ORDER BY vector::halfvec({width}) <=> %(vector)s::halfvec({width}) LIMIT %(limit)s
) AS near
""" + ALIVE.format(table="near")  # noqa: S608 - made of constants


def by_embedding(version: Version, model: EmbeddingModel, vector: NDArray) -> list[int]:
    """Return the versions (ids) whose embeddings are nearest."""
    text = "[" + ",".join(f"{value:.5g}" for value in vector) + "]"
    sql = NEAREST.format(model=int(model.pk), width=int(model.dimensions))
    with transaction.atomic(), connection.cursor() as cursor:
        index.tune(candidates=2 * BY_EMBEDDING, max_scanned=1_000)
        cursor.execute(sql, {"vector": text, "limit": BY_EMBEDDING, "asset": version.asset_id})
        return [pk for (pk,) in cursor.fetchall()]


def _vector(model: EmbeddingModel, version: int) -> NDArray[np.float32] | None:
    row = Embedding.objects.filter(model=model.pk, version=version).values_list("vector", flat=True)
    found = row.first()
    return None if found is None else np.asarray(found, dtype=np.float32)


def _cosines(model: EmbeddingModel, vector: NDArray, versions: set[int]) -> dict[int, float]:
    rows = Embedding.objects.filter(model=model.pk, version__in=versions)
    away = CosineDistance("vector", HalfVector(vector))
    return {pk: 1.0 - far for pk, far in rows.annotate(far=away).values_list("version", "far")}


def _judged(value: int, own: NDArray | None, candidates: set[int], model: EmbeddingModel) -> Found:
    hashes = Facts.objects.filter(version__in=candidates, perceptual_hash__isnull=False)
    theirs = _cosines(model, own, candidates) if own is not None else {}
    usual = Likeness.of(model, own, "picture").mean if own is not None else 0.0
    found: Found = {}
    for pk, other in hashes.values_list("version", "perceptual_hash"):
        assert other is not None  # as asked for
        cosine = theirs.get(pk)
        near = None if cosine is None else rule.nearness(cosine, usual)
        verdict = rule.judge(value, other, near)
        if verdict is not None:
            found[pk] = (rule.distance(value, other), cosine, verdict)
    return found


def _keep(version: Version, found: Found) -> None:
    """Write a version's pairs; what was found from the other side stays."""
    rows = [
        Lookalike(
            first_id=min(version.pk, pk),
            second_id=max(version.pk, pk),
            distance=bits,
            cosine=cosine,
            likeness=verdict.likeness,
            mirrored=verdict.mirrored,
        )
        for pk, (bits, cosine, verdict) in sorted(found.items())
    ]
    Lookalike.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["distance", "cosine", "likeness", "mirrored"],
    )
