"""JPEG XL (ISO/IEC 18181), written by libjxl through imagecodecs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from dam.formats import JXL
from processing.media import MediaType
from processing.operators.export.colours import at_depth
from processing.operators.export.lossy import LossyExporter
from processing.operators.parameters import unit
from processing.operators.picture import Picture, Unfit

_MOST_LOSSY = 99


class Jxl(LossyExporter):
    """A JPEG XL: small at high quality, 8 or 16 bits, exact at quality 100.

    It is written in sRGB, which it tells by code and not by a profile.
    """

    format: ClassVar[str] = "jxl"
    title: ClassVar[str] = "JPEG XL"
    media: ClassVar[MediaType] = JXL
    most_edge: ClassVar[int] = 65_535
    most_pixels: ClassVar[int] = 120_000_000
    first_guess: ClassVar[int] = 75
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 85, "effort": 3}

    quality: Annotated[int, unit("1…100", ge=1, le=100)] | Literal["auto"] = 85
    """How much is kept, from 1 (little) to 100 (every pixel as it is); “auto” finds the least that
    meets the target."""
    effort: Annotated[int, unit("1…7", ge=1, le=7)] = 4
    """How long it looks for a shorter way to say the same, from 1 (fast) to 7."""
    depth: Literal[8, 16, "keep"] = "keep"
    """Bits a sample: 8, 16, or as many as the picture has by now."""

    def _prepared(self, picture: Picture) -> Picture:
        if not picture.is_srgb:
            raise Unfit("JPEG XL is written in sRGB here: let the exporter's profile be “srgb”.")
        return picture if self.depth == "keep" else at_depth(picture, self.depth)

    def _save(self, picture: Picture, quality: int) -> bytes:
        pixels = np.ascontiguousarray(picture.array())
        return bytes(
            imagecodecs.jpegxl_encode(
                pixels,
                distance=distance(quality),
                lossless=quality > _MOST_LOSSY,
                effort=self.effort,
                numthreads=1,
            )
        )

    def _decode(self, data: bytes) -> NDArray[np.uint8]:
        pixels = imagecodecs.jpegxl_decode(data, numthreads=1)
        return pixels if pixels.dtype == np.uint8 else np.rint(pixels / 257.0).astype(np.uint8)


def distance(quality: int) -> float:
    """Butteraugli distance of a quality: ``JxlEncoderDistanceFromQuality`` of libjxl 0.11."""
    if quality > _MOST_LOSSY:
        return 0.0
    if quality >= 30:
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25
