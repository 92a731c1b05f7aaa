"""The reference of operators and exporters as a page, written from their own words.

`python -m processing.operators.reference docs/reference/operators.md` writes it; a test compares.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from processing.operators.base import Operator
from processing.operators.catalogue import exporters, operators

HEAD = """\
# Operators and formats

What the steps of a [recipe](recipes.md) can be, and what its outputs can be exported as. This page
is written from the operators themselves, by
`python -m processing.operators.reference docs/reference/operators.md`.

Every operator takes RGB with or without transparency, grey, CMYK (read through its profile) and
16 bits, or says in a sentence why it does not. The same picture, parameters and versions give the
same bytes.
"""
FAMILIES = {
    "geometry": "Geometry",
    "light": "Colour and light",
    "detail": "Detail",
    "background": "Subject and background",
    "marks": "Marks",
}
COLOURS = {
    "srgb": "",
    "rgb": "Works in any RGB profile.",
    "any": "Works in any colours, those of the press included.",
}
Schema = Mapping[str, Any]


def page() -> str:
    """The whole page, in Markdown."""
    parts = [HEAD]
    for family, title in FAMILIES.items():
        parts.append(f"## {title}\n")
        parts += [_operator(one) for one in operators().values() if one.family == family]
    parts.append("## Formats\n")
    parts += [_section(one.format, one.title, one) for one in exporters().values()]
    return "\n".join(parts)


def _operator(kind: type[Operator]) -> str:
    notes = [COLOURS[kind.colours]]
    if kind.networks:
        notes.append(f"Asks a neural network: {', '.join(kind.networks)}.")
    notes.append(f"Version {kind.version}.")
    return _section(kind.operator, kind.title, kind, notes=notes, example=_example(kind))


def _section(
    name: str,
    title: str,
    kind: type[BaseModel],
    notes: list[str] | None = None,
    example: str = "",
) -> str:
    lines = [f"### `{name}`: {title}\n", words(kind)]
    told = " ".join(note for note in notes or () if note)
    if told:
        lines += ["", told]
    rows = list(_rows(kind.model_json_schema()))
    if rows:
        lines += ["", "| parameter | kind | default | meaning |", "|---|---|---|---|", *rows]
    if example:
        lines += ["", "```yaml", example, "```"]
    return "\n".join(lines) + "\n"


def words(kind: type[BaseModel]) -> str:
    """The first paragraph of a class's docstring, on one line."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


def _example(kind: type[Operator]) -> str:
    inner = ", ".join(f"{name}: {_plain(value)}" for name, value in kind.example.items())
    return f"- {kind.operator}: {{{inner}}}"


def _rows(schema: Schema) -> Iterator[str]:
    for name, told in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        default = "needed" if needed else _default(told.get("default"))
        meaning = " ".join(told.get("description", "").split()).replace("|", "\\|")
        yield f"| `{name}` | {_kind(told, schema)} | {default} | {meaning} |"


def _default(value: object) -> str:
    return "" if value is None else f"`{_plain(value)}`"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_plain(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_plain(one)}' for name, one in value.items())}}}"
    text = str(value)
    return f'"{text}"' if text.startswith("#") or ":" in text or not text else text


def _kind(told: Schema, whole: Schema) -> str:
    """A parameter's kind in words: its unit and range, or the words that it takes."""
    if "$ref" in told:
        return _kind(whole["$defs"][told["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in told:
        kinds = [_kind(one, whole) for one in told["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in told:
        return ", ".join(f"`{one}`" for one in told["enum"])
    if "const" in told:
        return f"`{told['const']}`"
    kind = told.get("type", "")
    if kind == "array":
        return f"list of {_kind(told.get('items', {}), whole) or 'values'}"
    named = {"color": "colour", "reference": "picture or file"}.get(str(told.get("format", "")))
    if named:
        return named
    words = {"integer": "whole number", "number": "number", "boolean": "yes or no"}
    return _with_range(words.get(kind, "text" if kind == "string" else "mapping"), told)


def _with_range(kind: str, told: Schema) -> str:
    low = told.get("minimum", told.get("exclusiveMinimum"))
    high = told.get("maximum", told.get("exclusiveMaximum"))
    unit = told.get("unit", "")
    unit = "" if unit in ("share", "−1…1") else unit
    span = ""
    if low is not None and high is not None:
        span = f"{low:g} to {high:g}"
    elif low is not None:
        over = "above" if "exclusiveMinimum" in told else "from"
        span = f"{over} {low:g}"
    elif high is not None:
        span = f"up to {high:g}"
    return f"{kind}, {' '.join((span, unit)).strip()}" if span or unit else kind


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
