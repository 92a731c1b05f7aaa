"""YAML to a tree in which everything has its place: bounded, and nothing but plain values.

Built from ruamel.yaml's events rather than from its composer, so that depth, size and what aliases
multiply are bounded before anything is built, and no tag is ever obeyed. Plain scalars are read by
YAML 1.2's core schema: ``no`` and ``off`` are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from processing.recipes.conditions import Plain
from processing.recipes.faults import Fault, RecipeError

LONGEST = 64 * 1024  # characters
DEEPEST = 12
MOST_NODES = 4000  # with what aliases repeat counted each time

_NULL = re.compile(r"^(~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9]{1,18}$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?$")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value, and its own text; ``offset`` is where that begins behind ``column``.

    ``offset`` is None where places in the text are not those in the file (it has several lines or
    escapes).
    """

    line: int
    column: int
    value: Plain | None
    text: str
    offset: int | None = 0
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    column: int
    items: tuple[Node, ...]
    size: int
    height: int


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values in their order; a key can come twice: who reads it says so."""

    line: int
    column: int
    entries: tuple[tuple[Scalar, Node], ...]
    size: int
    height: int


Node = Scalar | Items | Table


def parse(text: str) -> Node:
    """The tree of a YAML document. Raises RecipeError, with the one place where reading ended."""
    if len(text) > LONGEST:
        _refuse(0, 0, f"A recipe has at most {LONGEST // 1024} thousand characters.")
    try:
        return _Building(_events(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(str(error.problem or error.context or "it cannot be read").split())
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise RecipeError([Fault(line, column, f"This is no YAML: {words}.")]) from error
    except ReaderError as error:
        before = text[: error.position]
        column = len(before) - (before.rfind("\n") + 1) + 1
        fault = Fault(before.count("\n") + 1, column, "Here is a character that no text can have.")
        raise RecipeError([fault]) from error
    except YAMLError as error:
        raise RecipeError([Fault(1, 1, f"This is no YAML: {error}.")]) from error


def _events(text: str) -> Iterator[ev.Event]:
    yaml = YAML(typ="safe", pure=True)
    yield from yaml.parse(text)


def _refuse(line: int, column: int, sentence: str) -> NoReturn:
    raise RecipeError([Fault(line, column, sentence)])


@dataclass(slots=True)
class _Building:
    events: Iterator[ev.Event]
    anchors: dict[str, Node] = field(default_factory=dict)
    built: int = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, ev.NodeEvent):
                if root is not None:
                    _refuse(*_place(event), "A recipe is one document: “---” begins another here.")
                root = self._node(event, 1)
        if root is None:
            _refuse(1, 1, "There is nothing here.")
        return root

    def _node(self, event: ev.NodeEvent, depth: int) -> Node:
        if depth > DEEPEST:
            _refuse(*_place(event), f"Things may lie {DEEPEST} deep in each other.")
        if isinstance(event, ev.AliasEvent):
            return self._alias(event, depth)
        if getattr(event, "ctag", None) is not None:
            _refuse(*_place(event), "Tags (with “!”) mean nothing in a recipe: leave it out.")
        node = self._built(event, depth)
        if node.size > MOST_NODES:
            _refuse(*_place(event), f"A recipe has at most {MOST_NODES} values.")
        if event.anchor:
            self.anchors[str(event.anchor)] = node
        return node

    def _built(self, event: ev.NodeEvent, depth: int) -> Node:
        self.built += 1
        if self.built > MOST_NODES:
            _refuse(*_place(event), f"A recipe has at most {MOST_NODES} values.")
        if isinstance(event, ev.ScalarEvent):
            return _scalar(event)
        line, column = _place(event)
        if isinstance(event, ev.SequenceStartEvent):
            items = tuple(self._until(ev.SequenceEndEvent, depth))
            return Items(line, column, items, _size(items), _height(items))
        found = tuple(self._until(ev.MappingEndEvent, depth))
        pairs = tuple(zip(found[::2], found[1::2], strict=True))
        entries = tuple((_key(key), value) for key, value in pairs)
        return Table(line, column, entries, _size(found), _height(found))

    def _until(self, end: type[ev.Event], depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, end):
                return
            assert isinstance(event, ev.NodeEvent)
            yield self._node(event, depth + 1)

    def _alias(self, event: ev.AliasEvent, depth: int) -> Node:
        """What an anchor held, again: it has the place where it was written."""
        node = self.anchors.get(str(event.anchor))
        if node is None:
            _refuse(*_place(event), f"Nothing before this is marked “&{event.anchor}”.")
        if depth + node.height - 1 > DEEPEST:
            _refuse(*_place(event), f"Things may lie {DEEPEST} deep in each other.")
        return node


def _place(event: ev.Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _size(nodes: tuple[Node, ...]) -> int:
    return 1 + sum(node.size for node in nodes)


def _height(nodes: tuple[Node, ...]) -> int:
    return 1 + max((node.height for node in nodes), default=0)


def _key(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        _refuse(node.line, node.column, "A name was expected here, before the “:”.")
    return node


def _scalar(event: ev.ScalarEvent) -> Scalar:
    line, column = _place(event)
    text = str(event.value)
    plain = not event.style
    one_line = event.start_mark.line == event.end_mark.line
    as_written = event.end_mark.column - event.start_mark.column == len(text) + (0 if plain else 2)
    offset = (0 if plain else 1) if one_line and as_written else None
    return Scalar(line, column, typed(text) if plain else text, text, offset)


def typed(text: str) -> Plain | None:
    """A plain scalar's value, by the core schema of YAML 1.2.2, chapter 10.3."""
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.lower() == "true"
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
