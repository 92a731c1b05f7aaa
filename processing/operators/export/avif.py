"""AVIF (AV1 Image File Format 1.1), written by libaom through libvips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from dam.formats import AVIF
from processing.media import MediaType
from processing.operators.export.chroma import ChromaExporter
from processing.operators.export.colours import at_depth
from processing.operators.parameters import unit
from processing.operators.picture import Picture


class Avif(ChromaExporter):
    """An AVIF: a fifth smaller than WebP at the same look, with transparency, and slow to write."""

    format: ClassVar[str] = "avif"
    title: ClassVar[str] = "AVIF"
    media: ClassVar[MediaType] = AVIF
    most_edge: ClassVar[int] = 16_384  # libvips' bound for what libheif writes
    most_pixels: ClassVar[int] = 80_000_000
    first_guess: ClassVar[int] = 62
    most_tries: ClassVar[int] = 3  # each takes as long as three of WebP's
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 60, "effort": 0}

    quality: Annotated[int, unit("1…100", ge=1, le=100)] | Literal["auto"] = 60
    """How much is kept, from 1 (little) to 100; “auto” finds the least that meets the target."""
    effort: Annotated[int, unit("0…4", ge=0, le=4)] = 1
    """How long it looks for a shorter way to say the same, from 0 (fast) to 4. A second for each
    two megapixels at 1, ten at 4."""
    depth: Literal[8, 10] = 8
    """Bits a sample. 10 keep even skies from banding."""

    def _prepared(self, picture: Picture) -> Picture:
        return at_depth(picture, 8 if self.depth == 8 else 16)

    def _save(self, picture: Picture, quality: int) -> bytes:
        data: bytes = picture.image.heifsave_buffer(
            Q=quality,
            compression="av1",
            effort=self.effort,
            bitdepth=self.depth if picture.depth == 16 else 8,
            subsample_mode="off" if self.subsampling == "444" else "on",
            keep=self._keep,
        )
        return data
