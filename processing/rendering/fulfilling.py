"""What a worker does with a wish: renders, and writes down what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from processing.engine.running import Record
from processing.errors import InputError
from processing.models import Render
from processing.recipebook import lookup
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe as Read
from processing.rendering.actions import render as as_renditions
from processing.rendering.actions import render_as_version
from processing.rendering.wishes import told_faults

Result = dict[str, object]


class Cancelled(Exception):
    """Somebody has cancelled the wish: nothing more is to be made."""


def fulfil(wish: Render) -> None:
    """Make what is wished for. What was made before is found, so that twice is as good as once.

    Raises ProcessingError with a sentence, and StorageError.
    """
    try:
        _require_wanted(wish)
        results = _results(wish, _read(wish))
    except Cancelled:
        return
    except PermissionDenied as error:
        sentence = f"{wish.made_by} may not change this picture any more."
        raise InputError(sentence) from error
    Render.objects.filter(pk=wish.pk, cancelled_at=None).update(results=results, progress={})


def _read(wish: Render) -> Read:
    """The recipe as it was asked for. Raises InputError where it is gone or does not fit."""
    if wish.version.asset.deleted_at is not None:
        raise InputError("This picture is in the bin.")
    try:
        book = lookup.find(wish.recipe, wish.made_by)
        return lookup.load(book, number=wish.recipe_number, variables=wish.variables)
    except RecipeError as error:
        raise InputError(f"“{wish.recipe}” has faults by now. {told_faults(error)}") from error
    except LookupError as error:
        raise InputError(str(error.args[0])) from error


def _results(wish: Render, recipe: Read) -> list[Result]:
    names = wish.outputs or [output.name for output in recipe.outputs]
    tell = _teller(wish, recipe, names)
    version, user, number = wish.version, wish.made_by, wish.recipe_number
    if wish.as_version:
        done = render_as_version(
            version=version,
            recipe=recipe,
            output=names[0],
            user=user,
            number=number,
            note=wish.note,
            tell=tell,
        )
        return [{"output": done.output, "version": done.version.pk, "cached": done.cached}]
    kept = as_renditions(
        version=version, recipe=recipe, user=user, number=number, outputs=names, tell=tell
    )
    return [
        {"output": one.output, "rendition": one.rendition.pk, "cached": one.cached} for one in kept
    ]


def _teller(wish: Render, recipe: Read, names: list[str]) -> Callable[[Record], None]:
    """Writes down how far it is, step by step, and stops where nobody wants it any more."""
    steps = len(recipe.steps) + sum(len(recipe.output(name).steps) + 1 for name in names)
    done = 0

    def tell(record: Record) -> None:
        nonlocal done
        done += 1
        last = "Saving" if record.operator == "export" else record.label
        progress = {"done": done, "of": max(done, steps), "step": last}
        if not Render.objects.filter(pk=wish.pk, cancelled_at=None).update(progress=progress):
            raise Cancelled

    return tell


def _require_wanted(wish: Render) -> None:
    if wish.cancelled_at is not None:
        raise Cancelled
