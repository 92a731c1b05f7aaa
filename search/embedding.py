"""Embedding versions: their preview through an encoder, into a row of `Embedding`."""

import json
from collections.abc import Sequence

import numpy as np
from django.db import connection
from pgvector import HalfVector

from dam.models import Version
from processing.encoders import ImageEmbedding
from processing.pictures import rendition
from search.active import encoder_of
from search.models import EmbeddingModel
from search.moments import searchable

UPSERT = """
INSERT INTO search_embedding (version_id, model_id, raw, vector, concepts, created_at)
SELECT version, %s, raw::halfvec, vector::halfvec, concepts::jsonb, now()
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) 
    AS made(version, raw, vector, concepts)
ORDER BY version
ON CONFLICT (model_id, version_id) DO UPDATE
SET raw = excluded.raw, vector = excluded.vector, concepts = excluded.concepts,
    created_at = excluded.created_at
"""


def embed(model: EmbeddingModel, versions: Sequence[Version]) -> None:
    """Look at versions with a model's encoder and write what it saw; safe to repeat.

    Raises TransientError where a preview is missing.
    """
    encoder = encoder_of(model)
    found: list[ImageEmbedding] = []
    for at in range(0, len(versions), encoder.batch_size):
        pictures = [rendition(version) for version in versions[at : at + encoder.batch_size]]
        found += encoder.encode_images(pictures)
    write(model, [version.pk for version in versions], found)


def write(model: EmbeddingModel, versions: Sequence[int], found: Sequence[ImageEmbedding]) -> None:
    """Write embeddings of versions (ids), replacing what the model said of them before."""
    if not versions:
        return
    raw = np.stack([one.vector for one in found])
    columns = (
        list(versions),
        [HalfVector(row).to_text() for row in raw],
        [HalfVector(row).to_text() for row in searchable(model, raw)],
        [json.dumps(one.concepts) for one in found],
    )
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [model.pk, *columns])
