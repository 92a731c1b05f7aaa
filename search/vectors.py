"""Many vectors between the database and numpy, in PostgreSQL's binary form."""

from collections.abc import Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from search.models import EmbeddingModel

HEAD = 4  # bytes before a halfvec's numbers: its dimension and an unused field


def read(
    model: EmbeddingModel,
    *,
    after: int = 0,
    limit: int | None = None,
    every: int = 1,
    versions: Sequence[int] | None = None,
) -> tuple[list[int], NDArray[np.float32]]:
    """Return version ids and their raw vectors, shape (n, d), in the order of the ids.

    `after` is the last id that is not wanted; `every` takes each n-th id only; `versions` takes
    these alone.
    """
    conditions = "model_id = %s AND version_id > %s AND version_id %% %s = 0"
    values: list[object] = [model.pk, after, every]
    if versions is not None:
        conditions += " AND version_id = ANY(%s)"
        values.append(list(versions))
    bounded = f"SELECT version_id, raw FROM search_embedding WHERE {conditions}"  # noqa: S608
    bounded += " ORDER BY version_id" + (f" LIMIT {int(limit)}" if limit else "")
    ids: list[int] = []
    rows: list[bytes] = []
    # The driver's own cursor: the wrapper for debugging takes no parameters here.
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({bounded}) TO STDOUT (FORMAT BINARY)", values) as copy,
    ):
        copy.set_types(["int8", "bytea"])
        for version, packed in copy.rows():
            ids.append(version)
            rows.append(packed[HEAD:])
    numbers = np.frombuffer(b"".join(rows), dtype=">f2").astype(np.float32)
    return ids, numbers.reshape(len(ids), model.dimensions)
