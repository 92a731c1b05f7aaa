"""WebP (RFC 9649), written by libwebp through libvips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from dam.formats import WEBP
from processing.media import MediaType
from processing.operators.export.colours import at_depth
from processing.operators.export.common import LossyExporter
from processing.operators.parameters import unit
from processing.operators.picture import Picture

Mode = Literal["lossy", "near-lossless", "lossless"]
Effort = Annotated[int, unit("0…6", ge=0, le=6)]


class Webp(LossyExporter):
    """A WebP: smaller than JPEG, with transparency, opens in every browser."""

    format: ClassVar[str] = "webp"
    title: ClassVar[str] = "WebP"
    media: ClassVar[MediaType] = WEBP
    most_edge: ClassVar[int] = 16_383  # RFC 9649, 2.5: 14 bits
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 80, "effort": 2}

    mode: Mode = "lossy"
    """“lossy” for photographs, “lossless” for every pixel as it is, “near-lossless” for pixels
    changed by no more than can be seen, so that they code shorter."""
    effort: Effort = 4
    """How long it looks for a shorter way to say the same, from 0 (fast) to 6."""

    def _prepared(self, picture: Picture) -> Picture:
        return at_depth(picture, 8)

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        if self.mode == "lossless":
            data = self._refuse_bytes(self._save(picture, 75))
            return data, {"mode": self.mode, "encodings": 1}
        data, measures = super()._write(picture)
        return data, {"mode": self.mode, **measures}

    def _save(self, picture: Picture, quality: int) -> bytes:
        data: bytes = picture.image.webpsave_buffer(
            Q=quality,
            lossless=self.mode == "lossless",
            near_lossless=self.mode == "near-lossless",
            effort=self.effort,
            keep=self._keep,
        )
        return data
