"""What may be called in a sandbox: a fixed list, and nothing by any other name.

To add a function, add its line. It must be importable without Django, at the top level of its
module, and declare what it returns (``plain.py`` tells of which types). Its parameter ``path`` is
what it may read, ``out_dir`` where it may write.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# "module:function" → seconds that it may take, None for what the installation allows.
ALLOWED: dict[str, int | None] = {
    "processing.decode:inspect": 30,
    "processing.decode:verify": None,
    "processing.engine.decoding:decode": None,
    "processing.formats.text:extract": 60,
    "processing.metadata.credentials:read": 30,
    "processing.metadata.signing:parent": 60,
    "processing.metadata.reading:read": 30,
    "processing.metadata.reading:read_sidecar": 30,
    "processing.renditions.reading:as_jpeg": 30,
    "processing.renditions.reading:pixels": 30,
    "processing.renditions.making:render": None,
    "processing.sandbox.probe:measure": 10,
}

READS, WRITES = "path", "out_dir"


class NotAllowed(LookupError):
    """A function that is not on the list."""


def name_of(function: Callable[..., Any]) -> str:
    """The name of a function on the list. Raises NotAllowed."""
    name = f"{function.__module__}:{function.__qualname__}"
    if name not in ALLOWED:
        raise NotAllowed(
            f"{name} may not be called in a sandbox; see processing/sandbox/allowed.py"
        )
    return name


@cache
def resolve(name: str) -> Callable[..., Any]:
    """The function of a name on the list. Raises NotAllowed."""
    if name not in ALLOWED:
        raise NotAllowed(name)
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


@dataclass(frozen=True, slots=True)
class Call:
    """A call that fits its function, and the paths in it."""

    bound: inspect.BoundArguments
    reads: str = ""  # the name of the parameter
    writes: str = ""

    def path(self, name: str) -> Path:
        """A path of the caller, absolute: a cell works in another folder."""
        return Path(os.path.abspath(self.bound.arguments[name]))

    def inside(self, paths: dict[str, Path]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, by place and by name, with the paths of a cell's room."""
        arguments = OrderedDict(self.bound.arguments | paths)
        moved = inspect.BoundArguments(self.bound.signature, arguments)
        return moved.args, moved.kwargs


def bind(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Call:
    """Look at what a call is given. Raises TypeError where it does not fit the function."""
    bound = _signature(function).bind(*arguments, **named)
    given = {name for name, one in bound.arguments.items() if isinstance(one, str | Path)}
    return Call(bound, READS if READS in given else "", WRITES if WRITES in given else "")


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)
