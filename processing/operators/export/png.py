"""PNG (W3C, third edition), written by libspng through libvips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from dam.formats import PNG
from processing import vips
from processing.media import MediaType
from processing.operators.export.colours import at_depth
from processing.operators.export.common import Dpi, PictureExporter, with_density
from processing.operators.parameters import unit
from processing.operators.picture import Picture

_MOST_COLOURS = 256
_ROWS = 256


class Png(PictureExporter):
    """A PNG: every pixel as it is, with transparency; small for drawings, large for photographs."""

    format: ClassVar[str] = "png"
    title: ClassVar[str] = "PNG"
    media: ClassVar[MediaType] = PNG
    most_edge: ClassVar[int] = 1_000_000  # libspng's bound in libvips; the format's is 2³¹ − 1
    example: ClassVar[Mapping[str, JsonValue]] = {"compression": 6}

    depth: Literal[8, 16, "keep"] = 8
    """Bits a sample: 8, 16, or as many as the picture has by now."""
    palette: Literal["auto", "never"] = "auto"
    """“auto” writes pictures of at most 256 colours as indices into a palette: the same pixels in
    fewer bytes."""
    filter: Literal["auto", "none", "sub", "up", "average", "paeth", "all"] = "auto"
    """How rows are predicted before they are packed. “auto”: none for a palette, else all, the
    best for each row."""
    compression: Annotated[int, unit("0…9", ge=0, le=9)] = 6
    """How long it looks for a shorter way to say the same, from 0 (not at all) to 9."""
    dpi: Dpi | None = None
    """The resolution for print that the file tells."""

    def _prepared(self, picture: Picture) -> Picture:
        return picture if self.depth == "keep" else at_depth(picture, self.depth)

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        image = with_density(picture.image, self.dpi)
        data = self._indexed(picture, image) if self.palette == "auto" else None
        kind = "palette" if data else "true colour"
        return self._refuse_bytes(data or self._plain(image)), {"kind": kind}

    def _plain(self, image: vips.Image) -> bytes:
        data: bytes = image.pngsave_buffer(
            compression=self.compression, filter=self._filter("all"), keep=self._keep
        )
        return data

    def _indexed(self, picture: Picture, image: vips.Image) -> bytes | None:
        """As indices into a palette where that loses nothing, which is looked at afterwards."""
        if picture.depth != 8 or not few_colours(picture.array()):
            return None
        data: bytes = image.pngsave_buffer(
            palette=True,
            Q=100,
            dither=0,
            compression=self.compression,
            filter=self._filter("none"),
            keep=self._keep,
        )
        again = vips.Image.new_from_buffer(data, "")
        return data if _same(again.numpy(), picture.array()) else None

    def _filter(self, otherwise: str) -> str:
        return {"auto": otherwise, "average": "avg"}.get(self.filter, self.filter)


def few_colours(pixels: NDArray[np.uint8]) -> bool:
    """Whether there are at most 256 colours; rows are looked at until there are more."""
    weights = (256 ** np.arange(pixels.shape[2])).astype(np.uint32)
    found = np.zeros(0, np.uint32)
    for start in range(0, pixels.shape[0], _ROWS):
        codes = pixels[start : start + _ROWS].astype(np.uint32) @ weights
        found = np.union1d(found, codes)
        if found.size > _MOST_COLOURS:
            return False
    return True


def _same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether they show the same: alpha may be told or left out where all is opaque."""
    if one.ndim != 3 or one.shape[2] < 3:
        return False
    if not np.array_equal(one[:, :, :3], other[:, :, :3]):
        return False
    alphas = [a[:, :, 3] if a.shape[2] == 4 else np.uint8(255) for a in (one, other)]
    return bool(np.all(alphas[0] == alphas[1]))
