"""The language as a JSON Schema (2020-12), made from the operators' own: for editors and the API.

It says what a text may look like; `read` also knows what a schema cannot say: conditions, names of
variables, what an included recipe brings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from processing.recipes import sources
from processing.recipes.known import Known
from processing.recipes.parts import LONGEST_LABEL
from processing.recipes.reading import (
    LONGEST_DESCRIPTION,
    LONGEST_OUTPUT,
    LONGEST_TITLE,
    MOST_OUTPUTS,
    MOST_STEPS,
)
from processing.recipes.variables import NAME

Schema = dict[str, Any]

_NULL: Schema = {"type": "null"}
_VARIABLE: Schema = {"$ref": "#/$defs/variable"}
_PLAIN: Schema = {"type": ["string", "number", "boolean"]}


def schema(known: Known | None = None) -> Schema:
    """The schema of a recipe's text, with every operator, format and check that there is."""
    known = known or Known()
    defs: dict[str, Schema] = {
        "variable": {
            "description": "A variable in place of a value: “$name” or “${name}”.",
            "type": "string",
            "pattern": r"\$",
        }
    }
    operators = [_operator(name, kind, defs) for name, kind in sorted(known.operators.items())]
    checks = [_check(name, kind, defs) for name, kind in sorted(known.checks.items())]
    formats = [_format(name, kind, defs) for name, kind in sorted(known.exporters.items())]
    defs["step"] = {"anyOf": [{"enum": sorted(known.operators)}, *operators]}
    defs["check"] = {"anyOf": [{"enum": sorted(known.checks)}, *checks]}
    defs["export"] = {"anyOf": [{"enum": sorted(known.exporters)}, *formats]}
    defs["steps"] = _list({"$ref": "#/$defs/step"}, MOST_STEPS)
    defs["checks"] = _list({"$ref": "#/$defs/check"}, MOST_STEPS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A recipe of Loupe",
        "type": "object",
        "additionalProperties": False,
        "required": ["recipe"],
        "properties": _top(),
        "$defs": defs,
    }


def _top() -> dict[str, Schema]:
    name = {"type": "string", "pattern": sources.SLUG.pattern, "maxLength": sources.LONGEST_NAME}
    return {
        "recipe": {**name, "description": "The recipe's name: a-z, 0-9 and hyphens."},
        "title": {"type": "string", "maxLength": LONGEST_TITLE},
        "description": {"type": "string", "maxLength": LONGEST_DESCRIPTION},
        "colours": {
            "enum": ["srgb", "original"],
            "description": "Whether it works in sRGB, or keeps the colours of the original.",
        },
        "variables": {
            "description": "Names and their values, for use as $name.",
            **_named(_PLAIN, NAME),
        },
        "include": {
            "description": "Recipes whose steps come first.",
            **_list(name, sources.MOST),
        },
        "steps": {"$ref": "#/$defs/steps"},
        "outputs": {
            **_named(_output(), sources.SLUG),
            "maxProperties": MOST_OUTPUTS,
        },
        "checks": {"$ref": "#/$defs/checks"},
    }


def _output() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["export"],
        "properties": {part: {"$ref": f"#/$defs/{part}"} for part in ("steps", "export", "checks")},
    }


def _named(value: Schema, name: re.Pattern[str]) -> Schema:
    names = {"pattern": name.pattern, "maxLength": LONGEST_OUTPUT}
    return {"type": "object", "propertyNames": names, "additionalProperties": value}


def _list(item: Schema, most: int) -> Schema:
    return {"anyOf": [{"type": "array", "items": item, "maxItems": most}, _NULL]}


def _operator(name: str, kind: type[BaseModel], defs: dict[str, Schema]) -> Schema:
    defs[name] = _parameters(name, kind, defs)
    below = {"$ref": f"#/$defs/{name}"}
    return {
        "type": "object",
        "title": getattr(kind, "title", name),
        "additionalProperties": False,
        "required": [name],
        "properties": {
            name: below if defs[name].get("required") else {"anyOf": [below, _NULL]},
            "if": {"type": ["string", "boolean"], "description": "Run it only where this holds."},
            "label": {"type": "string", "maxLength": LONGEST_LABEL},
        },
    }


def _check(name: str, kind: type[BaseModel], defs: dict[str, Schema]) -> Schema:
    defs[f"check.{name}"] = _parameters(f"check.{name}", kind, defs)
    below = {"anyOf": [{"$ref": f"#/$defs/check.{name}"}, _NULL]}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name],
        "properties": {name: below},
    }


def _format(name: str, kind: type[BaseModel], defs: dict[str, Schema]) -> Schema:
    made = _parameters(f"format.{name}", kind, defs)
    made["properties"] = {"format": {"const": name}, **made.get("properties", {})}
    made["required"] = ["format", *made.get("required", [])]
    return made


def _parameters(name: str, kind: type[BaseModel], defs: dict[str, Schema]) -> Schema:
    """A model's schema, its inner definitions under names of its own, variables let in."""
    made = kind.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
    for inner, definition in made.pop("$defs", {}).items():
        defs[f"{name}.{inner}"] = _with_variables(definition)
    return _with_variables(made)


def _with_variables(made: Mapping[str, Any]) -> Schema:
    """Each property may be a variable instead; its words and unit stay where editors look."""
    properties = {name: _or_variable(inner) for name, inner in made.get("properties", {}).items()}
    return {**made, "properties": properties} if "properties" in made else dict(made)


def _or_variable(inner: Schema) -> Schema:
    """Words, default and unit stay outside of the alternatives, where editors look."""
    if "anyOf" in inner:
        return {**inner, "anyOf": [*inner["anyOf"], _VARIABLE]}
    told = ("title", "description", "default", "unit")
    words: Schema = {key: value for key, value in inner.items() if key in told}
    rest = {key: value for key, value in inner.items() if key not in told}
    return {**words, "anyOf": [rest, _VARIABLE]}
