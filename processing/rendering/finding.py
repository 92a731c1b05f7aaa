"""A recipe by the name that a person gives: one of the library, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dam.models import User
from processing.recipes.model import Recipe
from processing.recipes.reading import read

ENDINGS = frozenset({".yaml", ".yml"})
LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A recipe, its stored version's number if it has one, and the folder that it lies in."""

    recipe: Recipe
    number: int | None = None
    folder: Path | None = None


def find(name: str, user: User) -> Found:
    """Find a recipe: a file where the name ends like one, else one of the library.

    What a file includes is looked for beside it first. Raises RecipeError, and LookupError with a
    sentence.
    """
    path = Path(name)
    if path.suffix.lower() in ENDINGS:
        return _file(path, user)
    raise LookupError(f"There is no recipe “{name}”.")


def _file(path: Path, user: User) -> Found:
    if not path.is_file():
        raise LookupError(f"There is no file “{path}”.")

    def include(name: str) -> str:
        beside = path.with_name(f"{name}{path.suffix}")
        if beside.is_file():
            return _text(beside)
        raise LookupError(f"There is no recipe “{name}”.")

    return Found(read(_text(path), include=include), None, path.parent)


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise LookupError(f"“{path}” is larger than a recipe can be.")
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise LookupError(f"“{path}” is not text in UTF-8.") from error
