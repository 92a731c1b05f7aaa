"""Two versions of a recipe beside each other: what changed, in words and line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from processing.models import Recipe, RecipeVersion
from processing.recipebook import lookup
from processing.recipes.diffing import Change, diff
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe as Read

AROUND = 3  # lines that are shown before and after a changed one

Sign = Literal["same", "gone", "new", "gap"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either text with its numbers there; a gap stands for lines that are left out."""

    sign: Sign
    text: str = ""
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """``changes`` is None where one of the two can no longer be read as a recipe."""

    before: RecipeVersion
    after: RecipeVersion
    changes: tuple[Change, ...] | None
    lines: tuple[Line, ...]


def between(recipe: Recipe, before: RecipeVersion, after: RecipeVersion) -> Difference:
    """What is different between two versions of a recipe."""
    try:
        read = [lookup.read_here(one.text, brand_id=recipe.brand_id) for one in (before, after)]
    except RecipeError:
        changes = None
    else:
        changes = diff(*read)
    return Difference(before, after, changes, tuple(lines_of(before.text, after.text)))


def read_or_fault(recipe: Recipe, version: RecipeVersion) -> Read | str:
    """What a version's text is read as, or a sentence why it cannot be."""
    try:
        return lookup.read_here(version.text, brand_id=recipe.brand_id)
    except RecipeError as error:
        return f"Line {error.faults[0].line}: {error.faults[0].sentence}"


def lines_of(before: str, after: str) -> Iterator[Line]:
    """Changed lines with a few around them, as in a patch."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    ended = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > ended:
            yield Line("gap")
        for tag, o1, o2, n1, n2 in group:
            yield from _block(tag, old, new, (o1, o2, n1, n2))
        ended = group[-1][2]
    if ended and ended < len(old):
        yield Line("gap")


def _block(
    tag: str, old: list[str], new: list[str], at: tuple[int, int, int, int]
) -> Iterator[Line]:
    o1, o2, n1, n2 = at
    if tag == "equal":
        for o, n in zip(range(o1, o2), range(n1, n2), strict=True):
            yield Line("same", old[o], o + 1, n + 1)
        return
    for o in range(o1, o2):
        yield Line("gone", old[o], o + 1, None)
    for n in range(n1, n2):
        yield Line("new", new[n], None, n + 1)
