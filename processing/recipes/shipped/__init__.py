"""The recipes that come with Loupe: one file each, named like the recipe."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from processing.recipes.model import Recipe
from processing.recipes.reading import read
from processing.recipes.sources import from_texts

_HERE = Path(__file__).parent


@cache
def texts() -> dict[str, str]:
    """Name → text of every shipped recipe."""
    files = sorted(_HERE.glob("*.yaml"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


@cache
def marks() -> dict[str, str]:
    """Name → SHA-256 of the text: whether a library has looked at it."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts().items()}


@cache
def recipe(name: str) -> Recipe:
    """A shipped recipe, read with shipped ones alone to include. Raises KeyError, RecipeError."""
    return read(texts()[name], include=from_texts(texts()))
