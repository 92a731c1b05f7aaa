"""A recipe that was read and checked: what the engine runs. Frozen, without any text of its own.

`read` (reading.py) makes these; nothing else should. Lines count from 1, in the recipe's own text;
a step or check that was taken in from another recipe has the line of the include.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import JsonValue

from processing.operators.base import Operator
from processing.operators.exporter import Exporter
from processing.recipes.conditions import Condition

Colours = Literal["srgb", "original"]
Again = Callable[[Mapping[str, str | int | float | bool]], "Recipe"]


@dataclass(frozen=True, slots=True)
class Step:
    """An operator with its parameters, and when it is run: always, or where a condition holds.

    ``label`` is what people call it; the operator's title where the text says nothing.
    """

    operator: Operator
    condition: Condition | None
    label: str
    line: int

    def canonical(self) -> dict[str, JsonValue]:
        """Everything that decides pixels: the same for the same work, however it was written."""
        kind = type(self.operator)
        told: dict[str, JsonValue] = {
            "operator": kind.operator,
            "version": kind.version,
            "parameters": self.operator.model_dump(mode="json"),
        }
        if self.condition is not None:
            told["if"] = str(self.condition)
        return told


@dataclass(frozen=True, slots=True)
class Check:
    """A check of what came out: its name, and its thresholds with the defaults filled in."""

    name: str
    parameters: Mapping[str, JsonValue]
    line: int


@dataclass(frozen=True, slots=True)
class Output:
    """One named result: its own steps after the shared ones, its format, its checks.

    ``checks`` are the recipe's for all outputs, then its own; its own replace one of that name.
    """

    name: str
    steps: tuple[Step, ...]
    exporter: Exporter
    checks: tuple[Check, ...]

    def canonical(self) -> dict[str, JsonValue]:
        """Everything that decides its bytes, but for the shared steps."""
        kind = type(self.exporter)
        return {
            "steps": [step.canonical() for step in self.steps],
            "export": {
                "format": kind.format,
                "version": kind.version,
                "parameters": self.exporter.model_dump(mode="json"),
            },
        }


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe: ``steps`` come first and are shared by all outputs.

    ``includes`` are the names that were taken in, the innermost first; their steps are in
    ``steps`` already. ``variables`` are the values that were used, ``given`` those of them that
    came from outside, and ``again`` reads the same texts with others. One without outputs is a
    base, which is only good for being included.
    """

    name: str
    title: str
    description: str
    colours: Colours
    steps: tuple[Step, ...]
    outputs: tuple[Output, ...]
    includes: tuple[str, ...]
    variables: Mapping[str, str | int | float | bool]
    given: Mapping[str, str | int | float | bool] = field(default_factory=dict, compare=False)
    again: Again | None = field(default=None, compare=False, repr=False)

    def output(self, name: str) -> Output:
        """The output of that name. Raises LookupError with a sentence."""
        for output in self.outputs:
            if output.name == name:
                return output
        known = ", ".join(output.name for output in self.outputs) or "none"
        raise LookupError(f"“{self.name}” has no output “{name}”; it has: {known}.")

    def canonical(self) -> dict[str, JsonValue]:
        """Everything that decides pixels, operators' versions in it; words and checks do not."""
        return {
            "colours": self.colours,
            "steps": [step.canonical() for step in self.steps],
            "outputs": {output.name: output.canonical() for output in self.outputs},
        }

    def digest(self) -> str:
        """SHA-256 (hex) of `canonical`: recipes of one digest make the same of one picture."""
        return digest_of(self.canonical())

    def digest_for(self, output: str) -> str:
        """The same of one output alone: another output's change leaves it. Raises LookupError."""
        told = self.output(output).canonical()
        return digest_of({**self.canonical(), "outputs": told})

    def facts(self) -> frozenset[str]:
        """The facts that any of its conditions asks."""
        steps = (*self.steps, *(step for output in self.outputs for step in output.steps))
        asked = (step.condition.names() for step in steps if step.condition is not None)
        return frozenset().union(*asked)


def digest_of(told: Any) -> str:
    """SHA-256 (hex) of plain JSON, its keys in order."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
