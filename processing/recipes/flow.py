"""What colours a picture has from step to step, told before any picture is there.

A recipe works in sRGB unless it keeps the original's colours; a conversion for the press leaves
CMYK, which most operators and some formats cannot take. Steps under a condition may be left out:
what a conditional conversion leaves counts for steps under the same condition only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processing.operators.base import Operator, PictureColours
from processing.operators.exporter import Exporter
from processing.recipes.model import Colours
from processing.recipes.parts import Placed


@dataclass(slots=True)
class Flow:
    """Follows the steps. ``always`` is what every picture has, ``under`` what conditions leave."""

    always: PictureColours
    by: str = ""

    @classmethod
    def begin(cls, colours: Colours) -> Flow:
        return cls("srgb" if colours == "srgb" else "rgb")

    def copy(self) -> Flow:
        return Flow(self.always, self.by)

    def follow(self, steps: Iterable[Placed]) -> None:
        """Go through steps in their order, noting those that cannot work."""
        under: dict[str, tuple[PictureColours, str]] = {}
        for placed in steps:
            step = placed.step
            condition = str(step.condition) if step.condition is not None else ""
            has, by = under.get(condition, (self.always, self.by))
            if fault := refusal(step.operator, has, by):
                placed.report.add(placed.key, fault)
            leaves = step.operator.leaves(has)
            if leaves == has:
                continue
            if condition:
                under[condition] = leaves, step.operator.operator
            else:
                self.always, self.by = leaves, step.operator.operator
                under.clear()

    def export_refusal(self, exporter: Exporter) -> str:
        """Why a format cannot hold what the steps leave; empty where it can."""
        return exporter.refusal(self.always)


def refusal(operator: Operator, has: PictureColours, by: str) -> str:
    """Why an operator cannot take such pictures, as a sentence; empty where it can."""
    name = operator.operator
    if has == "cmyk" and operator.colours != "any":
        return f"“{name}” works on RGB pictures: put it before “{by}”, which leaves CMYK."
    if has == "rgb" and operator.colours == "srgb":
        if by:
            return f"“{name}” works in sRGB: put it before “{by}”, which leaves another profile."
        return f"“{name}” works in sRGB: leave out “colours: original”, or convert to sRGB first."
    return ""
