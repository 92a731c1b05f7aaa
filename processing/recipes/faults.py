"""What is wrong with a recipe: all of it at once, each with its place and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: ``line`` and ``column`` count from 1; 0 is the recipe as a whole."""

    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.sentence}"


class RecipeError(ValueError):
    """A recipe that cannot be used; ``faults`` says why, in the order of the text."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def listed(names: Iterable[str]) -> str:
    """Names as words of a sentence: “a, b and c”; "none" where there are none."""
    ordered = sorted(names)
    if len(ordered) < 2:
        return ordered[0] if ordered else "none"
    return f"{', '.join(ordered[:-1])} and {ordered[-1]}"


def meant(name: str, known: Iterable[str], most: int = 12) -> str:
    """A second sentence for an unknown name: the nearest known one, or those that there are."""
    choices = sorted(known)
    near = get_close_matches(name.lower().replace("_", "-"), choices, n=1, cutoff=0.6)
    near = near or get_close_matches(name.lower().replace("-", "_"), choices, n=1, cutoff=0.6)
    if near:
        return f" Did you mean “{near[0]}”?"
    if not choices or len(choices) > most:
        return ""
    return f" There are {listed(choices)}." if len(choices) > 1 else f" There is {choices[0]}."
