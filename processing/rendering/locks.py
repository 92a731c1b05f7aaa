"""Locked settings: variables that have one value for a brand's pictures of a category."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from dam.models import Asset
from processing.errors import InputError
from processing.models import LockedSetting
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe


def locks_of(asset: Asset) -> list[LockedSetting]:
    """What is locked for an asset's brand and category, by name."""
    found = LockedSetting.objects.filter(
        reference__brand=asset.brand_id, reference__category=asset.category
    )
    return list(found.select_related("locked_by", "reference__brand"))


def held(recipe: Recipe, asset: Asset) -> tuple[Recipe, tuple[LockedSetting, ...]]:
    """A recipe with the values to which its variables are locked, and which they are.

    Raises InputError where the recipe was given another value, or the locked one no longer fits.
    """
    own = tuple(lock for lock in locks_of(asset) if lock.name in recipe.variables)
    if not own or recipe.again is None:
        return recipe, ()
    _refuse_others(recipe, own)
    values = {lock.name: lock.value for lock in own}
    try:
        return recipe.again({**recipe.given, **values}), own
    except RecipeError as error:
        said = " ".join(fault.sentence for fault in error.faults)
        names = ", ".join(f"“{name}”" for name in values)
        raise InputError(
            f"“{recipe.name}” does not take what {names} is locked to. {said}"
        ) from error


def told(lock: LockedSetting) -> dict[str, JsonValue]:
    """A lock as plain JSON, for the provenance of what was made under it."""
    return {
        "name": lock.name,
        "value": lock.value,
        "by": lock.locked_by.username if lock.locked_by else None,
        "at": lock.locked_at.isoformat(),
    }


def _refuse_others(recipe: Recipe, own: Iterable[LockedSetting]) -> None:
    for lock in own:
        # A text from a command line was read as the variable's type.
        given = recipe.variables[lock.name] if lock.name in recipe.given else lock.value
        if given != lock.value:
            who = f" by {lock.locked_by}" if lock.locked_by else ""
            raise InputError(
                f"“{lock.name}” is locked to {lock.value} for {lock.reference}{who}:"
                f" it cannot be {given} here."
            )
