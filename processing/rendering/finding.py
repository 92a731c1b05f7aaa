"""A recipe by the name that a person gives: one of the library, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dam.models import User
from processing.recipebook import files, lookup
from processing.recipes.conditions import Plain
from processing.recipes.model import Recipe


@dataclass(frozen=True, slots=True)
class Found:
    """A recipe, its stored version's number if it has one, and the folder that it lies in."""

    recipe: Recipe
    number: int | None = None
    folder: Path | None = None


def find(name: str, user: User, variables: Mapping[str, Plain] | None = None) -> Found:
    """Find a recipe: a file where the name ends like one, else one of the library.

    ``variables`` replace its defaults; texts are read as their types ask. What a file includes is
    looked for beside it first, then in the library. Raises RecipeError, and LookupError with a
    sentence.
    """
    path = Path(name)
    if path.suffix.lower() in files.ENDINGS:
        return _file(path, variables)
    recipe = lookup.find(name, user)
    number = recipe.newest.number
    return Found(lookup.load(recipe, number=number, variables=variables), number)


def _file(path: Path, variables: Mapping[str, Plain] | None) -> Found:
    if not path.is_file():
        raise LookupError(f"There is no file “{path}”.")
    text, others = files.read_file(path), files.Beside(path)
    read = lookup.read_here(text, others=others, variables=variables)
    return Found(read, None, path.parent)
