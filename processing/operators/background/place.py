"""Place: the subject on a canvas, at the size and place that a shop asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

from numpy.typing import NDArray
from pydantic import JsonValue

from processing import vips
from processing.operators.background.layers import over, plain
from processing.operators.background.subject import (
    NETWORKS,
    Cut,
    Network,
    Subject,
    box_of,
    subject_of,
)
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import ANCHORS, Anchor, Colour, Pixels, unit
from processing.operators.picture import Floats, Picture
from processing.operators.strips import filled, floats
from processing.vision.matting import GUIDE_EDGE

_LARGE = 4096  # pixels of the longer side: below, looking twice takes longer than one large look
_SPARE = 2.0  # how much larger than on the canvas the subject is when its edge is looked for


class Place(Operator):
    """Puts the subject on a canvas so that it fills a share of it.

    The tight box around all that is at least 5 % opaque is scaled until one of its sides is
    ``fill`` of the canvas' side and the other no more. The subject is what alpha says, or what a
    network finds; with a transparent canvas a shadow can follow.
    """

    operator: ClassVar[str] = "place"
    title: ClassVar[str] = "Place on a canvas"
    version: ClassVar[int] = 2
    family: ClassVar[Family] = "background"
    networks: ClassVar[tuple[str, ...]] = NETWORKS
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 200, "height": 200, "fill": 0.85}

    width: Pixels
    """The canvas' width."""
    height: Pixels
    """The canvas' height."""
    fill: Annotated[float, unit("share", gt=0.0, le=1.0)] = 0.85
    """How much of the canvas' width or height the subject takes at most."""
    anchor: Anchor = "centre"
    """Where on the canvas the subject is."""
    margin: Annotated[float, unit("share of the shorter side", ge=0.0, le=0.45)] = 0.0
    """What stays free on all sides: how close to an edge the anchor may bring the subject."""
    colour: Colour = "#ffffff"
    """The canvas' colour."""
    transparent: bool = False
    """Whether the canvas is transparent instead."""
    enlarge: bool = True
    """Whether a subject that is too small is made larger; the measure ``scale`` tells how much."""
    network: Network = ""
    """The network that finds the subject; the default one where it is empty."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        shown, subject = self._found(picture, context)
        box = box_of(subject.alpha, picture.depth)
        cut = Cut(shown, subject).whole().image.crop(*box)
        less = shown.width / picture.width
        scale = self._scale(box, less)
        if scale != 1:
            cut = cut.premultiply().resize(scale).unpremultiply().rint().cast(picture.image.format)
        left, top = self._corner(cut.width, cut.height)
        made = self._on_canvas(picture, cut, left, top)

        def where(x: float, y: float) -> tuple[float, float]:
            return (x * less - box[0]) * scale + left, (y * less - box[1]) * scale + top

        measures: dict[str, JsonValue] = {
            **subject.measures,
            "scale": round(scale * less, 5),
            "fill": round(max(cut.width / self.width, cut.height / self.height), 5),
            "box_px": [left, top, cut.width, cut.height],
        }
        return Outcome(picture.moved(made, where), measures, subject.confidence)

    def _found(self, picture: Picture, context: Context) -> tuple[Picture, Subject]:
        """The subject, in a picture no larger than the canvas asks for with some to spare."""
        if picture.longest <= _LARGE:
            return picture, subject_of(picture, context, self.network)
        tiny = picture.proxy(GUIDE_EDGE)
        rough = box_of(subject_of(tiny, context, self.network).alpha, picture.depth)
        wanted = self._scale(rough, tiny.width / picture.width) * tiny.longest * _SPARE
        shown = picture.proxy(max(GUIDE_EDGE, math.ceil(wanted)))
        return shown, subject_of(shown, context, self.network)

    def _scale(self, box: tuple[int, int, int, int], less: float) -> float:
        """How much larger a box gets on the canvas; ``less`` is how much smaller it is shown."""
        free = 1 - 2 * self.margin * min(self.width, self.height) / max(self.width, self.height)
        share = min(self.fill, free if self.margin else 1.0)
        scale = min(share * self.width / box[2], share * self.height / box[3])
        return scale if self.enlarge else min(scale, 1 / less)

    def _corner(self, width: int, height: int) -> tuple[int, int]:
        edge = self.margin * min(self.width, self.height)
        across, down = ANCHORS[self.anchor]
        left = edge + across * (self.width - width - 2 * edge)
        top = edge + down * (self.height - height - 2 * edge)
        return round(left), round(top)

    def _on_canvas(self, picture: Picture, cut: vips.Image, left: int, top: int) -> NDArray:
        size = (self.width, self.height)
        clear = cut.embed(left, top, *size, extend="black")
        front = picture.with_image(clear.copy(interpretation=picture.image.interpretation))
        if self.transparent:
            return front.array()
        back = plain(self.colour)
        bands = back(slice(0, 1)).shape[2]

        def make(rows: slice) -> Floats:
            return over(floats(front, rows), back(rows))

        return filled(*size, bands, picture.depth, make)
