"""Cutting and joining text at the places of its tree: what is not meant stays as it was written.

Each function gives a new text. None of them promises what it means in YAML: `acts.py` reads every
result again before anybody gets it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from processing.recipes.editing.spans import Items, Node, Scalar, Table
from processing.recipes.editing.writing import entry, item, one_line, several_lines

COMMENT = "#"


def replaced(text: str, start: int, end: int, by: str) -> str:
    """The text with a piece of it replaced."""
    return text[:start] + by + text[end:]


def with_value(text: str, node: Scalar, value: Any, indent: int) -> str:
    """Another value in the place of a scalar, in ``indent`` spaces if it has several lines."""
    if isinstance(value, str) and "\n" in value.strip("\n"):
        written = several_lines(value, indent)
    else:
        written = one_line(value)
    if node.end > node.start and text[node.end - 1] == "\n":
        written += "\n" + _blank_behind(text, node)
    before = " " if node.start and text[node.start - 1] == ":" else ""
    return replaced(text, node.start, node.end, before + written)


def _blank_behind(text: str, node: Scalar) -> str:
    """The empty lines that a block of lines takes with it."""
    block = text[node.start : node.end]
    return "\n" * (len(block) - len(block.rstrip("\n")) - 1)


def with_entry(
    text: str, table: Table, name: str, value: Any, *, before: Sequence[str] = (), depth: int = 0
) -> str:
    """A new name in a table: before the first of the names in ``before``, else at its end.

    Tables in it are written below each other, ``depth`` deep, further in in one line.
    """
    if table.flow:
        at = table.entries[-1][1].end if table.entries else table.start + 1
        comma = ", " if table.entries else ""
        return replaced(text, at, at, f"{comma}{one_line({name: value})[1:-1]}")
    indent = " " * table.column
    written = entry(name, value, table.column, depth)
    for key, _ in table.entries:
        if key.text in before:
            at = _with_comments(text, line_start(text, key.start))
            return replaced(text, at, at, f"{indent}{written}\n")
    at = line_end(text, table.end)
    return replaced(text, at, at, f"\n{indent}{written}")


def without_entry(text: str, table: Table, place: int) -> str:
    """A table without one of its names."""
    key, value = table.entries[place]
    last = place == len(table.entries) - 1
    if table.flow:
        return _without_flow(text, [one for one, _ in table.entries], value.end, place)
    begins_line = not text[line_start(text, key.start) : key.start].strip()
    if not begins_line and not last:
        return replaced(text, key.start, table.entries[place + 1][0].start, "")
    if not begins_line:
        return replaced(text, key.start, max(value.end, key.end), "")
    start = line_start(text, key.start)
    end = after_line(text, max(value.end, key.end + 1))
    return replaced(text, start, end, "")


def _without_flow(text: str, starts: Sequence[Node], end: int, place: int) -> str:
    if place + 1 < len(starts):
        return replaced(text, starts[place].start, starts[place + 1].start, "")
    start = starts[place].start
    while start and text[start - 1] in " \n\t":
        start -= 1
    if text[start - 1] == ",":
        start -= 1
    return replaced(text, start, end, "")


def with_item(text: str, items: Items, place: int, value: Any) -> str:
    """A list with a new item at a place."""
    if items.flow:
        return _with_flow_item(text, items, place, one_line(value))
    written = f"{' ' * items.column}- {item(value, items.column + 2)}\n"
    if place < len(items.items):
        at = chunks(text, items)[place][0]
    else:
        at = chunks(text, items)[-1][1]
        if at and text[at - 1] != "\n":
            written = "\n" + written.rstrip("\n")
    return replaced(text, at, at, written)


def _with_flow_item(text: str, items: Items, place: int, written: str) -> str:
    if not items.items:
        return replaced(text, items.start + 1, items.start + 1, written)
    if place < len(items.items):
        at = items.items[place].start
        return replaced(text, at, at, f"{written}, ")
    at = items.items[-1].end
    return replaced(text, at, at, f", {written}")


def without_item(text: str, items: Items, place: int) -> str:
    """A list without one of its items, and without the comments that stand right above it."""
    if items.flow:
        return _without_flow(text, items.items, items.items[place].end, place)
    start, end = chunks(text, items)[place]
    return replaced(text, start, end, "")


def with_moved(text: str, items: Items, place: int, to: int) -> str:
    """A list with an item elsewhere; what stands right above an item goes with it."""
    spans = [(one.start, one.end) for one in items.items] if items.flow else chunks(text, items)
    pieces = [text[start:end] for start, end in spans]
    if not items.flow and not pieces[-1].endswith("\n"):
        pieces[-1] += "\n"
    pieces.insert(to, pieces.pop(place))
    gaps = [text[a[1] : b[0]] for a, b in itertools.pairwise(spans)]
    joined = "".join(one for pair in zip(pieces, [*gaps, ""], strict=True) for one in pair)
    return replaced(text, spans[0][0], spans[-1][1], joined)


def chunks(text: str, items: Items) -> list[tuple[int, int]]:
    """The lines of each item: from the comments right above its dash to the next one's."""
    starts = [_with_comments(text, line_start(text, dash)) for dash in items.dashes]
    ends = [*starts[1:], after_line(text, items.end)]
    return list(zip(starts, ends, strict=True))


def _with_comments(text: str, start: int) -> int:
    """The beginning of the comment lines right above a line."""
    while start:
        above = line_start(text, start - 1)
        if not text[above:start].lstrip().startswith(COMMENT):
            break
        start = above
    return start


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """The end of the line that has what ends at ``at``, before its line break."""
    if at and text[at - 1] == "\n":
        return at - 1
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def after_line(text: str, at: int) -> int:
    """The beginning of the line below what ends at ``at``."""
    return min(len(text), line_end(text, at) + 1)
