"""Text: words on the picture, within its safe area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from processing.operators.base import Family, Outcome
from processing.operators.context import Context
from processing.operators.marks.laying import (
    Overlay,
    contrast,
    enlarged,
    laid,
    luminance_below,
    luminance_of,
    placed,
)
from processing.operators.marks.lettered import Lettered
from processing.operators.marks.lettering import Block, Style
from processing.operators.parameters import Anchor, Colour, Share, rgba, unit
from processing.operators.picture import Picture

_ALIGNED = {"left": 0.0, "centre": 0.5, "right": 1.0}
_Times = Annotated[float, unit("× text size", ge=0.0, le=3.0)]


class Text(Lettered):
    """Writes text on the picture; it breaks lines and shrinks to stay within the safe area.

    Both directions of writing and ligatures as the font has them. What does not fit even at the
    smallest size is cut with “…”, and characters that the font lacks are told.
    """

    operator: ClassVar[str] = "text"
    title: ClassVar[str] = "Text"
    family: ClassVar[Family] = "marks"
    example: ClassVar[Mapping[str, JsonValue]] = {
        "text": "New in June",
        "size": 0.15,
        "shadow": "#00000080",
    }

    size: Annotated[float, unit("share", ge=0.005, le=1.0)] = 0.06
    """The letters' size, as a share of the picture's shorter side."""
    smallest: Annotated[float, unit("share", ge=0.002, le=1.0)] = 0.02
    """How far the letters may shrink to fit."""
    anchor: Anchor = "bottom"
    """Where in the safe area it stands."""
    safe_area: Annotated[float, unit("share", ge=0.0, le=0.45)] = 0.05
    """What is kept free on each side, as a share of width and height."""
    width: Annotated[float, unit("share", ge=0.05, le=1.0)] = 1.0
    """The most that lines take of the safe area's width."""
    align: Literal["left", "centre", "right"] = "centre"
    """How lines stand to one another."""
    line_spacing: Annotated[float, unit("× text size", ge=0.7, le=3.0)] = 1.2
    """From one line to the next."""
    outline: Colour | None = None
    """The colour of a line around the letters."""
    outline_width: Annotated[float, unit("× text size", ge=0.01, le=0.3)] = 0.05
    """How wide that line is."""
    shadow: Colour | None = None
    """The colour of a soft shadow."""
    box: Colour | None = None
    """The colour of a box behind the text."""
    padding: _Times = 0.4
    """The room between letters and the box's edge."""
    radius: _Times = 0.0
    """The radius of the box's corners."""
    opacity: Share = 1.0
    """How much of it all is seen."""
    linear: bool = False
    """Whether it is mixed in linear light; by default as browsers and editors mix."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        left, top = round(self.safe_area * picture.width), round(self.safe_area * picture.height)
        safe = picture.width - 2 * left, picture.height - 2 * top
        shorter = min(picture.width, picture.height)
        sizes = self.size * shorter, min(self.smallest, self.size) * shorter
        found = self._block(context, self._style(), sizes, (int(safe[0] * self.width), safe[1]))
        if found is None:
            return Outcome(picture, {"lines": 0})
        block, _, scale, measures = found
        overlay = self._placed(block, scale, safe, (left, top))
        measures["contrast_ratio"] = self._contrast(picture, overlay)
        made = laid(picture, overlay, opacity=self.opacity, linear=self.linear)
        return Outcome(made, measures, self._confidence(measures))

    def _style(self) -> Style:
        return Style(
            self.colour,
            outline=self.outline,
            outline_width=self.outline_width,
            shadow=self.shadow,
            box=self.box,
            padding=self.padding,
            radius=self.radius,
            align=_ALIGNED[self.align],
            spacing=self.line_spacing,
        )

    def _placed(
        self, block: Block, scale: float, safe: tuple[int, int], corner: tuple[int, int]
    ) -> Overlay:
        image, spill = enlarged(block.vips(), scale), round(block.spill * scale)
        size = image.width - 2 * spill, image.height - 2 * spill
        left, top = placed(safe, size, self.anchor, 0)
        return Overlay(image, corner[0] + left - spill, corner[1] + top - spill)

    def _contrast(self, picture: Picture, overlay: Overlay) -> float:
        """Of the letters to their box, where that is opaque, else to what lies below."""
        opaque = self.box is not None and rgba(self.box)[3] == 255
        ground = (
            luminance_of(rgba(self.box))
            if self.box and opaque
            else luminance_below(picture, overlay.box)
        )
        return round(contrast(luminance_of(rgba(self.colour)), ground), 2)
