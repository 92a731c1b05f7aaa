"""The texts that a recipe is made of: its own, and those that it takes in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from processing.recipes.faults import RecipeError, listed
from processing.recipes.report import Report
from processing.recipes.tree import Node, Scalar, Table, parse
from processing.recipes.variables import Variables

KEYS = (
    "recipe",
    "title",
    "description",
    "colours",
    "variables",
    "include",
    "steps",
    "outputs",
    "checks",
)
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LONGEST_NAME = 60
DEEPEST, MOST = 5, 20

Include = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """One text: its name, its top-level fields, where its faults go, and its own variables."""

    name: str
    root: Table
    fields: dict[str, Node]
    report: Report
    variables: dict[str, Scalar]


@dataclass(slots=True)
class Loading:
    """Takes texts in, the innermost first, each once; variables come together on the way."""

    include: Include
    variables: Variables = field(default_factory=Variables)
    sources: list[Source] = field(default_factory=list)
    taken: int = 0

    def load(self, text: str, report: Report, chain: tuple[str, ...] = ()) -> None:
        """Read a text and what it includes into ``sources``, itself last."""
        root = report.table(parse(text), "A recipe")
        if root is None:
            return
        fields = report.fields(root, KEYS, "A recipe")
        name = _name(root, fields, report)
        if "include" in fields:
            self._included(fields["include"], report, (*chain, name))
        declared: dict[str, Scalar] = {}
        if "variables" in fields:
            declared = self.variables.declare(fields["variables"], report)
        self.sources.append(Source(name, root, fields, report, declared))

    def _included(self, node: Node, report: Report, chain: tuple[str, ...]) -> None:
        if len(chain) > DEEPEST:
            report.add(node, f"Recipes may include each other {DEEPEST} deep.")
            return
        for item in report.items(node, "“include”"):
            name = report.text(item, "A recipe to include", LONGEST_NAME)
            if name in chain:
                circle = " → ".join((*chain[chain.index(name) :], name))
                report.add(item, f"Recipes include each other in a circle: {circle}.")
            elif name and name not in (source.name for source in self.sources):
                self._take_in(name, item, report, chain)

    def _take_in(self, name: str, item: Node, report: Report, chain: tuple[str, ...]) -> None:
        self.taken += 1
        if self.taken > MOST:
            report.add(item, f"A recipe takes in at most {MOST} others.")
            return
        inner = report.within_include(name, item)
        try:
            self.load(self.include(name), inner, chain)
        except LookupError as error:
            words = str(error.args[0]) if error.args else ""
            report.add(item, words or f"There is no recipe “{name}” to include.")
        except RecipeError as error:
            for fault in error.faults:
                place = f"In “{name}”, line {fault.line}: {fault.sentence}"
                report.add(item, place)


def name_of(text: str) -> str:
    """The name that a recipe's text says, whatever else is in it. Raises RecipeError."""
    report = Report()
    root = report.table(parse(text), "A recipe")
    fields = {key.text: value for key, value in root.entries} if root is not None else {}
    name = _name(root, fields, report) if root is not None else ""
    report.stop_if_any()
    return name


def _name(root: Table, fields: dict[str, Node], report: Report) -> str:
    if "recipe" not in fields:
        report.add(root, "A recipe needs its name: “recipe: web-shop”, for example.")
        return ""
    name = report.text(fields["recipe"], "“recipe”", LONGEST_NAME)
    if name and not SLUG.match(name):
        sentence = f"“{name}” is no name: use a-z, 0-9 and “-”, as in “web-shop”."
        report.add(fields["recipe"], sentence)
    return name


def nothing(name: str) -> str:
    """Where there is nothing to include from."""
    raise LookupError(f"There is no recipe “{name}” to include.")


def from_texts(texts: dict[str, str]) -> Include:
    """Recipes from a dictionary of texts by their names."""

    def include(name: str) -> str:
        if name not in texts:
            raise LookupError(f"There is no recipe “{name}”; there are: {listed(texts)}.")
        return texts[name]

    return include
