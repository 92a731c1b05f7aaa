"""The vector index: one partial HNSW index a model, on its vectors cast to its width.

HNSW: Malkov and Yashunin 2018. A partial index keeps the graphs of models apart, so that one can
be built while another is searched, and the cast gives the column, which holds vectors of every
width, the fixed width that an index needs.
"""

from django.db import connection

from search.models import EmbeddingModel

# Neighbours a node and candidates while building; what was measured is in
# docs/decisions/0008-vector-search.md.
LINKS, BUILD_CANDIDATES = 16, 128
LOCK_FAMILY, SWITCH = 71, 1


def name(model: EmbeddingModel) -> str:
    """Return the name of a model's index."""
    return f"search_embedding_hnsw_{int(model.pk)}"


def create(model: EmbeddingModel, *, concurrently: bool = False) -> None:
    """Build a model's index unless it is there and whole.

    `concurrently` lets others write meanwhile; it cannot be done inside a transaction.
    """
    if exists(model):
        return
    how = "CONCURRENTLY" if concurrently else ""
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            # An index cannot be made while checks of this transaction's own rows are put off.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # What a broken concurrent build left behind has the name but does not answer.
        cursor.execute(f"DROP INDEX IF EXISTS {name(model)}")
        cursor.execute(
            f"CREATE INDEX {how} {name(model)} ON search_embedding "
            f"USING hnsw ((vector::halfvec({int(model.dimensions)})) halfvec_cosine_ops) "
            f"WITH (m = {LINKS}, ef_construction = {BUILD_CANDIDATES}) "
            f"WHERE model_id = {int(model.pk)}"
        )


def exists(model: EmbeddingModel) -> bool:
    """Say whether a model's index is there and whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name(model)]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def drop(model: EmbeddingModel) -> None:
    """Remove a model's index; its embeddings stay."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {name(model)}")


def tune(*, candidates: int, max_scanned: int) -> None:
    """Set how this transaction scans HNSW indexes.

    `candidates` is `hnsw.ef_search` (1 to 1,000). With filters the scan goes on in order of
    distance (`strict_order`) until enough rows passed or `max_scanned` were looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.ef_search', %s, true),"
            " set_config('hnsw.iterative_scan', 'strict_order', true),"
            " set_config('hnsw.max_scan_tuples', %s, true)",
            [str(min(1000, max(1, candidates))), str(max_scanned)],
        )


def advisory_lock(number: int) -> None:
    """Wait for, and hold until the transaction ends, one of this room's locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_FAMILY, number])
