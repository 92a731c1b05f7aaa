"""The reference page's content, taken from the description: for each method what it takes, what it
answers, and a request to copy.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from django.utils.text import slugify

from dam.api import describe

DEEPEST = 3  # how far into an object's objects the rows go
INDENT = "   "
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or field: its name (dotted below another), its type, and what it is."""

    name: str
    type: str
    required: bool
    words: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.status.startswith(("2", "3"))


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    scope: str
    parameters: list[Row]
    body_type: str
    body: list[Row]
    answers: list[Answer]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    anchor: str
    words: str
    operations: list[Operation]


@cache
def groups() -> list[Group]:
    """Return the whole reference, in the order of the groups."""
    document = describe.document()
    reader = _Reader(document["components"]["schemas"])
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, method, one in describe.operations(document):
        found[one["tags"][0]].append(reader.operation(path, method, one))
    words = {tag["name"]: tag["description"] for tag in document["tags"]}
    return [Group(name, slugify(name), words[name], rows) for name, rows in found.items()]


class _Reader:
    """Reads operations, with the components that they point to."""

    def __init__(self, components: dict[str, Schema]) -> None:
        self.components = components

    def operation(self, path: str, method: str, one: Schema) -> Operation:
        tokens = [need["token"] for need in one["security"] if "token" in need]
        kind, schema = _body(one)
        return Operation(
            id=one["operationId"],
            method=method.upper(),
            path=path,
            summary=one["summary"],
            words=one["description"],
            scope=", ".join(tokens[0]) if tokens else "",
            parameters=[self._parameter(given) for given in one.get("parameters", [])],
            body_type=kind,
            body=self.rows(schema),
            answers=[self._answer(code, found) for code, found in one["responses"].items()],
            curl=self._curl(path, method.upper(), kind, schema),
        )

    def _parameter(self, given: Schema) -> Row:
        words = given.get("description", "")
        required = given.get("required", False)
        return Row(given["name"], self.type_of(given["schema"]), required, words, given["in"])

    def _answer(self, code: str, found: Schema) -> Answer:
        media = list(found.get("content", {}).items())
        title = HTTPStatus(int(code)).phrase if code != "460" else "Checksum Mismatch"
        schema = media[0][1].get("schema", {}) if media and code < "400" else {}
        return Answer(code, title, self.rows(schema))

    def rows(self, schema: Schema, before: str = "", deeper: int = DEEPEST) -> list[Row]:
        """Return a row for each property of an object, and for those of the objects in it."""
        whole, _many = self._resolved(schema)
        found: list[Row] = []
        for name, inner in whole.get("properties", {}).items():
            label = f"{before}{name}"
            required = name in whole.get("required", [])
            words = inner.get("description", "")
            found.append(Row(label, self.type_of(inner), required, words))
            if deeper:
                _, several = self._resolved(inner)
                found += self.rows(inner, f"{label}{'[]' if several else ''}.", deeper - 1)
        return found

    def _resolved(self, schema: Schema) -> tuple[Schema, bool]:
        """Follow references, alternatives with null, and lists to what is in them."""
        for key in ("allOf", "oneOf", "anyOf"):
            options = [one for one in schema.get(key, []) if one.get("type") != "null"]
            if options:
                return self._resolved(options[0])
        if "$ref" in schema:
            return self._resolved(self.components[schema["$ref"].rsplit("/", 1)[1]])
        if schema.get("type") == "array":
            return self._resolved(schema.get("items", {}))[0], True
        return schema, False

    def type_of(self, schema: Schema) -> str:
        """Say a type in a few words: `integer`, `text: a · b`, `list of text`."""
        whole, many = self._resolved(schema)
        if many:
            return f"list of {self.type_of(whole)}"
        if "enum" in whole:
            return " · ".join(str(one) for one in whole["enum"] if one not in ("", None))
        given = whole.get("type", "object")
        kinds = [given] if isinstance(given, str) else [one for one in given if one != "null"]
        return FORMATS.get(whole.get("format", ""), NAMES.get(kinds[0], kinds[0]))

    def _curl(self, path: str, method: str, kind: str, schema: Schema) -> str:
        lines = [f"curl {'' if method == 'GET' else f'-X {method} '}$LOUPE{_filled(path)}"]
        lines.append('-H "Authorization: Bearer $TOKEN"')
        if kind == "multipart/form-data":
            lines.append("-F file=@picture.jpg")
        elif kind:
            lines.append('-H "Content-Type: application/json"')
            body = json.dumps(self.example(schema), ensure_ascii=False)
            lines.append(f"-d '{body}'")
        return f" \\\n{INDENT}".join(lines)

    def example(self, schema: Schema) -> Any:
        """Return a value of a schema: what is required of an object, or its first property."""
        whole, many = self._resolved(schema)
        if many:
            return [self.example(whole)]
        if whole.get("properties"):
            names = whole.get("required") or list(whole["properties"])[:1]
            return {name: self.example(whole["properties"][name]) for name in names}
        if "enum" in whole:
            return whole["enum"][0]
        return SAMPLES.get(whole.get("type", ""), "…")


FORMATS = {"binary": "file", "date-time": "moment (ISO 8601)", "uri": "address", "uuid": "UUID"}
NAMES = {"string": "text", "boolean": "true or false"}
SAMPLES: dict[str, Any] = {"integer": 12, "number": 0.5, "boolean": True, "string": "sea"}


def _body(one: Schema) -> tuple[str, Schema]:
    content = one.get("requestBody", {}).get("content", {})
    return next(((kind, found.get("schema", {})) for kind, found in content.items()), ("", {}))


def _filled(path: str) -> str:
    """Put likely values in the place of an address's parameters."""
    for name, value in {"{slug}": "house", "{purpose}": "preview"}.items():
        path = path.replace(name, value)
    return path.replace("{id}", "12").replace("{pk}", "12")
