"""Cover: exactly a size, what goes beyond it cut off."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import ClassVar, Literal

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.frames import Box, cropped, focus_px, largest, placed
from processing.operators.geometry.resize import resized
from processing.operators.parameters import Anchor, Pixels
from processing.operators.picture import Picture


class Cover(Operator):
    """Fills a frame of exactly that size: scaled until it covers it, and what goes beyond cut off.

    Cut around the focal point where there is one, else evenly. “smart-crop” looks for what
    matters by itself.
    """

    operator: ClassVar[str] = "cover"
    title: ClassVar[str] = "Cover"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 80, "height": 100}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    width: Pixels
    """How wide the result is."""
    height: Pixels
    """How high the result is."""
    anchor: Anchor | None = None
    """What is kept where something goes; without it what is around the focal point."""
    enlarge: bool = True
    """Whether a smaller picture is made larger; else it is only cut to the frame's aspect."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        size = self.cut(picture.width, picture.height)
        whole = Box(0, 0, picture.width, picture.height)
        box = placed(*size, whole, self.anchor, focus_px(picture))
        made = resized(cropped(picture, box), *self.made(picture.width, picture.height))
        return Outcome(made, {**box.measures(picture), "scale": round(made.width / box.width, 6)})

    def longest_needed(self, width: int, height: int) -> int | None:
        scale = max(self.width / width, self.height / height)
        return ceil(max(width, height) * scale - 1e-6) if scale < 1 else None

    def cut(self, width: int, height: int) -> tuple[int, int]:
        """The size of what is kept of a picture of that size."""
        if 0 <= min(width - self.width, height - self.height) <= 1:
            return self.width, self.height  # a decoder has scaled it already: not once more
        return largest(width, height, self.width / self.height)

    def made(self, width: int, height: int) -> tuple[int, int]:
        """The size of the result for a picture of that size."""
        if self.enlarge or (width >= self.width and height >= self.height):
            return self.width, self.height
        return largest(width, height, self.width / self.height)
