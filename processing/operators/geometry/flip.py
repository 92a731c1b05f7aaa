"""Flip: mirrored, left for right or top for bottom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.picture import Picture


class Flip(Operator):
    """Mirrors the picture. No pixel is changed."""

    operator: ClassVar[str] = "flip"
    title: ClassVar[str] = "Flip"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"direction": "horizontal"}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    direction: Literal["horizontal", "vertical", "both"] = "horizontal"
    """Left for right, top for bottom, or both."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        across, down = self.direction != "vertical", self.direction != "horizontal"
        image = picture.image.fliphor() if across else picture.image
        image = image.flipver() if down else image

        def where(x: float, y: float) -> tuple[float, float]:
            return picture.width - x if across else x, picture.height - y if down else y

        return Outcome(picture.moved(image, where))
