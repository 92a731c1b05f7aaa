"""Contrast: farther from the middle, or nearer to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import each_colour
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.parameters import Amount, unit
from processing.operators.picture import Floats, Picture


class Contrast(Operator):
    """Raises or lowers the contrast of lightness; hues stay.

    Lightness L of OKLab (Ottosson 2020) gets the slope 1 + amount at the pivot. More contrast is a
    power on either side, so that black and white stay and nothing is clipped; less draws all
    towards the pivot. Chroma follows by the square root of what lightness does.
    """

    operator: ClassVar[str] = "contrast"
    title: ClassVar[str] = "Contrast"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.3}

    amount: Amount
    """How much more contrast; less where negative. −1 leaves the pivot's grey, almost."""
    pivot: Annotated[float, unit("lightness", ge=0.1, le=0.9)] = 0.57
    """The lightness that stays: 0.57 is that of a middle grey of 18 %."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.amount == 0:
            return Outcome(picture)
        return Outcome(each_colour(picture, self._changed))

    def _changed(self, colours: Floats) -> Floats:
        return srgb_of_oklab(contrasted(oklab(colours), self.amount, self.pivot))


def contrasted(lab: Floats, amount: float, pivot: float = 0.57) -> Floats:
    """OKLab (n, 3) with another contrast of lightness around ``pivot``."""
    light = np.clip(lab[:, 0], 0.0, 1.0)
    if amount < 0:
        bent = pivot + (light - pivot) * (1.0 + amount)
    else:
        below = pivot * (light / pivot) ** (1.0 + amount)
        above = 1.0 - (1.0 - pivot) * ((1.0 - light) / (1.0 - pivot)) ** (1.0 + amount)
        bent = np.where(light < pivot, below, above)
    ratio = np.sqrt(np.clip(bent / np.maximum(light, 1e-3), 0.25, 4.0))
    return np.stack([bent, lab[:, 1] * ratio, lab[:, 2] * ratio], axis=1).astype(np.float32)
