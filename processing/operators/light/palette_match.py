"""Palette match: the picture's colours towards a brand's, or another picture's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, JsonValue, model_validator

from dam.colour import oklab_to_srgb, parse_hex, srgb_to_oklab, to_hex
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import each_colour
from processing.operators.light.palette import moved, paired
from processing.operators.light.palette import palette as palette_of
from processing.operators.light.sample import sample
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.parameters import Colour, Reference, Share
from processing.operators.picture import Floats, Picture

_EDGE = 192  # pixels that palettes are taken from


class PaletteMatch(Operator):
    """Moves a picture's palette towards that of a reference, or towards given colours.

    The palette is found by k-means in OKLab; each of its colours is paired with one of the
    wanted, and all others follow by their nearness (after Chang and others 2015). Light and shade
    stay unless lightness is matched too.
    """

    operator: ClassVar[str] = "palette-match"
    title: ClassVar[str] = "Match a palette"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {
        "palette": ["#0b3d91", "#fc3d21"],
        "strength": 0.6,
    }

    reference: Reference | None = None
    """The picture whose palette is wanted."""
    palette: Annotated[list[Colour], Field(max_length=16)] = []
    """The colours that are wanted; instead of a reference."""
    count: Annotated[int, Field(ge=2, le=16)] = 6
    """How many colours a palette has."""
    lightness: Share = 0.0
    """How much of the lightness is matched too."""
    strength: Share = 0.7
    """How much of the way is gone."""

    @model_validator(mode="after")
    def _one_of_both(self) -> PaletteMatch:
        if bool(self.palette) == (self.reference is not None):
            raise ValueError("give a reference or a palette, one of them")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        own, shares = palette_of(oklab(sample(picture, _EDGE).colours), self.count)
        wanted = self._wanted(context)
        share = np.array([self.lightness, 1.0, 1.0], np.float32) * np.float32(self.strength)
        goals = own + (paired(own, wanted) - own) * share
        made = each_colour(picture, lambda c: srgb_of_oklab(moved(oklab(c), own, goals)))
        measures: dict[str, JsonValue] = {
            "palette_before": _hex(own),
            "palette_after": _hex(goals),
            "shares": [round(float(one), 3) for one in shares],
        }
        return Outcome(made, measures)

    def _wanted(self, context: Context) -> Floats:
        if self.reference is not None:
            shown = sample(context.library.picture(self.reference), _EDGE)
            return palette_of(oklab(shown.colours), self.count)[0]
        return srgb_to_oklab(np.array([parse_hex(one[:7]) for one in self.palette], np.uint8))


def _hex(lab: Floats) -> list[JsonValue]:
    return [to_hex(one) for one in oklab_to_srgb(lab)]
