"""Collecting faults while reading, so that all are told at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from processing.recipes.faults import Fault, RecipeError, meant
from processing.recipes.tree import Items, Node, Scalar, Table


@dataclass(frozen=True, slots=True)
class Report:
    """Faults of one text. Those of an included one are told at the include, with its own line.

    ``include`` is where the recipe that is read takes ``within`` in; None for its own text.
    """

    faults: list[Fault] = field(default_factory=list)
    include: Node | None = None
    within: str = ""

    def add(self, node: Node, sentence: str, offset: int = 0) -> None:
        """Note a fault at a node, ``offset`` characters behind its beginning."""
        if self.include is None:
            self.faults.append(Fault(node.line, node.column + offset, sentence))
        else:
            where = f"In “{self.within}”, line {node.line}: {sentence}"
            self.faults.append(Fault(self.include.line, self.include.column, where))

    def within_include(self, name: str, place: Node) -> Report:
        """The report for a text that is taken in at ``place``; the outermost include counts."""
        return Report(self.faults, self.include or place, name)

    def line(self, node: Node) -> int:
        """The line, in the text that is read, to which a node belongs."""
        return self.include.line if self.include is not None else node.line

    def stop_if_any(self) -> None:
        """Raise RecipeError where there are faults."""
        if self.faults:
            raise RecipeError(self.faults)

    # What every reader asks of a node, with a sentence where it is something else.

    def table(self, node: Node, what: str) -> Table | None:
        if isinstance(node, Table):
            return node
        self.add(node, f"{what} is written as “name: value” lines.")
        return None

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        if isinstance(node, Items):
            return node.items
        if not (isinstance(node, Scalar) and node.value is None):
            self.add(node, f"{what} is a list: each begins with “- ”.")
        return ()

    def text(self, node: Node, what: str, longest: int) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            self.add(node, f"{what} is a text.")
            return ""
        if len(node.text) > longest:
            self.add(node, f"{what} has at most {longest} characters.")
        return node.text

    def pairs(self, table: Table, what: str = "") -> Iterator[tuple[Scalar, Node]]:
        """Keys and values, each key once; a second one is told and left out."""
        seen: dict[str, Scalar] = {}
        for key, value in table.entries:
            if first := seen.get(key.text):
                called = f"{what} “{key.text}”".strip()
                self.add(key, f"Here is a second {called}; the first is in line {first.line}.")
                continue
            seen[key.text] = key
            yield key, value

    def fields(self, table: Table, known: tuple[str, ...], of: str) -> dict[str, Node]:
        """The values of known keys; an unknown key is told, with the nearest known one."""
        found: dict[str, Node] = {}
        for key, value in self.pairs(table):
            if key.text in known:
                found[key.text] = value
            else:
                self.add(key, f"{of} has no “{key.text}”.{meant(key.text, known)}")
        return found
