"""Results as JSON, and back by the types that a function declares.

What comes out of a cell is a stranger's word: it may have been taken over by the file that it
opened. So nothing is unpickled. Only what the function's annotation promises is rebuilt, and
anything else is refused.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np


class NotPlain(TypeError):
    """A value that cannot travel, or that is not what its type promises."""


def flatten(value: Any) -> Any:
    """Return a result as what JSON can hold. Raises NotPlain for what has no form in it."""
    if value is None or isinstance(value, bool | str | int | float):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, np.generic):
        return value.item()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: flatten(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {_key(key): flatten(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [flatten(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, enum.Enum):
        return flatten(value.value)
    raise NotPlain(f"{type(value).__name__} cannot leave the sandbox")


def _key(key: Any) -> str:
    if isinstance(key, str | int):
        return str(key)
    raise NotPlain(f"{type(key).__name__} cannot be the key of a mapping outside the sandbox")


def returned(function: Callable[..., Any]) -> Any:
    """The declared type of a function's result. Raises NotPlain where it declares none."""
    hints = typing.get_type_hints(function)
    if "return" not in hints:
        raise NotPlain(f"{function.__qualname__} does not declare what it returns")
    return hints["return"]


@dataclasses.dataclass(frozen=True, slots=True)
class Rebuilder:
    """Makes values of declared types from JSON.

    Paths are taken only to plain files directly in the folder ``made``, where the function was told
    to write; they are now in ``target``.
    """

    made: Path | None = None
    target: Path | None = None

    def rebuild(self, value: Any, kind: Any) -> Any:
        """Return a value of the type ``kind``. Raises NotPlain where it is none."""
        try:
            return self._any(value, kind)
        except (ValueError, RecursionError) as error:  # dates, enumerations, a record's own rules
            raise NotPlain(f"not what was declared: {error}") from error

    def _any(self, value: Any, kind: Any) -> Any:
        if kind is Any or kind is object:
            return value
        if isinstance(kind, type) and not typing.get_args(kind):
            return self._single(value, kind)
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return self._first_that_fits(value, inner)
        if origin is typing.Literal:
            return _expect(value, value in inner, kind)
        if origin in (tuple, list, set, frozenset, Sequence):
            return self._row(_expect(value, isinstance(value, list), kind), origin, inner)
        if origin in (dict, Mapping):
            rows = _expect(value, isinstance(value, dict), kind)
            return {self._key(key, inner[0]): self._any(v, inner[1]) for key, v in rows.items()}
        raise NotPlain(f"{kind} cannot leave the sandbox")

    def _single(self, value: Any, kind: type) -> Any:
        if kind is type(None):
            return _expect(value, value is None, kind)
        if kind is float:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return float(_expect(value, number, kind))
        if kind in (bool, int, str, list, dict):
            return _expect(value, type(value) is kind, kind)
        if dataclasses.is_dataclass(kind):
            return self._record(_expect(value, isinstance(value, dict), kind), kind)
        if issubclass(kind, enum.Enum):
            return kind(value)
        return self._from_text(_expect(value, isinstance(value, str), kind), kind)

    def _from_text(self, text: str, kind: type) -> Any:
        if kind is bytes:
            return base64.b64decode(text, validate=True)
        if kind is datetime or kind is date:
            return kind.fromisoformat(text)
        if kind is Path:
            return self._result(Path(text))
        raise NotPlain(f"{kind.__name__} cannot leave the sandbox")

    def _result(self, path: Path) -> Path:
        _expect(path, path.parent == self.made, "a file in the folder for results")
        assert self.target is not None
        moved = self.target / path.name
        real = moved.is_file() and not moved.is_symlink()
        return Path(_expect(moved, real, "a file that was made"))

    def _record(self, fields: dict[str, Any], kind: Any) -> Any:
        hints = typing.get_type_hints(kind)
        names = {field.name for field in dataclasses.fields(kind)}
        _expect(fields, set(fields) == names, kind)
        return kind(**{name: self._any(value, hints[name]) for name, value in fields.items()})

    def _row(self, values: list[Any], origin: Any, inner: tuple[Any, ...]) -> Any:
        if origin is tuple and inner[-1] is not ...:
            _expect(values, len(values) == len(inner), origin)
            return tuple(self._any(value, kind) for value, kind in zip(values, inner, strict=True))
        build = list if origin is Sequence else origin
        return build(self._any(value, inner[0]) for value in values)

    def _key(self, key: str, kind: Any) -> Any:
        return int(key) if kind is int else self._any(key, kind)

    def _first_that_fits(self, value: Any, kinds: tuple[Any, ...]) -> Any:
        for kind in kinds:
            try:
                return self._any(value, kind)
            except (NotPlain, ValueError):
                continue
        raise NotPlain(f"{type(value).__name__} is none of {kinds}")


def _expect(value: Any, fits: bool, kind: Any) -> Any:
    if not fits:
        raise NotPlain(f"{type(value).__name__} where {kind} was declared")
    return value
