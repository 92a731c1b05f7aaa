"""Twilight: a picture taken by day as if at dusk, with light in its windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Colour, Share, rgba, unit
from processing.operators.picture import Picture
from processing.operators.strips import by_rows
from processing.vision import sky, windows
from processing.vision.guided import Floats, enlarged_rows
from processing.vision.matting import GUIDE_EDGE, alpha_of_rows
from processing.vision.networks import small

# What dusk leaves of the light's colours, in coded samples: blue is what the sky gives then.
_COOL = np.array([0.62, 0.74, 1.0], np.float32)
_DARKER = 0.48  # of a coded sample, at full amount
_STEEPER = 1.15  # the power that deepens shadows
_OLD_SKY = 0.35  # how much of the old sky's clouds is seen in the new one
_WARM = np.array([1.0, 0.74, 0.40], np.float32)  # light of about 2,700 K
_SPILL = 0.35  # how much of a window's light falls on what is around it


class Twilight(Operator):
    """Turns an outdoor picture taken by day into dusk: darker, cooler, with lit windows.

    The sky goes from deep blue to the last light at the horizon. Windows are found by their form:
    upright rectangles, darker than the wall around them. The confidence tells how clear the sky
    was, and whether there were windows to light; without a sky the picture stays as it is.
    """

    operator: ClassVar[str] = "twilight"
    title: ClassVar[str] = "Twilight"
    family: ClassVar[Family] = "background"
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.8}

    amount: Share = 1.0
    """How far the day goes over into dusk."""
    top: Colour = "#14224a"
    """The colour of the sky at the picture's upper edge."""
    bottom: Colour = "#e39a72"
    """The colour of the sky at the horizon."""
    windows: Share = 0.9
    """How bright the windows are; 0 leaves them dark."""

    least_confidence: Annotated[float, unit("share", ge=0.0, le=1.0)] = 0.45
    """Below this confidence that the sky was found the picture stays as it is."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        guide = small(picture.rgb8(), GUIDE_EDGE)
        found = sky.find(guide)
        if found.share < sky.LEAST or found.confidence < self.least_confidence:
            told: dict[str, JsonValue] = {"sky": round(found.share, 4), "changed": False}
            return Outcome(picture, told, found.confidence)
        lit = windows.find(guide, found.matte.alpha)
        glow = _glow(lit.mask) * np.float32(self.windows * self.amount)

        def change(strip: Floats, rows: slice) -> Floats:
            alpha = alpha_of_rows(strip, found.matte, rows, picture.height)[:, :, None]
            dusk = (1 - alpha) * self._ground(strip) + alpha * self._sky(
                rows, strip, picture, found
            )
            light = enlarged_rows(glow, rows, picture.width, picture.height)[:, :, None] * _WARM
            return 1 - (1 - dusk) * (1 - light)

        measures: dict[str, JsonValue] = {
            "sky": round(found.share, 4),
            "changed": True,
            "windows": lit.count,
            "windows_share": round(float(lit.mask.mean()), 5),
        }
        sure = found.confidence * (0.6 + 0.4 * min(1.0, lit.count / 4))
        return Outcome(by_rows(picture, change), measures, round(sure, 4))

    def _ground(self, strip: Floats) -> Floats:
        dark = np.power(strip, np.float32(_STEEPER)) * _COOL * np.float32(_DARKER)
        return strip + np.float32(self.amount) * (dark - strip)

    def _sky(self, rows: slice, strip: Floats, picture: Picture, found: sky.Sky) -> Floats:
        top, bottom = (np.array(rgba(one)[:3], np.float32) / 255 for one in (self.top, self.bottom))
        end = max(found.horizon, 0.05) * picture.height
        share = np.clip(np.arange(rows.start, rows.stop) / end, 0, 1).astype(np.float32)
        share = (share**1.6)[:, None, None]
        plain = top * (1 - share) + bottom * share
        light = strip.mean(axis=2, keepdims=True)
        dusk = plain * (1 - _OLD_SKY + _OLD_SKY * 1.4 * light)
        return strip + np.float32(self.amount) * (dusk - strip)


def _glow(mask: NDArray) -> Floats:
    """The windows' light and what falls around them, at the guide's size."""
    longest = max(mask.shape)
    sharp = cv2.GaussianBlur(mask, (0, 0), max(0.6, longest / 900))
    spill = cv2.GaussianBlur(mask, (0, 0), max(1.0, longest / 60))
    return np.clip(sharp + _SPILL * spill, 0, 1)
