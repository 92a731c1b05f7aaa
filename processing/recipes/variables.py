"""Variables: one set of names for a recipe and all that it takes in.

A value keeps the type of its first default. ``$name`` alone gives the value with its type, inside
a longer text its words; ``$$`` is a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from processing.recipes.conditions import Plain
from processing.recipes.faults import meant
from processing.recipes.report import Report
from processing.recipes.tree import Items, Node, Scalar, Table, typed

NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_USE = re.compile(r"\$(?:\$|\{(?P<braced>[^}]*)\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))")
MOST = 50


def kind_of(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes or no (true or false)"
    if isinstance(value, str):
        return "a text"
    return "a whole number" if isinstance(value, int) else "a number"


@dataclass(slots=True)
class Variables:
    """Values by name, and which of them were used."""

    values: dict[str, Plain] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def declare(self, node: Node, report: Report) -> dict[str, Scalar]:
        """Take a recipe's ``variables:``; returns the places of their names.

        Where a recipe that it takes in has the name already, this is its new value.
        """
        table = report.table(node, "“variables”")
        declared: dict[str, Scalar] = {}
        for key, value in report.pairs(table, "variable") if table else ():
            if not NAME.match(key.text):
                report.add(key, f"“{key.text}” is no name for a variable: use a-z, 0-9 and “_”.")
            elif not isinstance(value, Scalar) or value.value is None:
                report.add(value, f"“{key.text}” needs a text, a number, true or false.")
            elif isinstance(value.value, str) and _USE.search(value.value):
                report.add(value, "A variable's value is plain: it uses no other variables.")
            elif fault := self.set(key.text, value.value):
                report.add(value, fault)
            else:
                declared[key.text] = key
        if len(self.values) > MOST:
            report.add(node, f"A recipe has at most {MOST} variables.")
        return declared

    def set(self, name: str, value: Plain) -> str:
        """Give a variable a value; returns a sentence where its type is another, else nothing."""
        before = self.values.get(name)
        if before is None or type(before) is type(value):
            self.values[name] = value
        elif isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
            self.values[name] = float(value)
        elif isinstance(before, int) and isinstance(value, float) and not isinstance(before, bool):
            self.values[name] = value
        else:
            return f"“{name}” is {kind_of(before)}, not “{value}”."
        return ""

    def override(self, given: Mapping[str, Plain], place: Node, report: Report) -> None:
        """Values from outside: a command's, a request's. Texts are read as their type asks."""
        for name, value in given.items():
            before = self.values.get(name)
            if before is None:
                known = meant(name, self.values)
                report.add(place, f"There is no variable “{name}” to be set.{known}")
            elif fault := self.set(name, _as_type(value, before)):
                report.add(place, fault)

    def look_up(self, name: str) -> Plain | None:
        """A variable's value, noting that it is used; None for an unknown name."""
        if name in self.values:
            self.used.add(name)
        return self.values.get(name)

    def plain(self, node: Node, report: Report) -> Any:
        """A node as plain JSON, its variables filled in."""
        if isinstance(node, Scalar):
            return self.fill(node, report) if isinstance(node.value, str) else node.value
        if isinstance(node, Items):
            return [self.plain(item, report) for item in node.items]
        assert isinstance(node, Table)
        return {key.text: self.plain(value, report) for key, value in report.pairs(node)}

    def fill(self, node: Scalar, report: Report) -> Plain:
        """A text with its variables filled in; a variable alone keeps its type."""
        alone = _USE.fullmatch(node.text)
        if alone and alone[0] != "$$":
            return self._use(alone, node, report)
        return _USE.sub(lambda use: _written(self._use(use, node, report)), node.text)

    def _use(self, use: re.Match[str], node: Scalar, report: Report) -> Plain:
        if use[0] == "$$":
            return "$"
        name = use["bare"] or use["braced"] or ""
        value = self.look_up(name)
        if value is None:
            offset = use.start() + node.offset if node.offset is not None else 0
            sentence = f"There is no variable “{name}”.{meant(name, self.values)}"
            report.add(node, sentence, offset)
        return "" if value is None else value


def _written(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _as_type(value: Plain, like: Plain) -> Plain:
    """A text from a command line as the type that is asked for, where it can be one."""
    if not isinstance(value, str) or isinstance(like, str):
        return value
    read = typed(value)
    return value if read is None else read
