"""Form fields from the JSON Schemas of operators, formats and checks, with what a text says now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from processing.recipes.editing.spans import Node, Path, Scalar, Table
from processing.recipes.editing.writing import one_line

Control = Literal["number", "choice", "switch", "colour", "text", "raw"]
WIDEST_SLIDER = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: what it is called and may be, and what the text says (nothing: as usual)."""

    path: Path
    title: str
    about: str
    control: Control
    unit: str = ""
    value: str = ""
    usual: str = ""
    choices: Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
    needed: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def json(self) -> str:
        """The path as the page sends it back."""
        return json.dumps(self.path)

    @property
    def variable(self) -> bool:
        """Whether a variable stands in the place of a value."""
        return "$" in self.value

    @property
    def slides(self) -> bool:
        """Whether a slider is of use: both ends are known and near enough."""
        if self.control != "number" or self.variable or not (self.value or self.usual):
            return False
        if self.least is None or self.most is None:
            return False
        return self.most - self.least <= WIDEST_SLIDER

    @property
    def step(self) -> float:
        """By how much a slider moves."""
        span = (self.most or 0) - (self.least or 0)
        return 1 if self.whole or span > 20 else 0.01 if span <= 2 else 0.1

    @property
    def stands(self) -> str:
        """Where the slider stands: what is said, else what is usual."""
        return self.value or self.usual or str(self.least)

    @property
    def range(self) -> str:
        """The bounds and the unit in words: “1–30000 px”."""
        unit = self.unit if self.unit not in ("share", "") and "…" not in self.unit else ""
        if self.least is not None and self.most is not None:
            return f"{self.least:g}–{self.most:g} {unit}".strip()
        return unit


def id_of(path: Path) -> str:
    """A path as an id in the page."""
    return "f-" + "-".join(re.sub(r"[^A-Za-z0-9_]+", "_", str(step)) for step in path)


@cache
def schema_of(kind: type[BaseModel]) -> Mapping[str, Any]:
    """A model's JSON Schema, asked for once."""
    return kind.model_json_schema()


def fields_of(kind: type[BaseModel], path: Path, node: Node | None) -> list[Field]:
    """A field for each parameter of an operator, format or check."""
    schema = schema_of(kind)
    needed = schema.get("required", ())
    given = node if isinstance(node, Table) else None
    return [
        _field((*path, name), told, given.get(name) if given else None, name in needed)
        for name, told in schema.get("properties", {}).items()
    ]


def _field(path: Path, told: Mapping[str, Any], node: Node | None, needed: bool) -> Field:
    first = _alternative(told)
    usual = told.get("default")
    return Field(
        path,
        str(path[-1]).replace("_", " "),
        " ".join(str(told.get("description", "")).replace("``", "").split()),
        _control(first),
        str(told.get("unit", first.get("unit", ""))),
        written(node),
        "" if usual is None else _shown(usual),
        tuple(_shown(one) for one in first.get("enum", ())),
        first.get("minimum", first.get("exclusiveMinimum")),
        first.get("maximum", first.get("exclusiveMaximum")),
        first.get("type") == "integer",
        needed,
    )


def _alternative(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one type that a field has, beside nothing; the field itself where it has several.

    Several lists of words are one.
    """
    kinds = [one for one in told.get("anyOf", ()) if one.get("type") != "null"]
    if kinds and all("enum" in one or "const" in one for one in kinds):
        words = [word for one in kinds for word in one.get("enum", [one.get("const")])]
        return {"enum": words, "type": "string", **told}
    return {**kinds[0], **told} if len(kinds) == 1 else told


def _control(first: Mapping[str, Any]) -> Control:
    if "enum" in first:
        return "choice"
    kind = first.get("type")
    if kind in ("number", "integer"):
        return "number"
    if kind == "boolean":
        return "switch"
    if first.get("format") == "color":
        return "colour"
    return "text" if kind == "string" else "raw"


def written(node: Node | None) -> str:
    """What a text says, as a field shows it."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text
    return one_line(as_plain(node))


def as_plain(node: Node) -> Any:
    """A node's values; what an alias stands for is shown as one."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Table):
        return {key.text: as_plain(value) for key, value in node.entries}
    items = getattr(node, "items", None)
    return [as_plain(one) for one in items] if items is not None else "*"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else one_line(value)
