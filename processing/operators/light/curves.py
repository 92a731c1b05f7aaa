"""Curves: what each level becomes, drawn through points."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator, Field, JsonValue
from scipy.interpolate import PchipInterpolator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import Change, each_channel
from processing.operators.parameters import Share
from processing.operators.picture import Floats, Picture


def _in_order(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    inputs = [x for x, _ in points]
    if any(b - a < 0.001 for a, b in pairwise(inputs)):
        raise ValueError("a curve's points go from left to right, at least 0.001 apart")
    return points


Points = Annotated[
    list[tuple[Share, Share]],
    Field(min_length=2, max_length=32, json_schema_extra={"unit": "[from, to], shares of white"}),
    AfterValidator(_in_order),
]


class Curves(Operator):
    """Bends the tone curve through points, for all channels and for each by itself.

    Levels are those of the coded picture (sRGB), 0 for black and 1 for white. Between the points
    the curve is a monotone cubic (Fritsch and Butland 1984), which never overshoots; before the
    first and after the last it is level. A channel's own curve comes before that of all.
    """

    operator: ClassVar[str] = "curves"
    title: ClassVar[str] = "Curves"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"all": [[0, 0], [0.25, 0.2], [0.75, 0.8], [1, 1]]}

    all: Points | None = None
    """The curve of all three channels."""
    red: Points | None = None
    """Red's own."""
    green: Points | None = None
    """Green's own."""
    blue: Points | None = None
    """Blue's own."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        given = [self.all, self.red, self.green, self.blue]
        if not any(given):
            return Outcome(picture)
        curves = [self._joined(own) for own in (self.red, self.green, self.blue)]
        return Outcome(each_channel(picture, curves))

    def _joined(self, own: list[tuple[float, float]] | None) -> Change:
        return lambda levels: bent(bent(levels, own), self.all)


def bent(levels: Floats, points: list[tuple[float, float]] | None) -> Floats:
    """Levels 0..1 through the monotone cubic of these points; as they are without any."""
    if points is None:
        return levels
    x, y = np.array(points, np.float64).T
    curve = PchipInterpolator(x, y)
    return np.clip(curve(np.clip(levels, x[0], x[-1])), 0.0, 1.0).astype(np.float32)
