"""Sharpen: edges clearer for where the picture is shown, without halos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Share, unit
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import Box, by_tiles, samples

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, of coded values
_SCREEN_RADIUS = 0.6  # pixels: at 100 % on a screen a wider one is seen as a halo
_PRINT_RADIUS = 1 / 200  # inch: Fraser and Schewe's halo of 1/100 inch is a radius on both sides


class Sharpen(Operator):
    """Makes edges clearer by an unsharp mask in luminance; colours keep their tint.

    Edges may overshoot what is around them by ``halo`` and no more, and differences as small as
    noise stay as they are. The radius follows from where the picture is shown, after B. Fraser and
    J. Schewe, “Real World Image Sharpening”, 2009: a halo of 1/100 inch in print.
    """

    operator: ClassVar[str] = "sharpen"
    title: ClassVar[str] = "Sharpen"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"amount": 0.8, "output": "screen"}

    amount: Annotated[float, unit("×", ge=0.0, le=4.0)] = 0.6
    """How much of the difference to the blurred picture is added."""
    output: Literal["screen", "print"] = "screen"
    """Where the picture is shown; with ``dpi`` it says which radius fits."""
    dpi: Annotated[int, unit("dpi", ge=72, le=1200)] = 300
    """The density at which it is printed."""
    radius: Annotated[float, unit("px", ge=0.3, le=12.0)] | None = None
    """The blur's standard deviation, where it shall not follow from ``output``."""
    threshold: Share = 0.008
    """Differences up to this share of the whole range are taken for noise and left alone."""
    halo: Share = 0.02
    """How far an edge may go beyond the brightest and darkest of its neighbours."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        radius = self.radius or self._fitting_radius()
        overlap = int(np.ceil(radius * 4)) + 2

        def clearer(colours: Floats, box: Box) -> Floats:
            luminance = colours @ _LUMA
            return colours + (self.sharper(luminance, radius) - luminance)[:, :, None]

        made = by_tiles(picture, clearer, overlap=overlap)
        measures: dict[str, JsonValue] = {
            "radius_px": round(radius, 3),
            "acutance_before": _acutance(picture),
            "acutance_after": _acutance(made),
        }
        return Outcome(made, measures)

    def sharper(self, luminance: Floats, radius: float) -> Floats:
        """The luminance (rows × columns, 0..1) with its edges clearer, within the halo's limit."""
        detail = luminance - cv2.GaussianBlur(luminance, (0, 0), radius)
        strong = np.sign(detail) * np.maximum(np.abs(detail) - np.float32(self.threshold), 0)
        reach = 2 * int(np.ceil(radius)) + 1
        around = np.ones((reach, reach), np.uint8)
        lowest = cv2.erode(luminance, around) - np.float32(self.halo)
        highest = cv2.dilate(luminance, around) + np.float32(self.halo)
        return np.clip(luminance + np.float32(self.amount) * strong, lowest, highest)

    def _fitting_radius(self) -> float:
        return _SCREEN_RADIUS if self.output == "screen" else max(0.5, self.dpi * _PRINT_RADIUS)


def _acutance(picture: Picture) -> float:
    """The mean slope of luminance where there are edges, in levels of 255 a pixel, at full size."""
    slopes = []
    for tile in samples(picture):
        luminance = tile @ _LUMA
        across = cv2.Sobel(luminance, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(luminance, cv2.CV_32F, 0, 1, scale=1 / 8)
        slopes.append(np.hypot(across, down).ravel())
    every = np.concatenate(slopes)
    strongest = every[every >= np.quantile(every, 0.95)]
    return round(float(strongest.mean()) * 255, 3)
