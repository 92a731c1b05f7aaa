"""What a recipe makes, in a few words, for lists: “main: JPEG, 2000 × 2000”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from processing.models import RecipeVersion
from processing.recipebook import lookup
from processing.recipes.faults import RecipeError
from processing.recipes.model import Output, Recipe, Step

SHOWN = 512  # recipes whose summary is remembered by a process


@dataclass(frozen=True, slots=True)
class Makes:
    """One output: its name, its format, and its size in pixels where the steps say one."""

    name: str
    format: str
    size: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list tells of a recipe's text; ``broken`` is a sentence where it cannot be read."""

    description: str = ""
    outputs: tuple[Makes, ...] = ()
    steps: int = 0
    facts: tuple[str, ...] = ()
    broken: str = ""


def summaries(newest: Mapping[int, RecipeVersion]) -> dict[int, Summary]:
    """What lists tell of recipes, by their ids; a text is read again when what it takes in changes.

    ``newest`` are the versions in force of all recipes that a person sees.
    """
    by_name = {version.recipe.name: version for version in newest.values()}
    return {
        pk: _summary(version.pk, version.recipe.brand_id, _taken_in(version, by_name))
        for pk, version in newest.items()
    }


def _taken_in(version: RecipeVersion, by_name: Mapping[str, RecipeVersion]) -> tuple[int, ...]:
    """The ids of the versions that a text takes in now, however deep."""
    found: dict[str, int] = {}
    waiting = list(version.includes)
    while waiting:
        one = by_name.get(waiting.pop())
        if one is not None and one.recipe.name not in found:
            found[one.recipe.name] = one.pk
            waiting += one.includes
    return tuple(found[name] for name in sorted(found))


@lru_cache(maxsize=SHOWN)
def _summary(pk: int, brand_id: int | None, _taken_in: tuple[int, ...]) -> Summary:
    text = RecipeVersion.objects.values_list("text", flat=True).get(pk=pk)
    try:
        read = lookup.read_here(text, brand_id=brand_id)
    except RecipeError as error:
        fault = error.faults[0]
        return Summary(broken=f"Line {fault.line}: {fault.sentence}")
    return Summary(
        read.description,
        tuple(_makes(read, output) for output in read.outputs),
        len(read.steps) + sum(len(output.steps) for output in read.outputs),
        tuple(sorted(read.facts())),
    )


def _makes(recipe: Recipe, output: Output) -> Makes:
    size = size_of((*recipe.steps, *output.steps))
    return Makes(output.name, output.exporter.format.upper(), size)


def size_of(steps: Sequence[Step]) -> str:
    """The size in pixels that the last step with one gives; steps under a condition may not run."""
    return next((found for step in reversed(steps) if (found := _size(step))), "")


def _size(step: Step) -> str:
    told = step.operator.model_dump(mode="json")
    width, height = (told.get(name) for name in ("width", "height"))
    if step.condition is not None:
        return ""
    match isinstance(width, int), isinstance(height, int):
        case True, True:
            return f"{width} × {height}"
        case True, False:
            return _("%d wide") % width
        case False, True:
            return _("%d high") % height
    return ""


def newest_versions(recipes: Iterable[int]) -> dict[int, RecipeVersion]:
    """The version in force of each recipe (ids), with who saved it."""
    rows = RecipeVersion.objects.filter(recipe__in=list(recipes)).newest()
    return {row.recipe_id: row for row in rows.select_related("author", "recipe")}
