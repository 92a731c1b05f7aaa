"""Renders a version by a recipe: what is there already is not made again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from dam.models import Asset, Rendition, User, Version
from dam.permissions import require
from processing.actions import ingest_file
from processing.delivery.policy import Policy
from processing.delivery.wording import of_version
from processing.engine.running import Made, Tell
from processing.errors import InputError
from processing.models import Provenance
from processing.recipes.model import Recipe
from processing.rendering.keeping import keep, kept, provenance, purpose_of
from processing.rendering.rendering import Work


@dataclass(frozen=True, slots=True)
class Rendered:
    """One output as a rendition; ``cached`` where it was there and nothing had to be done."""

    output: str
    rendition: Rendition
    cached: bool


@dataclass(frozen=True, slots=True)
class NextVersion:
    """One output as the asset's next version; ``cached`` where it had become one before."""

    output: str
    version: Version
    cached: bool


def render(
    *,
    version: Version,
    recipe: Recipe,
    user: User,
    number: int | None = None,
    outputs: Sequence[str] = (),
    tell: Tell | None = None,
) -> list[Rendered]:
    """Make a recipe's outputs (all of them where none is named) as renditions of a version.

    ``number`` is the recipe's stored version, for the provenance. Raises PermissionDenied,
    LookupError for an output that there is not, InputError where the original or a step refuses,
    TransientError, and StorageError.
    """
    require(user, "asset.edit", version.asset)
    work = Work.of(version, recipe, user)
    recipe = work.recipe
    names = list(outputs) or [output.name for output in recipe.outputs]
    keys = {name: work.key(recipe.output(name).name) for name in names}
    done = {name: row for name in names if (row := kept(work, keys[name])) is not None}
    missing = [recipe.output(name) for name in names if name not in done]
    made = {}
    if missing:
        for one in work.make(missing, tell):
            made[one.output.name] = keep(work, one, keys[one.output.name], number)
    return [Rendered(name, (done | made)[name], name in done) for name in names]


def render_as_version(
    *,
    version: Version,
    recipe: Recipe,
    output: str,
    user: User,
    number: int | None = None,
    note: str = "",
    tell: Tell | None = None,
) -> NextVersion:
    """Make one output the next version of the asset, through the same door as any other file.

    What became a version by the same work before is not made again. Raises as `render` does, and
    InputError with a sentence where the library refuses the file.
    """
    require(user, "asset.add_version", version.asset)
    work = Work.of(version, recipe, user)
    chosen = work.recipe.output(output)
    key = work.key(output)
    known = _became(work, key)
    if known is not None:
        return NextVersion(output, known, cached=True)
    (made,) = work.make([chosen], tell)
    return _take_in(work, made, key, number, note)


def _became(work: Work, key: str) -> Version | None:
    """The version that this very work has become before."""
    before = Provenance.objects.filter(source=work.version, recipe_digest=key)
    known = before.filter(version__isnull=False).select_related("version").first()
    return known.version if known is not None else None


def _take_in(work: Work, made: Made, key: str, number: int | None, note: str) -> NextVersion:
    source, asset = work.version, work.version.asset
    purpose = purpose_of(work.recipe.name, made.output.name)
    words = note or f"Made from version {source.number} by “{work.recipe.name}”"
    output = made.output.name
    encoded = made.encoded
    name = f"{Path(source.file_name).stem}-{purpose}.{encoded.media.extension}"
    policy = Policy.of_steps([record.as_json() for record in made.records])
    data = of_version(encoded.data, encoded.media.mime, source, policy)
    with transaction.atomic():
        # Two workers may have made the same at the same time: it becomes a version once.
        Asset.objects.select_for_update().get(pk=asset.pk)
        known = _became(work, key)
        if known is not None:
            return NextVersion(output, known, cached=True)
        outcome = ingest_file(
            source=io.BytesIO(data),
            file_name=name,
            user=work.user,
            asset=asset,
            note=words,
        )
        if outcome.version is None:
            raise InputError(outcome.reason)
        if outcome.outcome == "ingested":
            Provenance.objects.create(
                version=outcome.version, **provenance(work, made, key, number)
            )
    return NextVersion(output, outcome.version, cached=False)
