"""Text watermark: words across the picture that say whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import JsonValue

from processing.operators.base import Family, Outcome
from processing.operators.context import Context
from processing.operators.marks.laying import Overlay, enlarged, laid, placed, tiled, turned
from processing.operators.marks.lettered import Lettered
from processing.operators.marks.lettering import Style
from processing.operators.parameters import Anchor, Colour, Degrees, Share, unit
from processing.operators.picture import Picture


class TextWatermark(Lettered):
    """Writes text over the picture, slanted and half transparent, once or again and again.

    A thin outline in the other tone keeps it readable on light and dark grounds alike.
    """

    operator: ClassVar[str] = "text-watermark"
    title: ClassVar[str] = "Text watermark"
    family: ClassVar[Family] = "marks"
    example: ClassVar[Mapping[str, JsonValue]] = {"text": "Sample", "size": 0.2}

    size: Annotated[float, unit("share", ge=0.005, le=1.0)] = 0.06
    """The letters' size, as a share of the picture's shorter side; less where it has no room."""
    opacity: Share = 0.35
    """How much of it is seen."""
    angle: Degrees = -30.0
    """How far it is turned, clockwise."""
    tiled: bool = True
    """Whether it is repeated across the whole picture."""
    gap: Annotated[float, unit("share", ge=0.0, le=4.0)] = 0.5
    """With ``tiled``: the distance between two, as a share of the text's own size."""
    anchor: Anchor = "centre"
    """Where it comes to lie, unless it is tiled."""
    margin: Annotated[float, unit("share", ge=0.0, le=0.45)] = 0.03
    """Its distance from the edges, as a share of the shorter side."""
    outline: Colour | None = "#00000099"
    """The colour of a thin line around the letters."""
    linear: bool = False
    """Whether it is mixed in linear light; by default as browsers and editors mix."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        frame = picture.width, picture.height
        margin = round(self.margin * min(frame))
        room = max(1, frame[0] - 2 * margin), max(1, frame[1] - 2 * margin)
        style = Style(self.colour, outline=self.outline, outline_width=0.03, align=0.5)
        size = self.size * min(frame)
        found = self._block(context, style, (size, min(size, 6.0)), room)
        if found is None:
            return Outcome(picture, {"lines": 0})
        block, _, scale, measures = found
        mark = turned(enlarged(block.vips(), scale), self.angle)
        if self.tiled:
            gap = round(mark.width * self.gap), round(mark.height * self.gap)
            overlay = Overlay(tiled(mark, frame, gap), 0, 0)
        else:
            overlay = Overlay(mark, *placed(frame, (mark.width, mark.height), self.anchor, margin))
        made = laid(picture, overlay, opacity=self.opacity, linear=self.linear)
        return Outcome(made, measures, self._confidence(measures))
