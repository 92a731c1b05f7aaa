"""JPEG (ITU-T T.81), written by mozjpeg through libvips."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from dam.formats import JPEG
from processing.media import MediaType
from processing.operators.export.chroma import ChromaExporter
from processing.operators.export.colours import at_depth, flattened
from processing.operators.export.common import Dpi
from processing.operators.export.lossy import FIXED
from processing.operators.parameters import Colour
from processing.operators.picture import Picture


class Jpeg(ChromaExporter):
    """A JPEG: opens everywhere, has no transparency.

    Quantisation tables, trellis and progressive scans are mozjpeg's.
    """

    format: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG"
    media: ClassVar[MediaType] = JPEG
    most_edge: ClassVar[int] = 65_500  # libjpeg's JPEG_MAX_DIMENSION
    press: ClassVar[bool] = True
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 82}

    progressive: bool = True
    """Whether the picture comes in passes that get sharper: smaller, and seen earlier."""
    compact: bool = True
    """Whether more time is spent on fewer bytes (trellis quantisation)."""
    background: Colour = "#ffffff"
    """What shows where the picture is transparent."""
    dpi: Dpi | None = None
    """The resolution for print that the file tells."""

    def _prepared(self, picture: Picture) -> Picture:
        return at_depth(flattened(picture, self.background), 8)

    def _fixed(self, sample: Picture) -> bytes:
        """libjpeg's own settings, which is what “JPEG at quality 80” mostly means."""
        data: bytes = sample.image.jpegsave_buffer(Q=FIXED, optimize_coding=True, keep=self._keep)
        return data

    def _save(self, picture: Picture, quality: int) -> bytes:
        data: bytes = picture.image.jpegsave_buffer(
            Q=quality,
            subsample_mode="off" if self.subsampling == "444" else "on",
            optimize_coding=True,
            interlace=self.progressive,
            trellis_quant=self.compact,
            overshoot_deringing=self.compact,
            quant_table=3 if self.compact else 0,
            keep=self._keep,
        )
        return _with_density(data, self.dpi) if self.dpi is not None else data


def _with_density(data: bytes, dpi: float) -> bytes:
    """With a JFIF header (ITU-T T.871, 10.1) behind the first marker: libvips writes none."""
    told = round(dpi)
    segment = struct.pack(">HH5sHBHHBB", 0xFFE0, 16, b"JFIF\0", 0x0102, 1, told, told, 0, 0)
    return data[:2] + segment + data[2:]
