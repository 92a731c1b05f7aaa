"""Plain values as YAML, in one line, as a person would write them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from processing.recipes.tree import typed

# What needs no quotes anywhere: begins like a word and has nothing in it that YAML reads.
_BARE = re.compile(r"[^\W\d][\w ./$<>=()+%–-]*(?<! )|\$[\w]+", re.UNICODE)
_INDENT = "  "
LISTS = frozenset({"steps", "checks", "include"})


def one_line(value: Any) -> str:
    """A value of JSON in YAML's flow style: ``{width: 800, colour: "#ffffff"}``."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_text(str(name))}: {one_line(one)}" for name, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, Sequence):
        return f"[{', '.join(one_line(one) for one in value)}]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def several_lines(value: str, indent: int) -> str:
    """A text of several lines as a literal block, its lines ``indent`` spaces in."""
    begun = "|" if value.endswith("\n") else "|-"
    lines = [" " * indent + line if line else "" for line in value.rstrip("\n").split("\n")]
    return "\n".join([begun, *lines])


def entries(table: Mapping[str, Any], indent: int, depth: int = 0) -> str:
    """The lines of a table, the first without its ``indent`` spaces."""
    joint = "\n" + " " * indent
    return joint.join(entry(name, value, indent, depth) for name, value in table.items())


def entry(name: str, value: Any, indent: int, depth: int = 0) -> str:
    """“name: value” in a table whose lines begin ``indent`` spaces in.

    Tables are written below each other ``depth`` deep, and in one line further in; steps, checks
    and includes always one below the other.
    """
    called, inner = _text(name), indent + len(_INDENT)
    below = f"{called}:\n{' ' * inner}"
    if value is None:
        return f"{called}:"
    if isinstance(value, Mapping) and value and depth > 0:
        return below + entries(value, inner, depth - 1)
    if isinstance(value, list) and value and name in LISTS:
        return below + f"\n{' ' * inner}".join(f"- {item(one, inner + 2)}" for one in value)
    if isinstance(value, str) and "\n" in value.strip("\n"):
        return f"{called}: {several_lines(value, inner)}"
    return f"{called}: {one_line(value)}"


def item(value: Any, indent: int) -> str:
    """A list's item behind its dash: tables one name below the other, their values in one line."""
    return entries(value, indent) if isinstance(value, Mapping) and value else one_line(value)


def _number(value: float) -> str:
    """As short as can be without losing anything, and a number in YAML's core schema."""
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text[:-2] if text.endswith(".0") and abs(value) < 1e15 else text


def _text(value: str) -> str:
    if _BARE.fullmatch(value) and typed(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
