"""The parts of a recipe: steps, checks and exports, from their nodes to checked objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from processing.operators.exporter import Exporter
from processing.recipes.conditions import Condition
from processing.recipes.expressions import ConditionError, parse
from processing.recipes.faults import meant
from processing.recipes.known import Known
from processing.recipes.model import Check, Step
from processing.recipes.report import Report
from processing.recipes.tree import Node, Scalar, Table
from processing.recipes.variables import Variables
from processing.recipes.wording import explain

Model = TypeVar("Model", bound=BaseModel)

BESIDE = ("if", "label")
LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, and what is needed to say later that something is wrong with it."""

    step: Step
    key: Scalar
    report: Report


@dataclass(frozen=True, slots=True)
class Parts:
    """Reads parts of one text. ``report`` is that text's, ``variables`` are everybody's."""

    known: Known
    variables: Variables
    report: Report

    def steps(self, node: Node, most: int) -> list[Placed]:
        """The steps of a list, without those that are wrong."""
        items = self.report.items(node, "“steps”")
        if len(items) > most:
            self.report.add(items[most], f"A recipe has at most {most} steps.")
            return []
        return [placed for item in items if (placed := self._step(item)) is not None]

    def _step(self, item: Node) -> Placed | None:
        named = self._named(item, "step", "operator")
        if named is None:
            return None
        key, parameters, beside = named
        condition, readable = self._condition(beside.get("if"))
        label = self._label(beside.get("label"))
        kind = self._kind(key, self.known.operators, "operator")
        if kind is None:
            return None
        operator = self._made(kind, parameters, key)
        if operator is None or not readable:
            return None
        step = Step(operator, condition, label or kind.title, self.report.line(key))
        return Placed(step, key, self.report)

    def checks(self, node: Node) -> list[Check]:
        """The checks of a list, each name once, with their thresholds filled in."""
        found: dict[str, Check] = {}
        for item in self.report.items(node, "“checks”"):
            named = self._named(item, "check", "check", beside=())
            kind = self._kind(named[0], self.known.checks, "check") if named else None
            if named is None or kind is None:
                continue
            key, parameters, _ = named
            if key.text in found:
                self.report.add(key, f"The check “{key.text}” is here already.")
            checked = self._made(kind, parameters, key)
            if checked is not None:
                told = checked.model_dump(mode="json")
                found[key.text] = Check(key.text, told, self.report.line(key))
        return list(found.values())

    def export(self, node: Node) -> Exporter | None:
        """``export: jpeg``, or a table with ``format`` and its parameters."""
        if isinstance(node, Scalar):
            kind = self._kind(node, self.known.exporters, "format")
            return self._checked(kind, {}, node, node) if kind else None
        table = self.report.table(node, "“export”")
        named = _entry(table, "format") if table else None
        if table is None or named is None or not isinstance(named[1], Scalar):
            if table is not None:
                self.report.add(table, "“export” needs “format”, such as “format: jpeg”.")
            return None
        kind = self._kind(named[1], self.known.exporters, "format")
        before = len(self.report.faults)
        parameters = self.variables.plain(table, self.report)
        del parameters["format"]
        if kind is None or len(self.report.faults) > before:
            return None
        return self._checked(kind, parameters, table, named[1])

    def _named(
        self, item: Node, what: str, name: str, beside: tuple[str, ...] = BESIDE
    ) -> tuple[Scalar, Node | None, dict[str, Node]] | None:
        """The name of a list's item, what stands below it, and what beside it."""
        if isinstance(item, Scalar) and isinstance(item.value, str):
            return item, None, {}
        if not isinstance(item, Table):
            self.report.add(item, f"A {what} is the name of a known {name}.")
            return None
        pairs = list(self.report.pairs(item))
        names = [(key, value) for key, value in pairs if key.text not in beside]
        if not names:
            self.report.add(item, f"This {what} has no {name}.")
            return None
        if len(names) > 1:
            self._too_many(names, what, name)
            return None
        return *names[0], {key.text: value for key, value in pairs if key.text in beside}

    def _too_many(self, names: list[tuple[Scalar, Node]], what: str, name: str) -> None:
        (first, below), (second, _) = names[:2]
        sentence = f"A {what} has one {name}: “{first.text}” and “{second.text}” are two."
        if isinstance(below, Scalar) and below.value is None:
            sentence = f"“{second.text}” is to stand below “{first.text}”: begin it further right."
        self.report.add(second, sentence)

    def _kind(self, key: Scalar, known: Mapping[str, type[Model]], what: str) -> type[Model] | None:
        text = self.variables.fill(key, self.report) if "$" in key.text else key.text
        kind = known.get(str(text))
        if kind is None:
            sentence = f"There is no {what} called “{text}”.{meant(str(text), known)}"
            self.report.add(key, sentence)
        return kind

    def _made(self, kind: type[Model], node: Node | None, key: Scalar) -> Model | None:
        """An object of ``kind`` from the parameters below ``key``; None where they are wrong."""
        before = len(self.report.faults)
        parameters = self._parameters(node, key)
        if parameters is None or len(self.report.faults) > before:
            return None
        return self._checked(kind, parameters, node or key, key)

    def _checked(
        self, kind: type[Model], parameters: dict[str, Any], node: Node, key: Scalar
    ) -> Model | None:
        """JSON, strictly: a text is no number, and a list may still become a tuple."""
        try:
            return kind.model_validate_json(json.dumps(parameters), strict=True)
        except ValidationError as error:
            explain(error, kind, key.text, node, key, self.report)
        return None

    def _parameters(self, node: Node | None, key: Scalar) -> dict[str, Any] | None:
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return {}
        if not isinstance(node, Table):
            sentence = f"What “{key.text}” needs is written below it, as “name: value” lines."
            self.report.add(node, sentence)
            return None
        return self.variables.plain(node, self.report)

    def _condition(self, node: Node | None) -> tuple[Condition | None, bool]:
        """A condition, and whether it could be read."""
        if node is None:
            return None, True
        if not isinstance(node, Scalar) or node.value is None:
            self.report.add(node, "“if” is a condition, such as “category == product”.")
            return None, False
        try:
            return parse(node.text, self.variables.look_up, self.known.facts), True
        except ConditionError as error:
            for at, sentence in error.faults:
                self.report.add(node, sentence, at + node.offset if node.offset is not None else 0)
            return None, False

    def _label(self, node: Node | None) -> str:
        if node is None:
            return ""
        label = self.report.text(node, "“label”", LONGEST_LABEL)
        return str(self.variables.fill(node, self.report)) if isinstance(node, Scalar) else label


def _entry(table: Table, name: str) -> tuple[Scalar, Node] | None:
    return next((pair for pair in table.entries if pair[0].text == name), None)
