"""Conditions: small expressions on facts, like ``category == product and megapixels >= 2``.

A language of its own, read into a tree of frozen values (expressions.py reads it): nothing is ever
run that the text says. A fact that is not known of a picture is like none at all: every comparison
with it is false, but for ``!=`` and ``not in``, which are true.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from processing.recipes.facts import word

Facts = Mapping[str, JsonValue]
Plain = str | int | float | bool


def _same(left: Any, right: Any) -> bool:
    """Texts are the same whatever their case and spaces; a number is never a yes or no."""
    if isinstance(left, str) and isinstance(right, str):
        return word(left) == word(right)
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """The value of a fact."""

    fact: str

    def value(self, facts: Facts) -> Any:
        return facts.get(self.fact)

    def __str__(self) -> str:
        return self.fact


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the text holds."""

    plain: Plain

    def value(self, facts: Facts) -> Any:
        return self.plain

    def __str__(self) -> str:
        text = word(self.plain) if isinstance(self.plain, str) else self.plain
        return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values, compared: ``sign`` is one of ==, !=, <, <=, >, >=."""

    sign: str
    left: Ask | Value
    right: Ask | Value

    def value(self, facts: Facts) -> bool:
        left, right = self.left.value(facts), self.right.value(facts)
        if self.sign in ("==", "!="):
            return _same(left, right) == (self.sign == "==")
        if not (_is_number(left) and _is_number(right)):
            return False
        return _ORDER[self.sign](left, right)

    def __str__(self) -> str:
        return f"({self.left} {self.sign} {self.right})"


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a value is one of several: those of a list in the text, or of a fact that is one."""

    left: Ask | Value
    choices: tuple[Value, ...] | Ask

    def value(self, facts: Facts) -> bool:
        left = self.left.value(facts)
        held = self.choices.value(facts) if isinstance(self.choices, Ask) else self.choices
        if not isinstance(held, list | tuple):
            return False
        plain = (one.plain if isinstance(one, Value) else one for one in held)
        return any(_same(left, one) for one in plain)

    def __str__(self) -> str:
        if isinstance(self.choices, Ask):
            return f"({self.left} in {self.choices})"
        return f"({self.left} in [{', '.join(sorted(str(one) for one in self.choices))}])"


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node

    def value(self, facts: Facts) -> bool:
        return not _truth(self.inner, facts)

    def __str__(self) -> str:
        return f"(not {self.inner})"


@dataclass(frozen=True, slots=True)
class Both:
    """``word`` is "and" or "or"."""

    word: str
    left: Node
    right: Node

    def value(self, facts: Facts) -> bool:
        if self.word == "and":
            return _truth(self.left, facts) and _truth(self.right, facts)
        return _truth(self.left, facts) or _truth(self.right, facts)

    def __str__(self) -> str:
        return f"({self.left} {self.word} {self.right})"


Node = Ask | Value | Compare | Among | Not | Both


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that was read and checked; its text is normalised, so that equal ones are."""

    root: Node

    def names(self) -> frozenset[str]:
        """The facts that it asks."""
        return frozenset(_asked(self.root))

    def holds(self, facts: Facts) -> bool:
        """Whether it is true of a picture of which these facts are known."""
        return _truth(self.root, facts)

    def __str__(self) -> str:
        text = str(self.root)
        return text[1:-1] if text.startswith("(") else text


def _truth(node: Node, facts: Facts) -> bool:
    return node.value(facts) is True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _asked(node: Node | tuple[Value, ...]) -> Iterator[str]:
    match node:
        case Ask(fact):
            yield fact
        case Compare(_, left, right) | Both(_, left, right) | Among(left, right):
            yield from _asked(left)
            yield from _asked(right)
        case Not(inner):
            yield from _asked(inner)
