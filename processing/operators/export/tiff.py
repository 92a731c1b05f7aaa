"""TIFF (revision 6.0, Adobe 1992), written by libtiff through libvips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue

from dam.formats import TIFF
from processing.media import MediaType
from processing.operators.export.colours import at_depth
from processing.operators.export.common import Dpi, PictureExporter, with_density
from processing.operators.picture import Picture

# Offsets of plain TIFF have 32 bits; what does not compress may grow a little.
_MOST_PLAIN = 3_900_000_000


class Tiff(PictureExporter):
    """A TIFF: every pixel as it is, in 8 or 16 bits, RGB or CMYK: for printers and archives."""

    format: ClassVar[str] = "tiff"
    title: ClassVar[str] = "TIFF"
    media: ClassVar[MediaType] = TIFF
    most_edge: ClassVar[int] = 1_000_000
    press: ClassVar[bool] = True
    example: ClassVar[Mapping[str, JsonValue]] = {"compression": "deflate", "dpi": 300}

    depth: Literal[8, 16, "keep"] = "keep"
    """Bits a sample: 8, 16, or as many as the picture has by now."""
    compression: Literal["deflate", "lzw", "none"] = "deflate"
    """How samples are packed, always without loss. Old programs may know only “lzw” and “none”."""
    dpi: Dpi | None = 300.0
    """The resolution for print that the file tells."""

    def _prepared(self, picture: Picture) -> Picture:
        return picture if self.depth == "keep" else at_depth(picture, self.depth)

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        image = with_density(picture.image, self.dpi)
        size = image.width * image.height * image.bands * picture.depth // 8
        data: bytes = image.tiffsave_buffer(
            compression=self.compression,
            predictor="none" if self.compression == "none" else "horizontal",
            resunit="inch",
            bigtiff=size > _MOST_PLAIN,
            keep=self._keep,
        )
        return self._refuse_bytes(data), {"depth": picture.depth}
