"""Grade: a look by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.contrast import contrasted
from processing.operators.light.mapping import each_colour
from processing.operators.light.saturation import saturated
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.light.vibrance import vibrant
from processing.operators.parameters import Share
from processing.operators.picture import Floats, Picture

Look = Literal[
    "neutral", "warm", "cool", "matte", "film", "vivid", "black-and-white", "black-and-white-strong"
]
Tint = tuple[float, float]  # a and b of OKLab


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a look is made of. ``fade`` lifts black (lightness), ``tints`` colour the whole, the
    shadows and the highlights; the others are those of the operators of these names."""

    contrast: float = 0.0
    saturation: float = 0.0
    vibrance: float = 0.0
    fade: float = 0.0
    tint: Tint = (0.0, 0.0)
    shadows: Tint = (0.0, 0.0)
    highlights: Tint = (0.0, 0.0)


LOOKS: dict[Look, Parameters] = {
    "neutral": Parameters(contrast=0.08, vibrance=0.12),
    "warm": Parameters(contrast=0.06, vibrance=0.1, tint=(0.006, 0.022)),
    "cool": Parameters(contrast=0.06, vibrance=0.05, tint=(-0.006, -0.02)),
    "matte": Parameters(contrast=-0.12, saturation=-0.1, fade=0.1, highlights=(0.002, 0.008)),
    "film": Parameters(
        contrast=0.18,
        saturation=-0.08,
        vibrance=0.1,
        fade=0.035,
        shadows=(-0.012, -0.012),
        highlights=(0.006, 0.018),
    ),
    "vivid": Parameters(contrast=0.22, saturation=0.08, vibrance=0.45),
    "black-and-white": Parameters(saturation=-1.0, contrast=0.1),
    "black-and-white-strong": Parameters(saturation=-1.0, contrast=0.45),
}


class Grade(Operator):
    """Gives a picture a look by name: neutral, warm, cool, matte, film, vivid, black and white.

    Each look is a handful of parameters in OKLab (Ottosson 2020): contrast, saturation, vibrance
    that spares skin, a lifted black, and tints of the whole, of shadows and of highlights.
    """

    operator: ClassVar[str] = "grade"
    title: ClassVar[str] = "Look"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"look": "film", "strength": 0.8}

    look: Look
    """Which look."""
    strength: Share = 1.0
    """How much of it."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.strength == 0:
            return Outcome(picture)
        return Outcome(each_colour(picture, self._changed))

    def _changed(self, colours: Floats) -> Floats:
        before = oklab(colours)
        after = graded(before, LOOKS[self.look])
        return srgb_of_oklab(before + (after - before) * np.float32(self.strength))


def graded(lab: Floats, look: Parameters) -> Floats:
    """OKLab (n, 3) with a look: tone first, then how much colour, then which."""
    changed = contrasted(lab, look.contrast)
    changed = vibrant(saturated(changed, look.saturation), look.vibrance)
    light = np.clip(changed[:, :1], 0.0, 1.0)
    middle = 4.0 * light * (1.0 - light)  # black and white take no tint
    changed[:, 1:] += middle * (
        np.array(look.tint, np.float32)
        + (1.0 - light) * np.array(look.shadows, np.float32)
        + light * np.array(look.highlights, np.float32)
    )
    changed[:, :1] = look.fade + changed[:, :1] * (1.0 - look.fade)
    return changed.astype(np.float32)
