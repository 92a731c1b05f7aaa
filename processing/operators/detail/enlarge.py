"""Enlarge: more pixels, by super-resolution where it can be had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.formats.codec import to_vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.resize import resized
from processing.operators.parameters import LONGEST_EDGE, unit
from processing.operators.picture import Floats, Picture, Unfit
from processing.operators.tiles import Box, floats_of, made_of_tiles

MOST_MEGAPIXELS = 150  # of the result: more is beyond what the engine's memory is measured for
# Reduced again, what a network made must be what it was given: from plain error to no difference.
_DOUBTFUL_DB, _FAITHFUL_DB = 20.0, 35.0


class Enlarge(Operator):
    """Makes the picture two or four times as large, with detail that a neural network supplies.

    Without the network, or for pictures larger than ``network_up_to``, by Lanczos interpolation
    (three lobes), which invents nothing; ``method`` in the measures says which it was and why.
    The network's result is reduced again and compared with the original: the confidence. What it
    left out, such as the texture of skin, is added again (M. Irani and S. Peleg, “Improving
    resolution by image registration”, 1991: back-projection), so that it invents less.
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
    network_up_to: Annotated[float, unit("megapixels", gt=0.0, le=12.0)] = 4.0
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
        told = {"method": "lanczos", "factor": self.factor, "scale": self.factor, "reason": reason}
        return Outcome(made, dict(told))

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
        shown = _projected_back(made, source)
        if picture.has_alpha:
            alpha = resized(picture, wanted[1], wanted[0]).image.extract_band(3)
            shown = shown.with_image(shown.image.bandjoin(alpha))
        measures: dict[str, JsonValue] = {
            "method": "network",
            "factor": self.factor,
            "faithfulness_db": round(faithful, 2),
            "faithfulness_after_db": round(_faithfulness(shown, source), 2),
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


def _projected_back(made: Picture, source: Picture) -> Picture:
    """What the network left out of the source, interpolated and added; with the source's depth."""
    small = resized(made, source.width, source.height).floats()
    missing = to_vips(source.floats() - small, "srgb")
    across, down = made.width / source.width, made.height / source.height
    missing = missing.resize(across, vscale=down, kernel="cubic")

    def added(box: Box) -> Floats:
        part = missing.crop(box.left, box.top, box.width, box.height).numpy()
        return floats_of(made, box) + part

    return made_of_tiles(made.width, made.height, source.depth, added)
