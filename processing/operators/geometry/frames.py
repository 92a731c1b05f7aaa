"""Boxes of pixels: where a crop lies, and the crop itself."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import JsonValue

from processing.operators.parameters import ANCHORS
from processing.operators.picture import Picture, Point


class Box(NamedTuple):
    """Whole pixels from the upper left; all of them within the picture."""

    left: int
    top: int
    width: int
    height: int

    def measures(self, picture: Picture) -> dict[str, JsonValue]:
        """Where it was cut from and how much of the picture's area is kept."""
        kept = self.width * self.height / (picture.width * picture.height)
        return {
            "left_px": self.left,
            "top_px": self.top,
            "width_px": self.width,
            "height_px": self.height,
            "kept_share": round(kept, 4),
        }


def cropped(picture: Picture, box: Box) -> Picture:
    """The pixels of a box, the focus moved along; the picture itself where that is all of it."""
    if box == (0, 0, picture.width, picture.height):
        return picture
    return picture.moved(picture.image.crop(*box), lambda x, y: (x - box.left, y - box.top))


def largest(width: int, height: int, shape: float) -> tuple[int, int]:
    """The most pixels of width:height = ``shape`` that fit, at least one each way."""
    if width > height * shape:
        return max(1, round(height * shape)), height
    return width, max(1, min(height, round(width / shape)))


def placed(width: int, height: int, within: Box, anchor: str | None, focus: Point | None) -> Box:
    """A box of that size within another: at the anchor, else around the focus, else in the middle.

    ``focus`` is in pixels, in the frame that ``within`` is in.
    """
    if anchor is None and focus is not None:
        across, down = focus[0] - width / 2, focus[1] - height / 2
    else:
        share = ANCHORS[anchor or "centre"]
        across = within.left + (within.width - width) * share[0]
        down = within.top + (within.height - height) * share[1]
    left = min(max(round(across), within.left), within.left + within.width - width)
    top = min(max(round(down), within.top), within.top + within.height - height)
    return Box(left, top, width, height)


def focus_px(picture: Picture) -> Point | None:
    """The focus in pixels."""
    if picture.focus is None:
        return None
    return picture.focus[0] * picture.width, picture.focus[1] * picture.height
