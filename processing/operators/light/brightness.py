"""Brightness: so many stops more or less light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.gain import exposed
from processing.operators.parameters import Share, unit
from processing.operators.picture import Picture

Stops = Annotated[float, unit("EV", ge=-4.0, le=4.0)]


class Brightness(Operator):
    """Makes the picture lighter or darker by stops, as another exposure would have.

    The light is multiplied by 2^ev; near white a curve takes over, so that highlights keep their
    detail (``protect``). To reach a wanted brightness, whatever the picture's is, use “exposure”.
    """

    operator: ClassVar[str] = "brightness"
    title: ClassVar[str] = "Brightness"
    family: ClassVar[Family] = "light"
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, JsonValue]] = {"ev": 0.5}

    ev: Stops
    """How many stops more light; less where negative."""
    protect: Share = 0.5
    """How far down from white the light is compressed rather than clipped."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.ev == 0:
            return Outcome(picture, {"ev": 0.0})
        return Outcome(exposed(picture, self.ev, self.protect), {"ev": self.ev})
