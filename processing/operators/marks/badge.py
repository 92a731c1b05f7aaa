"""Badge: a label in a corner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import JsonValue, model_validator

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
from processing.operators.marks.lettering import Style
from processing.operators.parameters import Anchor, Colour, rgba, unit
from processing.operators.picture import Picture

_Times = Annotated[float, unit("× text size", ge=0.0, le=3.0)]


class Badge(Lettered):
    """Puts a label with text in a corner: “New”, “−20 %”, “Last pieces”.

    Letters that are hard to read on their label are refused: the contrast must be at least that of
    WCAG 2.2, success criterion 1.4.3. A label that lets the picture through is measured on it.
    """

    operator: ClassVar[str] = "badge"
    title: ClassVar[str] = "Badge"
    family: ClassVar[Family] = "marks"
    example: ClassVar[Mapping[str, JsonValue]] = {"text": "New", "size": 0.12}

    background: Colour = "#b3261e"
    """The label's colour."""
    size: Annotated[float, unit("share", ge=0.005, le=0.5)] = 0.05
    """The letters' size, as a share of the picture's shorter side; less where it has no room."""
    anchor: Anchor = "top-left"
    """The corner or edge where it sits."""
    margin: Annotated[float, unit("share", ge=0.0, le=0.45)] = 0.04
    """Its distance from the edges, as a share of the shorter side."""
    padding: _Times = 0.5
    """The room between letters and the label's edge."""
    radius: _Times = 0.3
    """The radius of the label's corners."""
    minimum_contrast: Annotated[float, unit(":1", ge=1.0, le=21.0)] = 4.5
    """The least contrast of letters to label: 4.5 for small text, 3 for large."""

    @model_validator(mode="after")
    def _readable(self) -> Badge:
        letters, label = luminance_of(rgba(self.colour)), luminance_of(rgba(self.background))
        found = contrast(letters, label)
        if rgba(self.background)[3] == 255 and found < self.minimum_contrast:
            better = "#ffffff" if contrast(1.0, label) > contrast(0.0, label) else "#000000"
            raise ValueError(
                f"{self.colour} on {self.background} has a contrast of {found:.1f}:1, less than "
                f"{self.minimum_contrast:g}:1; {better} would be read better"
            )
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        frame = picture.width, picture.height
        margin = round(self.margin * min(frame))
        room = max(1, frame[0] - 2 * margin), max(1, frame[1] - 2 * margin)
        style = Style(
            self.colour, box=self.background, padding=self.padding, radius=self.radius, align=0.5
        )
        size = self.size * min(frame)
        found = self._block(context, style, (size, min(size, 6.0)), room)
        if found is None:
            return Outcome(picture, {"lines": 0})
        block, _, scale, measures = found
        image = enlarged(block.vips(), scale)
        overlay = Overlay(image, *placed(frame, (image.width, image.height), self.anchor, margin))
        ratio = self._contrast(picture, overlay)
        measures["contrast_ratio"] = round(ratio, 2)
        sure = self._confidence(measures)
        if ratio < self.minimum_contrast:
            sure = min(sure, round(ratio / self.minimum_contrast / 2, 4))
        return Outcome(laid(picture, overlay), measures, sure)

    def _contrast(self, picture: Picture, overlay: Overlay) -> float:
        """Of the letters to their label, as far as it covers what lies below (in linear light)."""
        cover = rgba(self.background)[3] / 255
        below = luminance_below(picture, overlay.box)
        ground = cover * luminance_of(rgba(self.background)) + (1 - cover) * below
        return contrast(luminance_of(rgba(self.colour)), ground)
