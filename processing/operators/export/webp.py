"""WebP (RFC 9649), written by libwebp through libvips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from dam.formats import WEBP
from processing.compression.content import is_flat
from processing.compression.tiles import mosaic
from processing.media import MediaType
from processing.operators.export.colours import at_depth
from processing.operators.export.lossy import LossyExporter
from processing.operators.parameters import unit
from processing.operators.picture import Picture

Mode = Literal["auto", "lossy", "near-lossless", "lossless"]
# libwebp's quality of lossless files is effort: this is its own default.
_LOSSLESS = 75
# How much larger a lossless file of drawn content may be: its edges show every change.
_WORTH = 1.25
# And where no quality meets the target: saturated colours, which WebP always halves.
_WORTH_WHERE_MISSED = 3.0
Effort = Annotated[int, unit("0…6", ge=0, le=6)]


class Webp(LossyExporter):
    """A WebP: smaller than JPEG, with transparency, opens in every browser."""

    format: ClassVar[str] = "webp"
    title: ClassVar[str] = "WebP"
    media: ClassVar[MediaType] = WEBP
    most_edge: ClassVar[int] = 16_383  # RFC 9649, 2.5: 14 bits
    first_guess: ClassVar[int] = 81  # the default target is met at 79 to 84 on photographs
    example: ClassVar[Mapping[str, JsonValue]] = {"quality": 80, "effort": 2}

    mode: Mode = "auto"
    """“lossy” for photographs, “lossless” for every pixel as it is, “near-lossless” for pixels
    changed by no more than can be seen, so that they code shorter. “auto” is lossy, but with
    quality “auto” lossless where the picture is drawn (text, charts, logos) and that is not much
    larger, or where it is smaller."""
    effort: Effort = 4
    """How long it looks for a shorter way to say the same, from 0 (fast) to 6."""

    def _prepared(self, picture: Picture) -> Picture:
        return at_depth(picture, 8)

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        if self.mode == "lossless":
            data = self._refuse_bytes(self._save(picture, _LOSSLESS))
            return data, {"mode": "lossless", "encodings": 1}
        data, measures = super()._write(picture)
        lossy = "lossy" if self.mode == "auto" else self.mode
        if self.mode == "auto" and self.quality == "auto":
            return self._perhaps_lossless(picture, data, {"mode": lossy, **measures})
        return data, {"mode": lossy, **measures}

    def _perhaps_lossless(
        self, picture: Picture, data: bytes, measures: dict[str, JsonValue]
    ) -> tuple[bytes, dict[str, JsonValue]]:
        """The lossless file instead, where it is worth it: where the picture is drawn, or where
        nothing less meets the target.
        """
        met = measures["target_met"]
        if met and not is_flat(mosaic(picture.image)):
            return data, measures
        worth = _WORTH if met else _WORTH_WHERE_MISSED
        exact = self._as("lossless")._save(picture, _LOSSLESS)
        if len(exact) > worth * len(data) or len(exact) > (self._budget or len(exact)):
            return data, measures
        saved = _saved(measures, len(exact) / len(data))
        return exact, {
            "mode": "lossless",
            "encodings": 2,
            "ssimulacra2": 100.0,
            "target_met": True,
            "saved_against_quality_80": saved,
        }

    def _as(self, mode: Mode) -> Webp:
        return self.model_copy(update={"mode": mode})

    def _save(self, picture: Picture, quality: int) -> bytes:
        data: bytes = picture.image.webpsave_buffer(
            Q=quality,
            lossless=self.mode == "lossless",
            near_lossless=self.mode == "near-lossless",
            effort=self.effort,
            keep=self._keep,
        )
        return data


def _saved(measures: dict[str, JsonValue], factor: float) -> float:
    """The share saved against fixed settings, of a file that is ``factor`` times the lossy one."""
    saved = measures["saved_against_quality_80"]
    assert isinstance(saved, float)
    return round(1 - (1 - saved) * factor, 4)
