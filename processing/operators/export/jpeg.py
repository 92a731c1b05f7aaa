"""JPEG (ITU-T T.81), written by mozjpeg through libvips."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from dam.formats import JPEG
from processing import vips
from processing.compression.content import needs_full_chroma
from processing.compression.searching import Found, Judge
from processing.compression.tiles import mosaic
from processing.media import MediaType
from processing.operators.export.colours import at_depth, flattened
from processing.operators.export.common import Dpi
from processing.operators.export.lossy import FIXED, LossyExporter
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
        if self.quality == "auto":
            return super()._write(picture)
        chosen = self._with_chroma(self._chroma(picture))
        data, measures = super(Jpeg, chosen)._write(picture)
        return data, {**measures, "subsampling": chosen.subsampling}

    def _searched(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        data, measures = super()._searched(picture)
        told = vips.Image.new_from_buffer(data, "").get("jpeg-chroma-subsample")
        return data, {**measures, "subsampling": told.replace(":", "")}

    def _found(self, sample: Picture, judge: Judge) -> tuple[Jpeg, Found]:
        if self.subsampling != "auto":
            return super()._found(sample, judge)
        if needs_full_chroma(sample.array()[:, :, :3]):
            return self._with_chroma("444")._found(sample, judge)
        half = self._with_chroma("420")._found(sample, judge)
        if half[1].reached and half[1].quality < _FULL_FROM:
            return half
        full = self._with_chroma("444")._found(sample, judge)
        return full if _better(full[1], half[1]) else half

    def _with_chroma(self, subsampling: Subsampling) -> Jpeg:
        return self.model_copy(update={"subsampling": subsampling})

    def _chroma(self, picture: Picture) -> Subsampling:
        if self.subsampling != "auto":
            return self.subsampling
        if not picture.is_rgb or (isinstance(self.quality, int) and self.quality >= _FULL_FROM):
            return "444"
        return "444" if needs_full_chroma(mosaic(picture.image)) else "420"

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


def _better(one: Found, other: Found) -> bool:
    """Whether one meets the target where the other does not, or in fewer bytes."""
    if one.reached and other.reached:
        return one.trial.size < other.trial.size
    return one.reached or (not other.reached and one.trial.score > other.trial.score)


def _with_density(data: bytes, dpi: float) -> bytes:
    """With a JFIF header (ITU-T T.871, 10.1) behind the first marker: libvips writes none."""
    told = round(dpi)
    segment = struct.pack(">HH5sHBHHBB", 0xFFE0, 16, b"JFIF\0", 0x0102, 1, told, told, 0, 0)
    return data[:2] + segment + data[2:]
