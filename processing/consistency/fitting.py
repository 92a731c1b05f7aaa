"""Whether a variable can be locked: some recipe has it, and all that have it take the value."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from django.core.exceptions import ValidationError

from processing.models import Recipe, ReferenceSet
from processing.recipebook import lookup
from processing.recipebook.stock import bring_in
from processing.recipes.conditions import Plain
from processing.recipes.faults import RecipeError, meant
from processing.recipes.model import Recipe as Read


def readable(reference: ReferenceSet) -> Iterator[Read]:
    """The recipes that may be used on a brand's pictures, read; those with faults are passed by."""
    bring_in()
    for recipe in Recipe.objects.usable_in(reference.brand_id):
        try:
            yield lookup.load(recipe)
        except RecipeError:
            continue  # saving refuses faults: an operator that changed since has made this one


def variables(reference: ReferenceSet) -> dict[str, list[Read]]:
    """What could be locked for a brand: variable → the recipes that have it."""
    found: dict[str, list[Read]] = {}
    for recipe in readable(reference):
        for name in recipe.variables:
            found.setdefault(name, []).append(recipe)
    return found


def check_lock(reference: ReferenceSet, name: str, value: Plain) -> Plain:
    """The value as the variable's type has it. Raises ValidationError with what is wrong."""
    known = variables(reference)
    if name not in known:
        near = meant(name, list(known), most=20)
        raise ValidationError({"name": f"No recipe of this brand has a variable “{name}”.{near}"})
    if isinstance(value, float) and not isfinite(value):
        raise ValidationError({"value": f"“{value}” is no number."})
    fitted: Plain = value
    for recipe in known[name]:
        assert recipe.again is not None
        try:
            fitted = recipe.again({name: value}).variables[name]
        except RecipeError as error:
            said = " ".join(fault.sentence for fault in error.faults)
            raise ValidationError({"value": f"“{recipe.name}” does not take it: {said}"}) from error
    return fitted
