"""Pad: room around the picture, of a colour or transparent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.canvas import laid
from processing.operators.geometry.frames import Box, placed
from processing.operators.parameters import LONGEST_EDGE, Anchor, Aspect, Colour, ratio, unit
from processing.operators.picture import Picture

Room = Annotated[float, unit("px or share", ge=0.0, le=LONGEST_EDGE)]


class Pad(Operator):
    """Adds room around the picture: on its sides, up to an aspect, or both.

    The picture is not scaled. The background also shows where the picture itself is transparent.
    """

    operator: ClassVar[str] = "pad"
    title: ClassVar[str] = "Pad"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"aspect": "1:1", "background": "#ffffff"}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "rgb"

    top: Room = 0.0
    """Room above."""
    right: Room = 0.0
    """Room to the right."""
    bottom: Room = 0.0
    """Room below."""
    left: Room = 0.0
    """Room to the left."""
    unit: Literal["px", "share"] = "px"
    """Whether the four numbers are pixels, or shares of the picture's longer side."""
    aspect: Aspect | None = None
    """Width to height of the result: room is added on two sides until it is that."""
    anchor: Anchor = "centre"
    """Where the picture stands when room is added for an aspect."""
    background: Colour | None = None
    """The colour of the room; transparent without one."""

    @model_validator(mode="after")
    def _says_something(self) -> Pad:
        sides = (self.top, self.right, self.bottom, self.left)
        if not any(sides) and self.aspect is None:
            raise ValueError("give room on a side, an aspect, or both")
        if self.unit == "share" and max(sides) > 10:
            raise ValueError("shares go up to 10: for pixels say unit: px")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        inner = self._with_sides(picture)
        frame = self._frame(inner)
        box = placed(inner.width, inner.height, frame, self.anchor, None)
        x, y = box.left + inner.left, box.top + inner.top
        made = laid(picture, frame.width, frame.height, x, y, self.background)
        return Outcome(
            made, {"left_px": x, "top_px": y, "width_px": made.width, "height_px": made.height}
        )

    def _with_sides(self, picture: Picture) -> Box:
        scale = picture.longest if self.unit == "share" else 1
        top, right, bottom, left = (
            round(side * scale) for side in (self.top, self.right, self.bottom, self.left)
        )
        return Box(left, top, left + picture.width + right, top + picture.height + bottom)

    def _frame(self, inner: Box) -> Box:
        width, height = inner.width, inner.height
        if self.aspect is not None:
            shape = ratio(self.aspect)
            width = max(width, round(height * shape))
            height = max(height, round(inner.width / shape))
        return Box(0, 0, width, height)
