"""Watermark: a picture from the library, laid over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import JsonValue

from dam.colour import srgb_to_linear
from processing import vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.marks.laying import (
    Overlay,
    contrast,
    laid,
    luminance_below,
    placed,
    resized,
    tiled,
    turned,
)
from processing.operators.parameters import Anchor, Degrees, Reference, Share, unit
from processing.operators.picture import Picture

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_MIDDLE = 0.179  # the luminance at which black and white contrast alike (WCAG's ratio)


class Watermark(Operator):
    """Lays a picture from the library over, once at an anchor or again and again across.

    The mark's own transparency counts; its proportions stay. Porter and Duff's “source over”.
    """

    operator: ClassVar[str] = "watermark"
    title: ClassVar[str] = "Watermark"
    family: ClassVar[Family] = "marks"
    example: ClassVar[Mapping[str, JsonValue]] = {"picture": "logo.png", "size": 0.3}

    picture: Reference
    """The mark: an asset ("asset:123") or a file beside the recipe."""
    anchor: Anchor = "bottom-right"
    """Where it comes to lie."""
    size: Annotated[float, unit("share", ge=0.005, le=1.0)] = 0.2
    """The box that it fits in, as a share of the picture's width and height."""
    margin: Annotated[float, unit("share", ge=0.0, le=0.45)] = 0.03
    """Its distance from the edges, as a share of the shorter side."""
    opacity: Share = 1.0
    """How much of it is seen; on top of the mark's own transparency."""
    angle: Degrees = 0.0
    """How far it is turned, clockwise."""
    tiled: bool = False
    """Whether it is repeated across the whole picture."""
    gap: Annotated[float, unit("share", ge=0.0, le=4.0)] = 0.6
    """With ``tiled``: the distance between two, as a share of the mark's size."""
    adapt: bool = False
    """Whether it is laid in plain black or white, whichever is seen better on what lies below."""
    linear: bool = False
    """Whether it is mixed in linear light; by default as browsers and editors mix."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        mark = self._fitted(context.library.picture(self.picture), picture)
        overlay = self._overlay(mark, picture)
        below = luminance_below(picture, overlay.box)
        own = _luminance(mark)
        if self.adapt:
            own = 1.0 if below < _MIDDLE else 0.0
            overlay = Overlay(_plain(overlay.image, own), overlay.left, overlay.top)
        made = laid(picture, overlay, opacity=self.opacity, linear=self.linear)
        box = overlay.box
        measures: dict[str, JsonValue] = {
            "left_px": box.left,
            "top_px": box.top,
            "width_px": box.width,
            "height_px": box.height,
            "contrast_ratio": round(contrast(own, below), 2),
        }
        return Outcome(made, measures)

    def _fitted(self, mark: Picture, below: Picture) -> vips.Image:
        image = mark.image if mark.is_srgb else Picture.of(mark.image).image
        if not image.hasalpha():
            image = image.bandjoin(65535 if image.format == "ushort" else 255)
        scale = min(self.size * below.width / image.width, self.size * below.height / image.height)
        across = max(1, round(image.width * scale)) / image.width
        down = max(1, round(image.height * scale)) / image.height
        return turned(resized(image, across, down), self.angle)

    def _overlay(self, mark: vips.Image, below: Picture) -> Overlay:
        frame = below.width, below.height
        if self.tiled:
            gap = round(mark.width * self.gap), round(mark.height * self.gap)
            return Overlay(tiled(mark, frame, gap), 0, 0)
        margin = round(self.margin * min(frame))
        return Overlay(mark, *placed(frame, (mark.width, mark.height), self.anchor, margin))


def _plain(image: vips.Image, luminance: float) -> vips.Image:
    """The mark's shape alone, in black or white."""
    most = 65535 if image.format == "ushort" else 255
    alpha = image.extract_band(3)
    plain = alpha.new_from_image([luminance * most] * 3).cast(image.format)
    return plain.bandjoin(alpha).copy(interpretation=image.interpretation)


def _luminance(mark: vips.Image) -> float:
    """The mark's mean luminance where it is seen."""
    pixels = Picture(mark).proxy(256).floats()
    weight = pixels[:, :, 3]
    if not weight.any():
        return 1.0
    light = srgb_to_linear(pixels[:, :, :3]) @ _LUMINANCE
    return float((light * weight).sum() / weight.sum())
