"""A recipe's text as a tree whose every node knows from where to where it stands.

`tree.parse` is asked first: what it bounds (size, depth, aliases) is bounded here too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.tokens import BlockEntryToken

from processing.recipes import tree
from processing.recipes.conditions import Plain

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value from ``start`` to ``end`` (offsets in the text); empty where both are equal."""

    start: int
    end: int
    column: int
    value: Plain | None
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """Something that was written elsewhere: it is not changed here."""

    start: int
    end: int
    column: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``dashes`` are where its items' “-” stand, empty where it is written in brackets."""

    start: int
    end: int
    column: int
    flow: bool
    items: tuple[Node, ...]
    dashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Names and values. ``end`` is behind the last value, not behind what follows it."""

    start: int
    end: int
    column: int
    flow: bool
    entries: tuple[tuple[Scalar, Node], ...]

    def get(self, name: str) -> Node | None:
        """The value of a name: of the first, where it comes twice."""
        return next((value for key, value in self.entries if key.text == name), None)


Node = Scalar | Alias | Items | Table


def spanned(text: str) -> Node:
    """The tree of a text, with places. Raises RecipeError where `tree.parse` does."""
    tree.parse(text)
    return _Building(_events(text), _dashes(text)).root()


def plain(text: str) -> Any:
    """A text's values as plain lists and tables, aliases filled in. Raises RecipeError."""
    return _plain(tree.parse(text))


def find(root: Node, path: Path) -> Node | None:
    """The node at a path of names and numbers; None where there is none."""
    node: Node | None = root
    for step in path:
        if isinstance(node, Table) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def _plain(node: tree.Node) -> Any:
    if isinstance(node, tree.Scalar):
        return node.value
    if isinstance(node, tree.Items):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.entries}


def _events(text: str) -> Iterator[ev.Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _dashes(text: str) -> dict[int, list[int]]:
    """Where the dashes of lists are, by their column."""
    found: dict[int, list[int]] = {}
    for token in YAML(typ="safe", pure=True).scan(text):
        if isinstance(token, BlockEntryToken):
            mark = token.start_mark
            found.setdefault(mark.column, []).append(mark.index)
    return found


@dataclass(slots=True)
class _Building:
    events: Iterator[ev.Event]
    by_column: dict[int, list[int]]

    def root(self) -> Node:
        found = next(event for event in self.events if isinstance(event, ev.NodeEvent))
        return self._node(found)

    def _node(self, event: ev.NodeEvent) -> Node:
        start, end, column = _place(event)
        if isinstance(event, ev.AliasEvent):
            return Alias(start, end, column)
        if isinstance(event, ev.ScalarEvent):
            text, style = str(event.value), event.style or ""
            value = text if style else tree.typed(text)
            return Scalar(start, end, column, value, text, style)
        flow = bool(getattr(event, "flow_style", False))
        closing = (
            ev.SequenceEndEvent if isinstance(event, ev.SequenceStartEvent) else ev.MappingEndEvent
        )
        inner, last = self._until(closing)
        end = last.end_mark.index if flow else max((one.end for one in inner), default=start)
        if isinstance(event, ev.SequenceStartEvent):
            dashes = () if flow else tuple(self._dash(column, one.start) for one in inner)
            return Items(start, end, column, flow, tuple(inner), dashes)
        pairs = zip(inner[::2], inner[1::2], strict=True)
        entries = tuple((key, value) for key, value in pairs if isinstance(key, Scalar))
        return Table(start, end, column, flow, entries)

    def _until(self, closing: type[ev.Event]) -> tuple[list[Node], ev.Event]:
        inner: list[Node] = []
        for event in self.events:
            if isinstance(event, closing):
                return inner, event
            assert isinstance(event, ev.NodeEvent)
            inner.append(self._node(event))
        raise AssertionError("a document ends everything in it")

    def _dash(self, column: int, before: int) -> int:
        """The last dash of that column up to an item's beginning."""
        there = self.by_column[column]
        return there[bisect_right(there, before) - 1]


def _place(event: ev.Event) -> tuple[int, int, int]:
    return event.start_mark.index, event.end_mark.index, event.start_mark.column
