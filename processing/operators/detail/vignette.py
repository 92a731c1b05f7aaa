"""Vignette: darker corners added, or those of a lens taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from processing import vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Share, unit
from processing.operators.picture import Picture


class Vignette(Operator):
    """Darkens the corners, or gives them back the light that a lens has taken.

    Works on linear light, so that corners look as if less light had come, by an even polynomial of
    the distance to the centre (as lens profiles have it; D. Goldman, “Vignette and exposure
    calibration and compensation”, 2010). To remove divides by what to add multiplies with, so that
    one undoes the other.
    """

    operator: ClassVar[str] = "vignette"
    title: ClassVar[str] = "Vignette"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.4}

    mode: Literal["add", "remove"] = "add"
    """Whether the corners lose light or get it back."""
    amount: Annotated[float, unit("share", ge=0.0, le=0.9)] = 0.3
    """The share of light that the corners lose, or have lost."""
    spread: Share = 0.5
    """How far it reaches inwards: 0 keeps to the corners (r⁴), 1 begins near the centre (r²)."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        square = _distance_squared(picture)
        loss = (square * self.spread + square * square * (1.0 - self.spread)) * self.amount
        left = loss * -1 + 1
        made = _lit(picture, left if self.mode == "add" else left**-1)
        corner = 1.0 - self.amount
        measures: dict[str, JsonValue] = {
            "corner_gain": round(corner if self.mode == "add" else 1 / corner, 4),
            "clipped_share": _clipped(made) - _clipped(picture),
        }
        return Outcome(made, measures)


def _distance_squared(picture: Picture) -> vips.Image:
    """The square of each pixel's distance from the centre; 1 in the corners."""
    width, height = picture.width, picture.height
    place = vips.Image.xyz(width, height)
    across = (place.extract_band(0) - (width - 1) / 2) ** 2
    down = (place.extract_band(1) - (height - 1) / 2) ** 2
    corner = ((width - 1) ** 2 + (height - 1) ** 2) / 4
    return (across + down) / max(corner, 1)


def _lit(picture: Picture, gain: vips.Image) -> Picture:
    """The picture with its light multiplied, pixel by pixel; alpha stays."""
    space = picture.image.interpretation
    light = picture.image.extract_band(0, n=3).colourspace("scrgb") * gain
    made = light.colourspace(space).cast(picture.image.format)
    if picture.has_alpha:
        made = made.bandjoin(picture.image.extract_band(3))
    return picture.with_image(made)


def _clipped(picture: Picture) -> float:
    """The share of pixels that have a channel at its highest."""
    pixels = picture.proxy().rgb8()
    return round(float((pixels == 255).any(axis=2).mean()), 4)
