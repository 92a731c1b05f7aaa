"""Place: the subject on a canvas, at the size and place that a shop asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import JsonValue

from processing import vips
from processing.operators.background.layers import over, plain
from processing.operators.background.rows import MOST
from processing.operators.background.subject import (
    NETWORKS,
    Network,
    box_of,
    cut_out,
    subject_of,
)
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import ANCHORS, Anchor, Colour, Pixels, rgba, unit
from processing.operators.picture import Picture


class Place(Operator):
    """Puts the subject on a canvas so that it fills a share of it.

    The tight box around all that is at least 5 % opaque is scaled until one of its sides is
    ``fill`` of the canvas' side and the other no more. The subject is what alpha says, or what a
    network finds; with a transparent canvas a shadow can follow.
    """

    operator: ClassVar[str] = "place"
    title: ClassVar[str] = "Place on a canvas"
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
        subject = subject_of(picture, context, self.network)
        box = box_of(subject.alpha, picture.depth)
        cut = cut_out(picture, subject).image.crop(*box)
        scale = self._scale(box[2], box[3])
        if scale != 1:
            cut = cut.premultiply().resize(scale).unpremultiply().rint().cast(picture.image.format)
        left, top = self._corner(cut.width, cut.height)
        made = self._on_canvas(picture, cut, left, top)

        def where(x: float, y: float) -> tuple[float, float]:
            return (x - box[0]) * scale + left, (y - box[1]) * scale + top

        measures: dict[str, JsonValue] = {
            **subject.measures,
            "scale": round(scale, 5),
            "fill": round(max(cut.width / self.width, cut.height / self.height), 5),
            "box_px": [left, top, cut.width, cut.height],
        }
        return Outcome(picture.moved(made, where), measures, subject.confidence)

    def _scale(self, width: int, height: int) -> float:
        free = 1 - 2 * self.margin * min(self.width, self.height) / max(self.width, self.height)
        share = min(self.fill, free if self.margin else 1.0)
        scale = min(share * self.width / width, share * self.height / height)
        return scale if self.enlarge else min(scale, 1.0)

    def _corner(self, width: int, height: int) -> tuple[int, int]:
        edge = self.margin * min(self.width, self.height)
        across, down = ANCHORS[self.anchor]
        left = edge + across * (self.width - width - 2 * edge)
        top = edge + down * (self.height - height - 2 * edge)
        return round(left), round(top)

    def _on_canvas(self, picture: Picture, cut: vips.Image, left: int, top: int) -> vips.Image:
        size = (self.width, self.height)
        clear = cut.embed(left, top, *size, extend="black")
        clear = clear.copy(interpretation=picture.image.interpretation)
        if self.transparent:
            return clear
        colour = rgba(self.colour, picture.depth)
        back = plain(
            colour if colour[3] < MOST[picture.depth] else colour[:3], picture.image, *size
        )
        return over(clear, back, MOST[picture.depth])
