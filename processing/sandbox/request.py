"""A call as it travels into a cell. It comes from our own process and is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.sandbox.bounds import Bounds


@dataclass(frozen=True, slots=True)
class Request:
    """``given`` and ``made`` are what the cell may read and write, the same for all its calls."""

    name: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    given: Path
    made: Path
    bounds: Bounds
