"""Fit: to a size, by fitting inside, covering it, or stretching."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import ClassVar, Literal

from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.resize import resized
from processing.operators.parameters import Pixels
from processing.operators.picture import Picture


class Fit(Operator):
    """Scales the picture to a frame; nothing is cut off and nothing added.

    It fits inside, or is just large enough to cover the frame, or is stretched to exactly its size,
    which distorts it. For exactly that size without distortion there are “cover”, which cuts, and
    “contain”, which adds.
    """

    operator: ClassVar[str] = "fit"
    title: ClassVar[str] = "Fit"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 100, "height": 100}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    width: Pixels
    """How wide the frame is."""
    height: Pixels
    """How high the frame is."""
    how: Literal["inside", "outside", "stretch"] = "inside"
    """Inside the frame, at least as large as it, or exactly its size."""
    enlarge: bool = True
    """Whether a smaller picture is made larger."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        across, down = self._scales(picture.width, picture.height)
        made = resized(picture, round(picture.width * across), round(picture.height * down))
        return Outcome(
            made,
            {
                "scale": round(max(across, down), 6),
                "scale_across": round(across, 6),
                "scale_down": round(down, 6),
            },
        )

    def longest_needed(self, width: int, height: int) -> int | None:
        needed = max(self._scales(width, height))
        return max(1, ceil(max(width, height) * needed - 1e-6)) if needed < 1 else None

    def _scales(self, width: int, height: int) -> tuple[float, float]:
        across, down = self.width / width, self.height / height
        if self.how != "stretch":
            across = down = (min if self.how == "inside" else max)(across, down)
        return (across, down) if self.enlarge else (min(across, 1.0), min(down, 1.0))
