"""Changes to the library's recipes: made, saved as next versions, archived, brought from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from dam.actions.common import Conflict, audited
from dam.models import BrandProfile, User
from dam.permissions import require
from processing.models import Recipe, RecipeVersion
from processing.recipebook import lookup
from processing.recipebook.stock import LOCK, bring_in
from processing.recipes.faults import Fault, RecipeError
from processing.recipes.model import Recipe as Read

LONGEST_NOTE = 240


@dataclass(frozen=True, slots=True)
class Saved:
    """A version, and whether it was made now: the same text makes none."""

    version: RecipeVersion
    made: bool


def create_recipe(
    *, user: User, text: str, brand: BrandProfile | None = None, note: str = ""
) -> Saved:
    """Keep a recipe under the name that its text says, for one brand or for all.

    Raises RecipeError for a text with faults, ValidationError for a name that is taken.
    """
    require(user, "recipe.add", brand)
    return _create(user, text, brand, note, {})


def save_version(
    *, recipe: Recipe, user: User, text: str, note: str = "", after: int | None = None
) -> Saved:
    """Make a text the recipe's next version; the same text as the newest makes none.

    ``after`` is the number of the version that was changed: Conflict where a newer one is there.
    Raises RecipeError for a text with faults, or one with which recipes that include it have some.
    """
    require(user, "recipe.edit", recipe)
    return _save(recipe, user, text, note, {}, after)


def restore_version(*, recipe: Recipe, number: int, user: User) -> Saved:
    """Make an earlier text the newest again. Raises NoSuchRecipe, RecipeError."""
    require(user, "recipe.edit", recipe)
    earlier = lookup.version(recipe, number)
    return _save(recipe, user, earlier.text, f"Restored from version {number}", {})


def set_archived(*, recipe: Recipe, user: User, archived: bool) -> None:
    """Offer a recipe no more, or again. Raises ValidationError where others include it."""
    require(user, "recipe.edit", recipe)
    with transaction.atomic(), audited(user):
        _locked(recipe)
        users = [one.recipe.name for one in including(recipe.name)] if archived else []
        if users:
            raise ValidationError(f"“{recipe}” is included by {', '.join(users)}.")
        Recipe.objects.filter(pk=recipe.pk).update(archived=archived)
        recipe.archived = archived


def import_texts(
    *, user: User, texts: Mapping[str, str], brand: BrandProfile | None = None, note: str = ""
) -> list[Saved]:
    """Keep several texts, which may include each other: all of them, or none.

    ``texts`` are by the names of the recipes. Known recipes get a next version where their text
    is another; their brand stays. Raises RecipeError, ValidationError.
    """
    bring_in()
    brands = dict(Recipe.objects.filter(name__in=texts).values_list("name", "brand_id"))
    own = brand.pk if brand else None
    ordered = sorted(
        texts,
        key=lambda name: len(_read(texts[name], brands.get(name, own), name, texts).includes),
    )
    with transaction.atomic():
        return [_import(user, texts[name], name, brand, note, texts) for name in ordered]


def _import(
    user: User, text: str, name: str, brand: BrandProfile | None, note: str, texts: Mapping
) -> Saved:
    recipe = Recipe.objects.filter(name=name).first()
    if recipe is None:
        require(user, "recipe.add", brand)
        return _create(user, text, brand, note, texts)
    require(user, "recipe.edit", recipe)
    return _save(recipe, user, text, note, texts)


def _create(
    user: User, text: str, brand: BrandProfile | None, note: str, others: Mapping[str, str]
) -> Saved:
    bring_in()
    text = _tidy(text)
    read = lookup.read_here(text, brand_id=brand.pk if brand else None, others=others)
    with transaction.atomic(), audited(user, note):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if Recipe.objects.filter(name=read.name).exists():
            raise ValidationError({"name": f"There is a recipe called “{read.name}” already."})
        recipe = Recipe.objects.create(name=read.name, brand=brand, title=read.title)
        return Saved(_add_version(recipe, 1, text, read, user, note), True)


def _save(
    recipe: Recipe,
    user: User,
    text: str,
    note: str,
    others: Mapping[str, str],
    after: int | None = None,
) -> Saved:
    text = _tidy(text)
    with transaction.atomic(), audited(user, note):
        _locked(recipe)
        newest = recipe.newest
        if after is not None and newest.number != after:
            raise Conflict(f"Version {newest.number} came meanwhile: look at it, then save again.")
        if newest.text == text:
            return Saved(newest, False)
        read = _read(text, recipe.brand_id, recipe.name, others)
        _keep_others_whole(recipe.name, {**others, recipe.name: text})
        Recipe.objects.filter(pk=recipe.pk).update(title=read.title)
        recipe.title = read.title
        return Saved(_add_version(recipe, newest.number + 1, text, read, user, note), True)


def _add_version(
    recipe: Recipe, number: int, text: str, read: Read, user: User, note: str
) -> RecipeVersion:
    return RecipeVersion.objects.create(
        recipe=recipe,
        number=number,
        text=text,
        digest=read.digest(),
        includes=list(read.includes),
        author=user,
        note=note.strip()[:LONGEST_NOTE],
    )


def _locked(recipe: Recipe) -> None:
    Recipe.objects.select_for_update().get(pk=recipe.pk)


def _read(text: str, brand_id: int | None, name: str, others: Mapping[str, str]) -> Read:
    """Read a text that must be of a name."""
    read = lookup.read_here(_tidy(text), brand_id=brand_id, others=others)
    if read.name != name:
        sentence = f"This is the text of “{read.name}”; this recipe's name stays “{name}”."
        raise RecipeError([Fault(1, 1, sentence)])
    return read


def including(name: str) -> list[RecipeVersion]:
    """The newest versions, of recipes in use, that take that one in."""
    newest = RecipeVersion.objects.filter(recipe__archived=False).newest()
    return [one for one in newest.select_related("recipe") if name in one.includes]


def _keep_others_whole(name: str, texts: Mapping[str, str]) -> None:
    """Raise RecipeError where recipes that include this one would have faults with its new text."""
    broken: list[Fault] = []
    for one in including(name):
        other = one.recipe
        text = texts.get(other.name, one.text)
        try:
            lookup.read_here(text, brand_id=other.brand_id, others=texts)
        except RecipeError as error:
            first = error.faults[0]
            sentence = f"“{other}” includes this, and then had a fault in line {first.line}:"
            broken.append(Fault(0, 0, f"{sentence} {first.sentence}"))
    if broken:
        raise RecipeError(broken)


def _tidy(text: str) -> str:
    """As it is kept: lines end as on Unix, the last one too."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
