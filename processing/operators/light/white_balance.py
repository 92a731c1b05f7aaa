"""White balance: what is white becomes white."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.adaptation import Adaptation, adapting
from processing.operators.light.chroma import light_of, statistics
from processing.operators.light.forest import guessed, part
from processing.operators.light.illuminant import (
    Light,
    Method,
    degrees_between,
    estimated,
    unit_light,
)
from processing.operators.light.mapping import each_colour
from processing.operators.light.sample import sample
from processing.operators.light.spaces import coded, linear, through
from processing.operators.parameters import Share, unit
from processing.operators.picture import Floats, Picture

_WHITE = (0.90, 0.99)  # linear; what is burnt out in all channels turns white between these
_TRUSTED_DEGREES = 10.0  # apart, a rule is as likely wrong as right
_LEAST = 0.002  # EV; less than a step of 8 bits
_VISIBLE = 0.5  # EV between channels; a change that is wrong by so much is seen at once
_LOOKED_AT = 224  # pixels of the longer side, as those that the learned light was fitted on


class WhiteBalance(Operator):
    """Removes a colour cast by finding the colour of the light and adapting to it.

    The light is told from the picture, by what photographs have taught or by a simple rule (grey-
    world, white patch, shades of grey), or picked as the colour of a point that ought to be
    neutral. The correction is a chromatic adaptation in linear light; luminance stays, and so does
    white where all channels are burnt out. A small cast cannot be told from a scene's own colours:
    what is learned changes the less, the lower its certainty, and nothing below 0.3; then it has no
    confidence to tell, since it did nothing. Where it did, the confidence is low where much was
    changed on little certainty. A rule that is asked for by its name is followed, however much
    other rules disagree.
    """

    operator: ClassVar[str] = "white-balance"
    title: ClassVar[str] = "White balance"
    family: ClassVar[Family] = "light"
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, JsonValue]] = {"method": "learned", "limit": 1.5}

    method: Literal["learned", "picked"] | Method = "learned"
    """How the light is found: “learned” by what photographs under known lights have taught; “grey-
    world” takes the mean, “white-patch” the brightest, “shades-of-grey” what is between; “picked”
    the point that is given."""
    point: tuple[Share, Share] | None = None
    """Where something neutral is, as shares of width and height; for “picked”."""
    radius: Annotated[float, unit("share of the longer side", ge=0.0, le=0.1)] = 0.005
    """How much around the point counts: the median of it."""
    adaptation: Adaptation = "bradford"
    """In which primaries the light is divided out: Bradford's or von Kries' cones, or plain RGB."""
    strength: Share = 1.0
    """How much of the cast goes."""
    limit: Annotated[float, unit("EV", ge=0.0, le=4.0)] = 2.5
    """The most that one channel is raised against another."""

    @model_validator(mode="after")
    def _point_where_picked(self) -> WhiteBalance:
        if (self.method == "picked") != (self.point is not None):
            raise ValueError("“picked” needs a point, and only that does")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        light, certainty = self._light(picture)
        cast = float(np.ptp(np.log2(light)))
        share = self.strength * self._part(certainty)
        removed = self._bounded(light, cast, share)
        matrix = adapting(removed, self.adaptation)
        least = float(np.ptp(np.log2(removed)))
        made = picture if least < _LEAST else each_colour(picture, lambda c: balanced(c, matrix))
        measures: dict[str, JsonValue] = {
            "light_rgb_linear": [round(float(one), 4) for one in light],
            "cast_ev": round(cast, 3),
            "removed_ev": round(least, 3),
            "limited": cast * share > self.limit,
            "certainty": round(certainty, 3),
        }
        return Outcome(made, measures, self._confidence(certainty, least))

    def _light(self, picture: Picture) -> tuple[Light, float]:
        if self.point is not None:
            return self._picked(picture, self.point)
        if self.method == "learned":
            guess = guessed(statistics(sample(picture, _LOOKED_AT).light))
            return unit_light(light_of(guess.chroma)), guess.confidence
        seen = sample(picture).light
        lights = {method: estimated(seen, method) for method in get_args(Method)}
        chosen = next(light for method, light in lights.items() if method == self.method)
        apart = max(degrees_between(chosen, other) for other in lights.values())
        cast = degrees_between(chosen, np.ones(3))
        doubt = apart / _TRUSTED_DEGREES + cast / (6 * _TRUSTED_DEGREES)
        return chosen, 1.0 / (1.0 + doubt * doubt)

    def _part(self, certainty: float) -> float:
        """How much of the cast is taken away for being this sure of it."""
        return float(part(np.array(certainty))) if self.method == "learned" else 1.0

    def _confidence(self, certainty: float, removed: float) -> float | None:
        """How sure it is that the result is no worse: a small change of a learned light does
        little harm where it is wrong, and none at all has nothing to be sure of."""
        if self.method != "learned":
            return round(certainty, 3)
        if removed < _LEAST:
            return None
        return round(1.0 - (1.0 - certainty) * min(1.0, removed / _VISIBLE), 3)

    def _picked(self, picture: Picture, point: tuple[float, float]) -> tuple[Light, float]:
        """The median colour around the point. It tells little where it is burnt out or dark."""
        reach = max(1, round(self.radius * picture.longest))
        left, top = int(point[0] * (picture.width - 1)), int(point[1] * (picture.height - 1))
        pixels = picture.array()
        around = pixels[
            max(0, top - reach) : top + reach + 1, max(0, left - reach) : left + reach + 1
        ]
        most = np.float32(65535 if picture.depth == 16 else 255)
        colour = np.median(around[:, :, :3].reshape(-1, 3), axis=0).astype(np.float32) / most
        clear = float(np.clip(min((1.0 - colour.max()) / 0.02, colour.min() / 0.1), 0.0, 1.0))
        return unit_light(linear(colour)), 0.3 + 0.65 * clear

    def _bounded(self, light: Light, cast: float, share: float) -> Light:
        """The part of the cast that goes, within the limit."""
        if cast * share > self.limit:
            share = self.limit / cast
        return unit_light(light**share)


def balanced(colours: Floats, matrix: NDArray) -> Floats:
    """sRGB (n, 3) through a matrix in linear light; white that is burnt out stays white."""
    light = linear(colours)
    low, high = _WHITE
    burnt = np.clip((light.min(axis=1) - low) / (high - low), 0.0, 1.0)[:, None]
    changed = np.clip(through(light, matrix), 0.0, 1.0)
    return coded(changed + (light - changed) * burnt)
