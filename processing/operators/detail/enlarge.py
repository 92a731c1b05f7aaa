"""Enlarge: more pixels, by super-resolution where it can be had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing import vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.resize import resized
from processing.operators.parameters import LONGEST_EDGE, unit
from processing.operators.picture import Picture, Unfit
from processing.operators.tiles import Box, by_tiles, floats_of

MOST_MEGAPIXELS = 150  # of the result: more is beyond what the engine's memory is measured for
# Reduced again, what a network made must be what it was given: from plain error to no difference.
_DOUBTFUL_DB, _FAITHFUL_DB = 20.0, 35.0


class Enlarge(Operator):
    """Makes the picture two or four times as large, with detail that a neural network supplies.

    Without the network, or for pictures larger than ``network_up_to``, by Lanczos interpolation
    (three lobes), which invents nothing; ``method`` in the measures says which it was and why.
    The network's result is reduced again and compared with the original: the confidence.
    """

    operator: ClassVar[str] = "enlarge"
    title: ClassVar[str] = "Enlarge"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"factor": 2}
    networks: ClassVar[tuple[str, ...]] = ("realesr-animevideov3",)

    factor: Literal[2, 4] = 2
    """How many times as wide and high it becomes."""
    method: Literal["network", "lanczos"] = "network"
    """Whether a network supplies detail, or it is interpolated only."""
    network_up_to: Annotated[float, unit("megapixels", gt=0.0, le=25.0)] = 4.0
    """The largest picture that the network is asked for: it takes seconds for each megapixel."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        width, height = picture.width * self.factor, picture.height * self.factor
        if max(width, height) > LONGEST_EDGE or width * height > MOST_MEGAPIXELS * 1e6:
            raise Unfit(
                f"Enlarged, it would have {width} × {height} pixels: the most are "
                f"{MOST_MEGAPIXELS} megapixels and {LONGEST_EDGE} pixels on a side."
            )
        reason = self._reason_against(picture)
        if not reason:
            try:
                return self._by_network(picture, context)
            except Unfit as refusal:
                reason = str(refusal)
        made = resized(picture, width, height)
        return Outcome(made, {"method": "lanczos", "factor": self.factor, "reason": reason})

    def _reason_against(self, picture: Picture) -> str:
        megapixels = picture.width * picture.height / 1e6
        if self.method == "lanczos":
            return "The recipe asks for it."
        if megapixels > self.network_up_to:
            return f"It has {megapixels:.1f} megapixels, more than {self.network_up_to:g}."
        return ""

    def _by_network(self, picture: Picture, context: Context) -> Outcome:
        source = _filled(picture)
        pixels = context.networks.enlarge(source.rgb8(), self.factor)
        wanted = (picture.height * self.factor, picture.width * self.factor, 3)
        if pixels.shape != wanted or pixels.dtype != np.uint8:
            raise Unfit(f"The network gave {pixels.dtype} {pixels.shape} and not {wanted}.")
        made = Picture.from_array(pixels)
        faithful = _faithfulness(made, source)
        shown = _with_depth(source, made) if picture.depth == 16 else made
        if picture.has_alpha:
            alpha = resized(picture, wanted[1], wanted[0]).image.extract_band(3)
            shown = shown.with_image(shown.image.bandjoin(alpha))
        measures: dict[str, JsonValue] = {
            "method": "network",
            "factor": self.factor,
            "faithfulness_db": round(faithful, 2),
        }
        sure = (faithful - _DOUBTFUL_DB) / (_FAITHFUL_DB - _DOUBTFUL_DB)
        moved = picture.moved(shown.image, lambda x, y: (x * self.factor, y * self.factor))
        return Outcome(moved, measures, round(min(max(sure, 0.0), 1.0), 4))


def _filled(picture: Picture) -> Picture:
    """The colours alone; where nothing is seen, those of what is near, so that none bleed in."""
    if not picture.has_alpha:
        return picture
    image = picture.image
    near = image.premultiply().gaussblur(4).unpremultiply().extract_band(0, n=3)
    seen = image.extract_band(3) > 0
    return picture.with_image(seen.ifthenelse(image.extract_band(0, n=3), near.cast(image.format)))


def _faithfulness(made: Picture, source: Picture) -> float:
    """Peak signal to noise, in dB, of the result reduced again; 60 at most."""
    small = resized(made, source.width, source.height).rgb8().astype(np.float32)
    error = float(np.mean((small - source.rgb8()) ** 2)) / 255.0**2
    return float(-10 * np.log10(max(error, 1e-6)))


def _with_depth(source: Picture, made: Picture) -> Picture:
    """What the network added in 8 bits, laid on the interpolated 16 bits."""
    wide = resized(source, made.width, made.height)
    narrow = (source.image / 257.0).rint().cast("uchar").copy(interpretation="srgb")
    plain = resized(Picture(vips.in_memory(narrow)), made.width, made.height)

    def added(colours: np.ndarray, box: Box) -> np.ndarray:
        return colours + floats_of(made, box) - floats_of(plain, box)

    return by_tiles(wide, added)
