"""Enlarging beyond sense."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from processing.operators.parameters import unit
from processing.postchecks.base import Check, Made, StepTaken, Verdict


class Upscaled(Check):
    """Finds outputs that were enlarged so much that they are soft.

    The factors that steps report as ``scale`` are multiplied.
    """

    check: ClassVar[str] = "upscaled"
    title: ClassVar[str] = "Enlarged too much"
    measured_in: ClassVar[str] = "times"

    most: Annotated[float, unit("times", ge=1.0, le=100.0)] = 1.5
    """How many times larger than the input it may be."""

    def look(self, made: Made) -> Verdict:
        scale = math.prod(_scale(step) for step in made.steps)
        passed = scale <= self.most * 1.001
        said = f"It was enlarged {scale:.2g} times" if scale > 1.001 else "It was not enlarged"
        said += (
            "." if passed else f", more than the {self.most:g} times allowed: it will look soft."
        )
        return self._verdict(scale, self.most, passed, said)


def _scale(step: StepTaken) -> float:
    told = step.measures.get("scale")
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return float(told) if is_number and told > 0 else 1.0  # type: ignore[arg-type, operator]
