"""Smart crop: to an aspect or a size, around what matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.attention import Choice, by_focus, by_looking, faces_of
from processing.operators.geometry.cover import Cover
from processing.operators.geometry.frames import Box, cropped, focus_px, largest
from processing.operators.geometry.resize import resized
from processing.operators.parameters import Aspect, Pixels, Share, ratio
from processing.operators.picture import Picture

_TO_LOOK_AT = 640  # pixels of the longer side: with fewer, faces of a group are not found


class SmartCrop(Operator):
    """Crops to an aspect, or to exactly a size, around what matters.

    That is the focal point, where somebody has set one; else faces; else what stands out by its
    colours and detail. As much of the picture is kept as the aspect allows.
    """

    operator: ClassVar[str] = "smart-crop"
    title: ClassVar[str] = "Smart crop"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 80, "height": 100}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"
    networks: ClassVar[tuple[str, ...]] = ("centerface",)

    aspect: Aspect | None = None
    """Width to height of what is kept; with a size it is that of the size."""
    width: Pixels | None = None
    """How wide the result is, together with a height."""
    height: Pixels | None = None
    """How high the result is, together with a width."""
    enlarge: bool = True
    """Whether a smaller picture is made larger; else it is only cropped to the aspect."""
    focus: tuple[Share, Share] | None = None
    """What matters, as shares of width and height; it wins over everything else."""
    faces: bool = True
    """Whether faces are looked for, where no focal point is set."""

    @model_validator(mode="after")
    def _one_of_both(self) -> SmartCrop:
        if (self.width is None) != (self.height is None):
            raise ValueError("a size is a width and a height")
        if (self.width is None) == (self.aspect is None):
            raise ValueError("give an aspect, or a width and a height")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        size = self._cut(picture.width, picture.height)
        chosen = self._choice(picture, size, context)
        made = cropped(picture, chosen.box)
        if self._frame is not None:
            made = resized(made, *self._frame.made(picture.width, picture.height))
        scale = round(made.width / chosen.box.width, 6)
        measures = {**chosen.box.measures(picture), "scale": scale, **chosen.measures}
        return Outcome(made, measures, chosen.confidence)

    def longest_needed(self, width: int, height: int) -> int | None:
        frame = self._frame
        needed = frame.longest_needed(width, height) if frame else None
        if needed is None or max(width, height) <= _TO_LOOK_AT:
            return None
        return max(needed, _TO_LOOK_AT)

    @property
    def _frame(self) -> Cover | None:
        if self.width is None or self.height is None:
            return None
        return Cover(width=self.width, height=self.height, enlarge=self.enlarge)

    def _cut(self, width: int, height: int) -> tuple[int, int]:
        if self._frame is not None:
            return self._frame.cut(width, height)
        return largest(width, height, ratio(self.aspect or "1"))

    def _choice(self, picture: Picture, size: tuple[int, int], context: Context) -> Choice:
        whole = Box(0, 0, picture.width, picture.height)
        if size == whole[2:]:
            return Choice(whole, {"by": "whole"})
        told = focus_px(picture)
        if self.focus is not None:
            told = self.focus[0] * picture.width, self.focus[1] * picture.height
        if told is not None:
            return by_focus(size, whole, told)
        faces, missing = faces_of(picture, context.networks) if self.faces else ([], "")
        return by_looking(picture, size, faces, missing)
