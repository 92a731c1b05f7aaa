"""Saturation: more or less colour, everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import each_colour
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.parameters import Amount
from processing.operators.picture import Floats, Picture


class Saturation(Operator):
    """Makes all colours stronger or weaker, at the same lightness and hue.

    The chroma of OKLab (Ottosson 2020) is multiplied by 1 + amount; −1 gives black and white. What
    the screen cannot show gets as much chroma as it can.
    """

    operator: ClassVar[str] = "saturation"
    title: ClassVar[str] = "Saturation"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.4}

    amount: Amount
    """How much more colour; less where negative."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.amount == 0:
            return Outcome(picture)
        return Outcome(each_colour(picture, self._changed))

    def _changed(self, colours: Floats) -> Floats:
        return srgb_of_oklab(saturated(oklab(colours), self.amount))


def saturated(lab: Floats, amount: float) -> Floats:
    """OKLab (n, 3) with its chroma multiplied by 1 + amount."""
    changed = lab.copy()
    changed[:, 1:] *= 1.0 + amount
    return changed
