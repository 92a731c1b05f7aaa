"""Pictures like another: like an asset of the library, or like a file from outside it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray
from PIL import Image

from dam.models import Asset, User
from dam.models.version import VersionState
from dam.permissions import require
from dam.storage import incoming
from processing import pictures, sandbox
from processing.decode import inspect
from processing.encoders import ImageEmbedding
from processing.errors import InputError
from processing.limits import limits
from processing.renditions.making import RenditionSpec, made, render
from search import nearest
from search.active import active, encoder_of
from search.evidence import chance
from search.filters import is_part, pool
from search.meaning import Likeness
from search.models import Embedding, EmbeddingModel
from search.moments import searchable
from search.ranking import Hit, in_order
from search.reasons import LEAST_CONCEPT, concepts, tag_words
from search.turns import turn

LOOK = RenditionSpec("preview", 1024)  # what the library's own pictures are embedded from
# As for texts (search/ranking.py), but pictures stand out more from each other.
EVEN, SCALE, WEAK = 4.0, 1.0, 0.2
SAME = 0.995  # the cosine from which two pictures are as good as one
CONCEPTS = 8


class NotEmbedded(InputError):
    """An asset that cannot be compared yet."""


def by_asset(asset: Asset, user: User | None, limit: int) -> list[Hit]:
    """Return up to `limit` assets that a person may find and that look like `asset`, without it.

    Raises NotEmbedded where the asset has not been looked at by the active model, ValueError for a
    limit below 1.
    """
    model = active()
    row = Embedding.objects.filter(model=model.pk, version=asset.current_version_id).first()
    if row is None:
        raise NotEmbedded(
            "This picture has not been looked at yet; try again when it is processed."
        )
    seen = [name for name, weight in row.concepts[:CONCEPTS] if weight >= LEAST_CONCEPT]
    others = _findable(user).exclude(pk=asset.pk)
    return _like(
        model,
        np.asarray(row.vector, dtype=np.float32),
        seen,
        asset,
        others,
        limit,
        narrow=is_part(user),
    )


def by_file(path: Path | str, user: User | None, limit: int) -> list[Hit]:
    """Return up to `limit` assets that a person may find and that look like a file.

    Raises InputError for a file that is no picture we take, ValueError for a limit below 1,
    EncoderError and WeightsError where the encoder is not there.
    """
    return _by_picture(look(path), user, limit)


def by_kept(path: Path, user: User, limit: int) -> list[Hit]:
    """Return what `by_file` does, for a copy that `reduced` made. Raises Busy besides."""
    require(user, "library.search_by_picture")
    with turn(user):
        picture = Image.fromarray(pictures.read(path))
    return _by_picture(picture, user, limit)


def _by_picture(picture: Image.Image, user: User | None, limit: int) -> list[Hit]:
    model = active()
    found: ImageEmbedding = encoder_of(model).encode_images([picture])[0]
    vector = searchable(model, found.vector[None])[0]
    seen = [name for name, weight in found.concepts[:CONCEPTS] if weight >= LEAST_CONCEPT]
    return _like(model, vector, seen, None, _findable(user), limit, narrow=is_part(user))


def look(path: Path | str) -> Image.Image:
    """Return a file as the encoder sees the library's pictures. Raises InputError."""
    with tempfile.TemporaryDirectory(dir=incoming(), prefix="look-") as folder:
        return Image.fromarray(pictures.read(reduced(path, Path(folder))))


def reduced(path: Path | str, folder: Path) -> Path:
    """Write a file into a folder as the library's own previews are; return where.

    Raises InputError for a file that is no picture we take, or beyond the limits.
    """
    sandbox.call(inspect, path, limits())
    sandbox.call(render, path, [LOOK], folder)
    return made([LOOK], folder)[0].path


def _findable(user: User | None) -> QuerySet[Asset]:
    return pool(user).exclude(current_version__state=VersionState.REFUSED)


def _like(
    model: EmbeddingModel,
    vector: NDArray,
    seen: Sequence[str],
    asset: Asset | None,
    assets: QuerySet[Asset],
    limit: int,
    *,
    narrow: bool,
) -> list[Hit]:
    if limit < 1:
        raise ValueError("The limit must be at least 1.")
    near = dict(nearest.nearest(model, vector, assets, limit, narrow=narrow))
    likeness = Likeness.of(model, vector, "picture")
    rows = in_order(list(near))
    theirs = concepts(rows, model)
    tags = tag_words([row.pk for row in rows] + ([asset.pk] if asset else []))
    own = {names[0] for names in tags.get(asset.pk, [])} if asset else set()
    hits = []
    for row in rows:
        odds = (likeness.stands_out(near[row.pk]) - EVEN) / SCALE
        score = 1.0 if near[row.pk] >= SAME else chance(odds)
        why = _why(
            near[row.pk],
            [name for name in theirs.get(row.pk, []) if name in seen],
            [names[0] for names in tags.get(row.pk, []) if names[0] in own],
        )
        hits.append(Hit(row, round(score, 4), why, score < WEAK))
    return hits


def _why(cosine: float, shared_concepts: Sequence[str], shared_tags: Sequence[str]) -> list[str]:
    why = ["all but the same picture"] if cosine >= SAME else []
    if shared_concepts:
        why.append(f"both look like: {', '.join(shared_concepts)}")
    if shared_tags:
        why.append(f"both tagged: {', '.join(shared_tags[:4])}")
    return why or ["looks alike as a whole"]
