"""JPEG (ITU-T T.81), written by mozjpeg through libvips."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from dam.formats import JPEG
from processing.compression.content import needs_full_chroma
from processing.media import MediaType
from processing.operators.export.colours import at_depth, flattened
from processing.operators.export.common import Dpi, LossyExporter
from processing.operators.parameters import Colour
from processing.operators.picture import Picture

Subsampling = Literal["auto", "444", "420"]
# From here on colour is kept at full resolution, as libjpeg-turbo's and libvips' own rules do.
_FULL_FROM = 90


class Jpeg(LossyExporter):
    """A JPEG: opens everywhere, has no transparency.

    Quantisation tables, trellis and progressive scans are mozjpeg's.
    """

    format: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG"
    media: ClassVar[MediaType] = JPEG
    most_edge: ClassVar[int] = 65_500  # libjpeg's JPEG_MAX_DIMENSION
    press: ClassVar[bool] = True
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 82}

    subsampling: Subsampling = "auto"
    """Whether colour has full resolution (“444”) or half (“420”). “auto” keeps it in full from
    quality 90 on, and where the picture has fine coloured detail: text, charts, logos."""
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

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        chosen = self.model_copy(update={"subsampling": self._chroma(picture)})
        data, measures = super(Jpeg, chosen)._write(picture)
        return data, {**measures, "subsampling": chosen.subsampling}

    def _chroma(self, picture: Picture) -> Subsampling:
        if self.subsampling != "auto" or not picture.is_rgb:
            return self.subsampling if self.subsampling != "auto" else "444"
        full = self.quality >= _FULL_FROM or needs_full_chroma(picture.image)
        return "444" if full else "420"

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
