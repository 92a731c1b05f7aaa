"""A synthetic library for `bench_search.py`: rows by COPY, vectors in clusters as pictures have."""

import json
from collections.abc import Iterator

import numpy as np
from django.apps import apps
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from dam.actions.brands import default_brand
from dam.models import Facet, Term, User
from search.models import EmbeddingModel

CLUSTERS, RANK, NOISE = 400, 48, 0.8
TAGS = 200
FORMATS = ("image/jpeg", "image/png", "image/webp", "image/tiff")
WORDS = ["harbour", "sunset", "market", "dog", "mountain", "portrait", "kitchen", "bicycle"]


class Space:
    """Vectors as an encoder gives them: uneven clusters in few true directions."""

    def __init__(self, dimensions: int, seed: int = 5) -> None:
        self.random = np.random.default_rng(seed)
        basis = np.linalg.qr(self.random.normal(size=(dimensions, RANK)))[0].T
        self.centres = self.random.normal(size=(CLUSTERS, RANK)) @ basis
        self.basis, self.dimensions = basis, dimensions
        sizes = 1.0 / np.arange(1, CLUSTERS + 1) ** 0.8
        self.sizes = sizes / sizes.sum()

    def pictures(self, count: int) -> tuple[NDArray, NDArray]:
        """Return unit vectors (count, d) and the cluster of each."""
        cluster = self.random.choice(CLUSTERS, count, p=self.sizes)
        return self._near(cluster), cluster

    def queries(self, count: int) -> NDArray:
        """Return unit vectors (count, d) of what people ask for: mixtures of two clusters."""
        first, second = self.random.choice(CLUSTERS, (2, count), p=self.sizes)
        mixed = self._near(first) + 0.6 * self._near(second)
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    def _near(self, cluster: NDArray) -> NDArray:
        inside = self.random.normal(size=(len(cluster), RANK)) @ self.basis * NOISE
        outside = self.random.normal(size=(len(cluster), self.dimensions)) * 0.08
        found = self.centres[cluster] + inside + outside
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def fill(space: Space, model: EmbeddingModel, count: int, batch: int = 10_000) -> None:
    """Write `count` approved assets with versions, facts, palettes, tags and embeddings."""
    terms = [
        Term.objects.get_or_create(facet=Facet.KEYWORD, name=f"bench {number}")[0].pk
        for number in range(TAGS)
    ]
    user, _ = User.objects.get_or_create(username="bench")
    brand = default_brand()
    with connection.cursor() as cursor:
        # Triggers that keep audit events and documents would each run; documents come at the end.
        cursor.execute("SET session_replication_role = replica")
        for start in range(1, count + 1, batch):
            ids = range(start, min(start + batch, count + 1))
            _copy_batch(cursor, space, model, ids, brand.pk, user.pk, terms)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(
            "INSERT INTO search_searchdocument (asset_id, words, body)"
            " SELECT id, '', '' FROM dam_asset"
        )
        cursor.execute("SELECT search_refresh_documents(ARRAY(SELECT id FROM dam_asset))")
        cursor.execute("VACUUM ANALYZE")


def _copy_batch(cursor, space, model, ids, brand, user, terms) -> None:
    random, now = space.random, timezone.now()
    vectors, cluster = space.pictures(len(ids))
    _copy(cursor, "dam_blob (sha256, size, created_at)", ((f"{n:064x}", 1000, now) for n in ids))
    _copy(
        cursor,
        "dam_asset (id, brand_id, owner_id, title, description, current_version_id, created_at,"
        " updated_at)",
        (
            (n, brand, user, _title(n, at), "", n, now, now)
            for n, at in zip(ids, cluster, strict=True)
        ),
    )
    formats = random.choice(FORMATS, len(ids), p=[0.9, 0.07, 0.02, 0.01])
    _copy(
        cursor,
        "dam_version (id, asset_id, number, blob_id, file_name, media_type, state, state_reason,"
        " note, created_by_id, created_at, width, height, colour_space, bit_depth, has_alpha,"
        " camera, metadata, placeholder)",
        (
            (
                n,
                n,
                1,
                f"{n:064x}",
                f"IMG_{n:06d}.jpg",
                str(kind),
                "approved",
                "",
                "",
                user,
                now,
                1200,
                800,
                "sRGB",
                8,
                False,
                f"Camera {n % 7}",
                "{}",
                "",
            )
            for n, kind in zip(ids, formats, strict=True)
        ),
    )
    orientations = random.choice(["landscape", "portrait", "square"], len(ids), p=[0.65, 0.3, 0.05])
    _copy(
        cursor,
        "dam_facts (version_id, orientation, brightness, contrast, colourfulness, sharpness, noise,"
        " clipped_dark, clipped_light, perceptual_hash, highlights, overexposure)",
        (
            (n, str(way), 0.5, 0.2, 0.3, 0.5, 0.1, 0, 0, n, 0, 0)
            for n, way in zip(ids, orientations, strict=True)
        ),
    )
    _copy(
        cursor,
        "dam_palettecolour (version_id, position, hex, lightness, a, b, fraction)",
        _palettes(random, ids),
    )
    _copy(
        cursor,
        "dam_tagassignment (asset_id, term_id, version_id, source, state, model, raw_score,"
        " confidence, created_at)",
        _tags(random, ids, cluster, terms, now),
    )
    concepts = json.dumps([["harbor", 0.4], ["boat", 0.2]])
    _copy(
        cursor,
        "search_embedding (version_id, model_id, raw, vector, concepts, created_at)",
        (
            (n, model.pk, text, text, concepts, now)
            for n, text in zip(ids, map(_text, vectors), strict=True)
        ),
    )


def _copy(cursor, target: str, rows) -> None:
    """Copy rows into `TABLE (COLUMNS)`; columns that are not named get their model's default."""
    table, _, named = target.removesuffix(")").partition(" (")
    more = _defaults(table, {column.strip() for column in named.split(",")})
    columns = ", ".join([named, *more])
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *more.values()))


def _defaults(table: str, named: set[str]) -> dict[str, object]:
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.column not in named and not field.null and not field.primary_key
    ]
    values = {field.column: field.get_default() for field in fields}
    return {
        column: json.dumps(value) if isinstance(value, dict | list) else value
        for column, value in values.items()
    }


def _text(vector: NDArray) -> str:
    return "[" + ",".join(f"{value:.5f}" for value in vector) + "]"


def _title(number: int, cluster: int) -> str:
    # A few words that many share, and one that few do.
    return f"{WORDS[cluster % len(WORDS)]} {WORDS[number % len(WORDS)]} {number % 997}"


def _palettes(random: np.random.Generator, ids: range) -> Iterator[tuple]:
    colours = random.uniform([0.1, -0.2, -0.2], [0.95, 0.2, 0.2], (len(ids), 5, 3))
    for n, five in zip(ids, colours, strict=True):
        for position, (lightness, a, b) in enumerate(five):
            yield n, position, "#808080", lightness, a, b, 0.4 - 0.08 * position


def _tags(random, ids, cluster, terms, now) -> Iterator[tuple]:
    """Tag 0 is on 1 % of assets at random, tag 1 on 1 % that are alike, the others by cluster."""
    rare = random.random(len(ids)) < 0.01
    for n, at, chance in zip(ids, cluster, rare, strict=True):
        own = {2 + (int(at) * 7 + step * 31) % (TAGS - 2) for step in range(5)}
        own |= {0} if chance else set()
        own |= {1} if at in (30, 31) else set()
        for tag in own:
            yield n, terms[tag], n, "model", "accepted", model_name(), 0.3, 0.9, now


def model_name() -> str:
    return "bench"
