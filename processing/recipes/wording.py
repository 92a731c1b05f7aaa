"""What pydantic says of parameters, in sentences for people, at their places in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from processing.recipes.faults import listed, meant
from processing.recipes.report import Report
from processing.recipes.tree import Items, Node, Table

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "a text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "written as “name: value” lines",
    "model_type": "written as “name: value” lines",
    "model_attributes_type": "written as “name: value” lines",
    "none_required": "left out",
}
_BOUNDS = ("greater_than_equal", "less_than_equal", "greater_than", "less_than")


def explain(
    error: ValidationError, kind: type[BaseModel], name: str, node: Node, key: Node, report: Report
) -> None:
    """Note what is wrong with the parameters ``node`` of ``name``, written at ``key``."""
    schema = kind.model_json_schema()
    by_place: dict[int, list[tuple[Node, str]]] = {}
    for detail in error.errors(include_url=False, include_context=True):
        named, place, path = _find(detail["loc"], node, key)
        if detail["type"] == "extra_forbidden":
            place = named
        sentence = _sentence(detail, path, name, schema)
        by_place.setdefault(id(place), []).append((place, sentence))
    for told in by_place.values():
        # One of several types that would do complains for each: together they are one fault.
        sentences = dict.fromkeys(sentence for _, sentence in told)
        report.add(told[0][0], " Or: ".join(sentences))


def _find(loc: Sequence[int | str], node: Node, key: Node) -> tuple[Node, Node, str]:
    """A place's name and its value in the text, and its path for people: ``stops[2].colour``.

    Where something is missing it is the node that should have it; names of types in between,
    which pydantic adds for alternatives, are passed over.
    """
    named, at, path = key, node, ""
    for step in loc:
        inner = _inner(at, step)
        if inner is None:
            continue
        named, at = inner
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
    return named, (key if at is node else at), path


def _inner(node: Node, step: int | str) -> tuple[Node, Node] | None:
    if isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
        return node.items[step], node.items[step]
    if isinstance(node, Table):
        return next((pair for pair in node.entries if pair[0].text == step), None)
    return None


def _sentence(detail: ErrorDetails, path: str, name: str, schema: Mapping[str, Any]) -> str:
    kind, given = detail["type"], detail.get("input")
    context: Mapping[str, Any] = detail.get("ctx", {})
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        return f"“{name}” needs “{path}.{last}”." if path else f"“{name}” needs “{last}”."
    if kind == "extra_forbidden":
        return _unknown(last, path, name, schema)
    if kind == "value_error":
        return f"“{path or name}”: {str(context.get('error', detail['msg'])).rstrip('.')}."
    if kind in _BOUNDS:
        return f"“{path}” is {_range(path, schema, kind, context)}, not {given}."
    if kind in _KINDS:
        return f"“{path or name}” is {_KINDS[kind]}, not {_shown(given)}."
    if kind == "literal_error":
        return _choice(path, given, str(context.get("expected", "")))
    return f"“{path or name}”: {detail['msg'][:1].lower()}{detail['msg'][1:].rstrip('.')}."


def _unknown(last: str, path: str, name: str, schema: Mapping[str, Any]) -> str:
    if last in ("if", "label"):
        return f"“{last}” stands beside “{name}”, not below it: begin it where “{name}” begins."
    known = schema.get("properties", {}) if path in ("", last) else ()
    return f"“{name}” has no parameter “{path or last}”.{meant(last, known)}"


def _choice(path: str, given: object, expected: str) -> str:
    choices = [one.strip("' ") for one in expected.replace(" or ", ", ").split(",")]
    near = meant(str(given), choices, most=0)
    return f"“{path}” is one of {listed(choices)}; not {_shown(given)}.{near}"


def _range(path: str, schema: Mapping[str, Any], kind: str, context: Mapping[str, Any]) -> str:
    field = field_of(schema, path)
    low, high = field.get("minimum"), field.get("maximum")
    unit = f" {field['unit']}" if _is_unit(field.get("unit", "share")) else ""
    if low is not None and high is not None:
        return f"from {number(low)} to {number(high)}{unit}"
    words = {
        "greater_than_equal": "at least",
        "less_than_equal": "at most",
        "greater_than": "more than",
        "less_than": "less than",
    }
    bound = context.get("ge", context.get("le", context.get("gt", context.get("lt"))))
    return f"{words[kind]} {number(bound)}{unit}"


def _is_unit(unit: str) -> bool:
    """Whether it is said after a number: a share has none, and a range says the bounds again."""
    return unit != "share" and "…" not in unit


def field_of(schema: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The schema of a field, that of its first alternative merged in; empty for nested ones."""
    field = dict(schema.get("properties", {}).get(path, {}))
    for alternative in field.get("anyOf", ()):
        if alternative.get("type") != "null":
            return {**alternative, **field}
    return field


def number(value: Any) -> str:
    """A number as people write it: no “.0” behind whole ones."""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, dict | list | tuple):
        return "several values"
    return "nothing" if given is None else f"“{given}”" if isinstance(given, str) else str(given)
