"""Contain: the whole picture in a frame of exactly a size, on a background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.canvas import laid
from processing.operators.geometry.frames import Box, placed
from processing.operators.geometry.resize import resized
from processing.operators.parameters import Anchor, Colour, Pixels
from processing.operators.picture import Picture


class Contain(Operator):
    """Shows the whole picture in a frame of exactly that size, on a background.

    The background also shows where the picture itself is transparent.
    """

    operator: ClassVar[str] = "contain"
    title: ClassVar[str] = "Contain"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {
        "width": 100,
        "height": 100,
        "background": "#ffffff",
    }
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "rgb"

    width: Pixels
    """How wide the result is."""
    height: Pixels
    """How high the result is."""
    background: Colour | None = None
    """The colour around it; transparent without one."""
    anchor: Anchor = "centre"
    """Where the picture stands in the frame."""
    enlarge: bool = True
    """Whether a smaller picture is made larger."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        scale = self._scale(picture.width, picture.height)
        made = resized(picture, round(picture.width * scale), round(picture.height * scale))
        frame = Box(0, 0, self.width, self.height)
        box = placed(made.width, made.height, frame, self.anchor, None)
        shown = laid(made, self.width, self.height, box.left, box.top, self.background)
        filled = made.width * made.height / (self.width * self.height)
        return Outcome(shown, {"scale": round(scale, 6), "filled_share": round(filled, 4)})

    def longest_needed(self, width: int, height: int) -> int | None:
        scale = self._scale(width, height)
        return max(1, round(max(width, height) * scale)) if scale < 1 else None

    def _scale(self, width: int, height: int) -> float:
        scale = min(self.width / width, self.height / height)
        return scale if self.enlarge else min(scale, 1.0)
