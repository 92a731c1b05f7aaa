"""Renders a version by a recipe: what is there already is not made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dam.models import Rendition, User, Version
from dam.permissions import require
from processing.engine.running import Tell
from processing.recipes.model import Recipe
from processing.rendering.keeping import keep, kept
from processing.rendering.rendering import Work


@dataclass(frozen=True, slots=True)
class Rendered:
    """One output as a rendition; ``cached`` where it was there and nothing had to be done."""

    output: str
    rendition: Rendition
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
    names = list(outputs) or [output.name for output in recipe.outputs]
    work = Work.of(version, recipe, user)
    keys = {name: work.key(recipe.output(name).name) for name in names}
    done = {name: row for name in names if (row := kept(work, keys[name])) is not None}
    missing = [recipe.output(name) for name in names if name not in done]
    made = {}
    if missing:
        for one in work.make(missing, tell):
            made[one.output.name] = keep(work, one, keys[one.output.name], number)
    return [Rendered(name, (done | made)[name], name in done) for name in names]
