"""Sky: another one, and the ground in its light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import JsonValue

from dam.colour import srgb_to_linear
from processing.operators.background.layers import Behind, covering
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Anchor, Colour, Reference, Share, rgba, unit
from processing.operators.picture import Picture
from processing.operators.strips import by_rows
from processing.vision import sky
from processing.vision.guided import Floats, enlarged_rows
from processing.vision.matting import GUIDE_EDGE, alpha_of_rows
from processing.vision.networks import small

_MOST_GAIN = 1.6  # how much lighter or darker the ground may become in one colour
_HAZE = 0.12  # of the height below the horizon, over which the sky's light shows most
_CODED = 1 / 2.2  # about the power that sRGB codes light with


class Sky(Operator):
    """Replaces the sky by a gradient or a picture, and brings the ground into its light.

    The sky is what looks like one by colour, evenness and place, reaches the top and has its own
    colours; no network is asked. Where there is none, or none that is sure enough, the picture
    stays as it is.
    """

    operator: ClassVar[str] = "sky"
    title: ClassVar[str] = "Sky"
    family: ClassVar[Family] = "background"
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, JsonValue]] = {"top": "#3f7fd0", "bottom": "#dbe9f7"}

    top: Colour = "#4a86cf"
    """The colour of the sky at the picture's upper edge."""
    bottom: Colour = "#d6e6f5"
    """The colour of the sky at the horizon."""
    picture: Reference | None = None
    """A picture of a sky instead of a gradient; it covers the sky down to the horizon."""
    anchor: Anchor = "bottom"
    """What of that picture stays where it is too large."""
    light: Share = 0.5
    """How far the ground takes on the new sky's light: most at the horizon."""
    least_confidence: Annotated[float, unit("share", ge=0.0, le=1.0)] = 0.45
    """Below this confidence the picture stays as it is."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        guide = small(picture.rgb8(), GUIDE_EDGE)
        found = sky.find(guide)
        replaced = found.share >= sky.LEAST and found.confidence >= self.least_confidence
        measures: dict[str, JsonValue] = {
            "sky": round(found.share, 4),
            "horizon": round(found.horizon, 4),
            "replaced": replaced,
        }
        if not replaced:
            return Outcome(picture, measures, found.confidence)
        new = self._new(picture, found, context)
        gains = _gains(guide, found, new.mean, self.light)
        measures["light"] = [round(float(one), 3) for one in gains]
        old = sky.colours(guide, found)

        def change(strip: Floats, rows: slice) -> Floats:
            alpha = alpha_of_rows(strip, found.matte, rows, picture.height)[:, :, None]
            seen = alpha * enlarged_rows(old, rows, picture.width, picture.height)
            # What is left of a pixel when the old sky's part is taken out of it.
            ground = np.clip(strip - seen, 0, 1 - alpha)
            return ground * _lit(rows, picture.height, found.horizon, gains) + alpha * new(rows)

        return Outcome(by_rows(picture, change), measures, found.confidence)

    def _new(self, picture: Picture, found: sky.Sky, context: Context) -> _New:
        height = max(1, min(picture.height, round(found.horizon * picture.height)))
        if self.picture is None:
            ends = [np.array(rgba(one)[:3], np.float32) / 255 for one in (self.top, self.bottom)]
            share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
            lines = (ends[0] * (1 - share) + ends[1] * share).astype(np.float32)
            return _New(lambda rows: lines[rows], height)
        other = context.library.picture(self.picture)
        return _New(covering(other, picture.width, height, anchor=self.anchor), height)


class _New:
    """The new sky, row by row: below the horizon its last row goes on."""

    def __init__(self, made: Behind, height: int) -> None:
        self._made, self._height = made, height
        lines = [made(slice(row, row + 1)) for row in range(0, height, max(1, height // 64))]
        some = np.stack([line[0, :: max(1, line.shape[1] // 64)] for line in lines])
        self.mean = srgb_to_linear(some).reshape(-1, 3).mean(axis=0)

    def __call__(self, rows: slice) -> Floats:
        last = self._height - 1
        there = self._made(slice(min(rows.start, last), min(max(rows.stop, 1), last + 1)))
        beyond = rows.stop - rows.start - len(there)
        return np.concatenate([there, there[-1:].repeat(beyond, axis=0)]) if beyond else there


def _gains(guide: Floats, found: sky.Sky, new: Floats, strength: float) -> Floats:
    """How the light that falls on the ground changes, by colour: half of what the sky's does."""
    light = srgb_to_linear(guide)
    old = (light * found.matte.alpha[:, :, None]).sum(axis=(0, 1)) / found.matte.alpha.sum()
    ratio = (np.maximum(new, 1e-3) / np.maximum(old, 1e-3)) ** (0.5 * strength)
    return np.clip(ratio, 1 / _MOST_GAIN, _MOST_GAIN).astype(np.float32)


def _lit(rows: slice, height: int, horizon: float, gains: Floats) -> Floats:
    """What coded samples are multiplied with, by row: most at the horizon, less below."""
    below = np.maximum(np.arange(rows.start, rows.stop) / height - horizon, 0)
    share = (0.6 + 0.4 * np.exp(-below / _HAZE)).astype(np.float32)
    return gains[None, None, :] ** (_CODED * share[:, None, None])
