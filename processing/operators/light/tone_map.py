"""Tone map: a scene of high contrast, so that shadows and highlights can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.spaces import coded, linear, luminance
from processing.operators.parameters import Share
from processing.operators.picture import Floats, Picture
from processing.operators.strips import by_rows
from processing.tonemap import within
from processing.vision.guided import Base

_DARKEST = 2.0**-12  # luminance; what is darker counts as that
_EDGE = 768  # pixels of the copy that the base is found on
_RADIUS = 0.02  # of the longer side: what is smaller is texture
_STOPS = 0.8  # EV; what varies by more is an edge and not texture
_WHITE = 99.8  # per cent of the pixels that are at most white
_STRONGEST = 0.65  # of the contrast goes with an amount of 1


class ToneMap(Operator):
    """Compresses the contrast of a scene: shadows open, highlights stay as bright as they are.

    Works on log luminance in linear light and leaves hues alone. “local” compresses the base of
    the picture (fast guided filter, He and Sun 2015) and keeps or raises its detail, as Durand and
    Dorsey ("Fast bilateral filtering for the display of high-dynamic-range images", 2002) do;
    “global” compresses each pixel by its own luminance.
    """

    operator: ClassVar[str] = "tone-map"
    title: ClassVar[str] = "Tone map"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.5, "detail": 0.2}

    method: Literal["local", "global"] = "local"
    """Whether surroundings count, or only each pixel's own luminance."""
    amount: Share = 0.4
    """How much of the contrast is compressed."""
    detail: Share = 0.1
    """How much stronger fine detail becomes (local only)."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.amount == 0 and self.detail == 0:
            return Outcome(picture)
        small = picture.proxy(_EDGE)
        stops = _stops(linear(small.floats()[:, :, :3]))
        base = Base.of(stops, max(1, round(_RADIUS * small.longest)), _STOPS)
        lift = self._lift(stops, base)

        def change(strip: Floats, rows: slice) -> Floats:
            light = linear(strip)
            own = _stops(light)
            shown = self._shown(own, base.rows(own, rows, picture.height)) + lift
            return coded(_within(light * np.exp2(shown - own)[..., None]))

        after = self._shown(stops, base.rows(stops, slice(0, len(stops)), len(stops)))
        measures: dict[str, JsonValue] = {
            "range_before_ev": round(_range(stops), 2),
            "range_after_ev": round(_range(after), 2),
            "lift_ev": round(lift, 2),
        }
        return Outcome(by_rows(picture, change), measures)

    def _lift(self, stops: Floats, base: Base) -> float:
        """What the compressed stops need for the brightest to stay as bright as they were."""
        shown = self._shown(stops, base.rows(stops, slice(0, len(stops)), len(stops)))
        return float(np.percentile(stops, _WHITE) - np.percentile(shown, _WHITE))

    def _shown(self, stops: Floats, base: Floats) -> Floats:
        """log2 of the luminance that is shown, but for the lift."""
        slope = 1.0 - _STRONGEST * self.amount
        if self.method == "global":
            return (stops * np.float32(slope)).astype(np.float32)
        detail = (stops - base) * np.float32(1.0 + self.detail)
        return (base * np.float32(slope) + detail).astype(np.float32)


def _stops(light: Floats) -> Floats:
    return np.log2(np.maximum(luminance(light), _DARKEST)).astype(np.float32)


def _within(light: Floats) -> Floats:
    """What is brighter than white in one channel keeps its luminance and loses chroma."""
    over = np.maximum(np.maximum(light[..., 0], light[..., 1]), light[..., 2]) > 1.0
    if over.any():
        light[over] = within(light[over][None])[0]
    return light


def _range(stops: Floats) -> float:
    """The stops between dark and bright: from the 2nd to the 98th percentile."""
    low, high = np.percentile(stops, [2, 98])
    return float(high - low)
