"""Exposure: as bright as all the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.gain import exposed, exposed_light
from processing.operators.light.sample import Sample, sample
from processing.operators.light.spaces import luminance
from processing.operators.parameters import Share, unit
from processing.operators.picture import Floats, Picture

_DARKEST = 1e-4  # luminance; below, a picture is black and no exposure mends it
_HALVINGS = 14  # of the range of EV: to a thousandth of a stop


class Exposure(Operator):
    """Brings a picture's luminance to a wanted level, so that a set looks evenly exposed.

    Luminance is measured in linear light (ITU-R BT.709) on what is not transparent: its mean, its
    median or another percentile. The gain is found by trying: it is the one with which the result,
    highlights and shadows protected, measures as wanted. What is burnt out cannot come back: the
    confidence falls with the share of it, and where the limit was reached.
    """

    operator: ClassVar[str] = "exposure"
    title: ClassVar[str] = "Normalise exposure"
    family: ClassVar[Family] = "light"
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, JsonValue]] = {"target": 0.2}

    target: Annotated[float, unit("share of white, linear", gt=0.0, lt=1.0)] = 0.18
    """The luminance to reach: 0.18 is a middle grey."""
    measure: Literal["mean", "median", "percentile"] = "mean"
    """What of the luminance is brought there."""
    percentile: Annotated[float, unit("%", ge=1.0, le=99.9)] = 95.0
    """Which percentile, where one is measured: a high one places the highlights."""
    protect: Share = 0.5
    """How far down from white the light is compressed rather than clipped."""
    limit: Annotated[float, unit("EV", ge=0.0, le=4.0)] = 2.0
    """The most stops that are added or taken away."""
    strength: Share = 1.0
    """How much of the way, in stops, is gone."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        seen = sample(picture)
        before = self._level(seen.luminance)
        if before < _DARKEST:
            return Outcome(picture, {"ev": 0.0, "luminance_before": round(before, 5)}, 0.0)
        wanted = self._wanted(seen)
        ev = float(np.clip(wanted * self.strength, -self.limit, self.limit))
        made = exposed(picture, ev, self.protect) if abs(ev) >= 0.005 else picture
        after = self._level(luminance(exposed_light(seen.light, ev, self.protect)))
        burnt = float((seen.light.max(axis=1) > 0.995).mean())
        measures: dict[str, JsonValue] = {
            "ev": round(ev, 3),
            "ev_wanted": round(wanted, 3),
            "limited": abs(wanted * self.strength) > self.limit,
            "luminance_before": round(before, 5),
            "luminance_after": round(after, 5),
            "burnt_out_share": round(burnt, 4),
        }
        return Outcome(made, measures, round(self._confidence(wanted, burnt), 3))

    def _level(self, luminance: Floats) -> float:
        if self.measure == "mean":
            return float(luminance.mean(dtype=np.float64))
        return float(np.percentile(luminance, 50 if self.measure == "median" else self.percentile))

    def _wanted(self, seen: Sample) -> float:
        """The stops with which the result measures as wanted, by bisection within ±6."""
        low, high = -6.0, 6.0
        for _ in range(_HALVINGS):
            ev = (low + high) / 2
            reached = self._level(luminance(exposed_light(seen.light, ev, self.protect)))
            low, high = (ev, high) if reached < self.target else (low, ev)
        return (low + high) / 2

    def _confidence(self, wanted: float, burnt: float) -> float:
        """1 for a small step on a picture that has its highlights; darkening shows what is lost."""
        lost = burnt if wanted < 0 else burnt / 4
        beyond = max(0.0, abs(wanted * self.strength) - self.limit)
        return float(np.clip(1.0 - 2.0 * lost - abs(wanted) / 8 - beyond / 2, 0.0, 1.0))
