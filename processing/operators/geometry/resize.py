"""Resize: another number of pixels, the same picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Pixels
from processing.operators.picture import Picture, check_size
from processing.pixels import scaled


class Resize(Operator):
    """Makes the picture smaller or larger.

    With ``width`` and ``height`` the picture fits within both; with one of them the other follows.
    Lanczos with three lobes, on linear shares of alpha, so that transparent colours do not bleed.
    """

    operator: ClassVar[str] = "resize"
    title: ClassVar[str] = "Resize"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 120, "height": 100}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    width: Pixels | None = None
    """The most that it is wide."""
    height: Pixels | None = None
    """The most that it is high."""
    enlarge: bool = False
    """Whether a smaller picture is made larger."""

    @model_validator(mode="after")
    def _one_at_least(self) -> Resize:
        if self.width is None and self.height is None:
            raise ValueError("give width, height, or both")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        scale = self._scale(picture.width, picture.height)
        if scale == 1:
            return Outcome(picture, {"scale": 1.0})
        made = resized(picture, round(picture.width * scale), round(picture.height * scale))
        return Outcome(made, {"scale": round(scale, 6)})

    def longest_needed(self, width: int, height: int) -> int | None:
        scale = self._scale(width, height)
        return max(1, round(max(width, height) * scale)) if scale < 1 else None

    def _scale(self, width: int, height: int) -> float:
        across = self.width / width if self.width else None
        down = self.height / height if self.height else None
        scale = min(one for one in (across, down) if one is not None)
        return scale if self.enlarge else min(scale, 1.0)


def resized(picture: Picture, width: int, height: int) -> Picture:
    """A picture of exactly that many pixels (at least one), its proportions as they come out.

    Raises Unfit where that would be too many.
    """
    width, height = max(1, width), max(1, height)
    check_size(width, height)
    if (width, height) == (picture.width, picture.height):
        return picture
    return picture.with_image(scaled(picture.image, width, height))
