"""Tile: the picture repeated until it fills a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from processing import vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Pixels
from processing.operators.picture import Picture, check_size


class Tile(Operator):
    """Repeats the picture until it fills a size: fabrics, wallpapers, tiles.

    It is not scaled: put a resize before it for smaller repeats.
    """

    operator: ClassVar[str] = "tile"
    title: ClassVar[str] = "Tile"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 400, "height": 300}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    width: Pixels
    """How wide the result is."""
    height: Pixels
    """How high the result is."""
    pattern: Literal["grid", "brick", "half-drop", "mirror"] = "grid"
    """In rows and columns; every other row shifted by half; every other column shifted by half
    (half-drop); or every other one mirrored, so that edges meet."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        check_size(self.width, self.height)
        repeat = self._repeat(picture.image)
        across, down = -(-self.width // repeat.width), -(-self.height // repeat.height)
        image = repeat.replicate(across, down).crop(0, 0, self.width, self.height)
        made = picture.moved(image, lambda x, y: (x, y))
        times = self.width / picture.width * self.height / picture.height
        return Outcome(made, {"repeats": round(times, 2)})

    def _repeat(self, image: vips.Image) -> vips.Image:
        """The smallest piece that repeats in rows and columns."""
        if self.pattern == "grid":
            return image
        if self.pattern == "mirror":
            row = image.join(image.fliphor(), "horizontal")
            return row.join(row.flipver(), "vertical")
        if self.pattern == "brick":
            return image.join(image.wrap(x=image.width // 2, y=0), "vertical")
        return image.join(image.wrap(x=0, y=image.height // 2), "horizontal")
