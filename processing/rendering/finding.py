"""A recipe by the name that a person gives: one of the library, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dam.models import User
from processing.recipebook import files, lookup
from processing.recipes.model import Recipe


@dataclass(frozen=True, slots=True)
class Found:
    """A recipe, its stored version's number if it has one, and the folder that it lies in."""

    recipe: Recipe
    number: int | None = None
    folder: Path | None = None


def find(name: str, user: User) -> Found:
    """Find a recipe: a file where the name ends like one, else one of the library.

    What a file includes is looked for beside it first, then in the library. Raises RecipeError,
    and LookupError with a sentence.
    """
    path = Path(name)
    if path.suffix.lower() in files.ENDINGS:
        return _file(path)
    recipe = lookup.find(name, user)
    number = recipe.newest.number
    return Found(lookup.load(recipe, number=number), number)


def _file(path: Path) -> Found:
    if not path.is_file():
        raise LookupError(f"There is no file “{path}”.")
    read = lookup.read_here(files.read_file(path), others=files.Beside(path))
    return Found(read, None, path.parent)
