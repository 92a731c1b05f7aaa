"""Crop: a box of the picture, by pixels, shares or an aspect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.frames import Box, cropped, focus_px, largest, placed
from processing.operators.parameters import LONGEST_EDGE, Anchor, Aspect, ratio, unit
from processing.operators.picture import Picture, Unfit

Side = Annotated[float, unit("px or share", ge=0.0, le=LONGEST_EDGE)]


class Crop(Operator):
    """Cuts a box out of the picture.

    The box is given in pixels or in shares of the picture, or by an aspect alone, or both: then it
    is the largest box of that aspect within the given one. What lies outside of the picture is
    left out.
    """

    operator: ClassVar[str] = "crop"
    title: ClassVar[str] = "Crop"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"aspect": "1:1"}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    left: Side = 0.0
    """Where the box begins, from the left edge."""
    top: Side = 0.0
    """Where the box begins, from the upper edge."""
    width: Side | None = None
    """How wide the box is; as far as the right edge without it."""
    height: Side | None = None
    """How high the box is; as far as the lower edge without it."""
    unit: Literal["px", "share"] = "share"
    """Whether the four numbers are pixels, or shares (0 to 1) of the picture's width and height."""
    aspect: Aspect | None = None
    """Width to height of what is kept."""
    anchor: Anchor | None = None
    """Where an aspect is cut from; without it around the focal point, where there is one."""

    @model_validator(mode="after")
    def _says_something(self) -> Crop:
        if 0.0 in (self.width, self.height):
            raise ValueError("a box has a width and a height")
        sides = (self.left, self.top, self.width or 0.0, self.height or 0.0)
        if not any(sides) and self.aspect is None:
            raise ValueError("give a box, an aspect, or both")
        if self.unit == "share" and max(sides) > 1:
            raise ValueError("shares go from 0 to 1: for pixels say unit: px")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        box = self._box(picture)
        if self.aspect is not None:
            size = largest(box.width, box.height, ratio(self.aspect))
            box = placed(*size, box, self.anchor, focus_px(picture))
        return Outcome(cropped(picture, box), box.measures(picture))

    def _box(self, picture: Picture) -> Box:
        left, right = self._span(self.left, self.width, picture.width)
        top, bottom = self._span(self.top, self.height, picture.height)
        if right <= left or bottom <= top:
            raise Unfit(
                f"The box lies outside of the picture, which has {picture.width}×{picture.height} "
                "pixels."
            )
        return Box(left, top, right - left, bottom - top)

    def _span(self, start: float, length: float | None, whole: int) -> tuple[int, int]:
        scale = whole if self.unit == "share" else 1
        first = round(start * scale)
        last = whole if length is None else min(whole, round((start + length) * scale))
        if self.unit == "share" and first < whole:  # a sliver of a small picture is one pixel
            last = max(last, first + 1)
        return first, last
