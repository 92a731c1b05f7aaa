"""The registry of operators: explicit, and loud about unknown and duplicate names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operator:
    """A named pure function; ``version`` rises when the same input gives other output."""

    name: str
    function: Callable[..., Any]
    version: int
    summary: str


class OperatorRegistry:
    """Name → operator."""

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}

    def register(self, operator: Operator) -> Operator:
        """Add an operator. Raises ValueError when the name is taken."""
        if operator.name in self._operators:
            raise ValueError(f"There is already an operator called “{operator.name}”.")
        self._operators[operator.name] = operator
        return operator

    def get(self, name: str) -> Operator:
        """The operator of that name. Raises LookupError when there is none."""
        try:
            return self._operators[name]
        except KeyError:
            known = ", ".join(sorted(self._operators)) or "none"
            raise LookupError(
                f"There is no operator called “{name}”; known are: {known}."
            ) from None

    def __iter__(self) -> Iterator[Operator]:
        return iter(self._operators.values())
