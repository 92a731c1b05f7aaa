"""Vibrance: more colour where there is little, and none for skin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.mapping import each_colour
from processing.operators.light.spaces import oklab, srgb_of_oklab
from processing.operators.parameters import Amount, Share
from processing.operators.picture import Floats, Picture

_FULL = 0.25  # chroma of OKLab; colours as strong as that are left alone
# Hue (radians) and spread of skin in OKLab: the two skin patches of the colour card lie at 44° and
# 46°, a sunlit face at 41° to 83° with a median of 61°.
_SKIN_HUE, _SKIN_SPREAD = np.deg2rad(53.0), np.deg2rad(17.0)
_SKIN_CHROMA = 0.14  # above, it is no skin but an orange


class Vibrance(Operator):
    """Strengthens weak colours and leaves strong ones and skin alone.

    The chroma of OKLab grows by the amount, less the stronger a colour is already. Around the hue
    of skin (about 36° to 70°, at the chroma that skin has) it is held back.
    """

    operator: ClassVar[str] = "vibrance"
    title: ClassVar[str] = "Vibrance"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.5}

    amount: Amount
    """How much more colour; less where negative."""
    protect_skin: Share = 0.8
    """How much of the change is kept from skin."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.amount == 0:
            return Outcome(picture)
        return Outcome(each_colour(picture, self._changed))

    def _changed(self, colours: Floats) -> Floats:
        return srgb_of_oklab(vibrant(oklab(colours), self.amount, self.protect_skin))


def vibrant(lab: Floats, amount: float, protect_skin: float = 0.8) -> Floats:
    """OKLab (n, 3) with more chroma where it is low."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.arctan2(lab[:, 2], lab[:, 1])
    room = np.clip(1.0 - chroma / _FULL, 0.0, 1.0)
    near = np.exp(-(((hue - _SKIN_HUE) / _SKIN_SPREAD) ** 2) / 2)
    skin = near * np.clip((_SKIN_CHROMA * 1.5 - chroma) / (_SKIN_CHROMA / 2), 0.0, 1.0)
    factor = 1.0 + amount * room * (1.0 - protect_skin * skin)
    changed = lab.copy()
    changed[:, 1:] *= factor[:, None]
    return changed.astype(np.float32)
