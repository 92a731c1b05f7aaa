"""Finding recipes in the library, and reading them with what they include."""

from __future__ import annotations

from collections.abc import Mapping

from dam.models import User
from processing.models import Recipe, RecipeVersion
from processing.models.recipe import RecipeQuerySet
from processing.recipebook.stock import bring_in
from processing.recipes.conditions import Plain
from processing.recipes.faults import listed, meant
from processing.recipes.known import Known
from processing.recipes.model import Recipe as Read
from processing.recipes.reading import read
from processing.recipes.sources import Include


class NoSuchRecipe(LookupError):
    """There is no such recipe, or none that this person sees; the message is a sentence."""


def recipes(user: User) -> RecipeQuerySet:
    """The recipes that a person sees, those that come with Loupe among them."""
    bring_in()
    return Recipe.objects.visible_to(user).with_newest().select_related("brand")


def find(name: str, user: User) -> Recipe:
    """A recipe by its name, archived or not. Raises NoSuchRecipe."""
    found = recipes(user).filter(name=name).first()
    if found is None:
        names = list(recipes(user).filter(archived=False).values_list("name", flat=True))
        raise NoSuchRecipe(f"There is no recipe “{name}”.{meant(name, names, most=30)}")
    return found


def version(recipe: Recipe, number: int | None = None) -> RecipeVersion:
    """A version by its number, the newest without one. Raises NoSuchRecipe."""
    if number is None:
        return recipe.newest
    found = recipe.versions.filter(number=number).first()
    if found is None:
        raise NoSuchRecipe(
            f"“{recipe}” has no version {number}; its newest is {recipe.newest.number}."
        )
    return found


def load(
    recipe: Recipe, *, number: int | None = None, variables: Mapping[str, Plain] | None = None
) -> Read:
    """A recipe of the library, ready to be run. Raises NoSuchRecipe, RecipeError.

    What it includes is taken in its newest version, whatever version of the recipe is asked for.
    """
    text = version(recipe, number).text
    return read_here(text, brand_id=recipe.brand_id, variables=variables)


def read_here(
    text: str,
    *,
    brand_id: int | None = None,
    variables: Mapping[str, Plain] | None = None,
    others: Mapping[str, str] | None = None,
) -> Read:
    """Read a text that may include the library's recipes, those of a brand among them.

    ``others`` are texts that are not in the library yet and come before it. Raises RecipeError.
    """
    include = includer(brand_id, others or {})
    return read(text, include=include, variables=variables, known=Known())


def includer(brand_id: int | None, others: Mapping[str, str]) -> Include:
    """Texts by name, for recipes of a brand (None: of every brand) to include."""

    def include(name: str) -> str:
        if name in others:
            return others[name]
        bring_in()
        usable = Recipe.objects.usable_in(brand_id)
        found = usable.filter(name=name).first()
        if found is None:
            names = [*usable.values_list("name", flat=True), *others]
            near = meant(name, names, most=0) or f" There are {listed(names)}."
            raise NoSuchRecipe(f"There is no recipe “{name}” to include.{near}")
        return found.newest.text

    return include
