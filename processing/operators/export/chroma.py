"""Colour at full or half resolution, for the formats that can have either."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import JsonValue

from processing.compression.content import needs_full_chroma
from processing.compression.searching import Found, Judge
from processing.compression.tiles import mosaic
from processing.operators.export.lossy import LossyExporter
from processing.operators.picture import Picture

Subsampling = Literal["auto", "444", "420"]
# From here on colour is kept at full resolution, as libvips' own rule does.
_FULL_FROM = 90


class ChromaExporter(LossyExporter):
    """A lossy format with a choice of chroma subsampling."""

    subsampling: Subsampling = "auto"
    """Whether colour has full resolution (“444”) or half (“420”). “auto” keeps it in full from
    quality 90 on, and where the picture has fine coloured detail: text, charts, logos."""

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        if self.quality == "auto":
            return super()._write(picture)
        chosen = self._with_chroma(self._chroma(picture))
        data, measures = super(ChromaExporter, chosen)._write(picture)
        return data, {**measures, "subsampling": chosen.subsampling}

    def _told(self) -> dict[str, JsonValue]:
        return {**super()._told(), "subsampling": self.subsampling}

    def _found(self, sample: Picture, judge: Judge) -> tuple[Self, Found]:
        if self.subsampling != "auto":
            return super()._found(sample, judge)
        if needs_full_chroma(sample.array()[:, :, :3]):
            return self._with_chroma("444")._found(sample, judge)
        half = self._with_chroma("420")._found(sample, judge)
        if half[1].reached and half[1].quality < _FULL_FROM:
            return half
        full = self._with_chroma("444")._found(sample, judge)
        return full if _better(full[1], half[1]) else half

    def _with_chroma(self, subsampling: Subsampling) -> Self:
        return self.model_copy(update={"subsampling": subsampling})

    def _chroma(self, picture: Picture) -> Subsampling:
        if self.subsampling != "auto":
            return self.subsampling
        if not picture.is_rgb or (isinstance(self.quality, int) and self.quality >= _FULL_FROM):
            return "444"
        return "444" if needs_full_chroma(mosaic(picture.image)[:, :, :3]) else "420"


def _better(one: Found, other: Found) -> bool:
    """Whether one meets the target where the other does not, or in fewer bytes."""
    if one.reached and other.reached:
        return one.trial.size < other.trial.size
    return one.reached or (not other.reached and one.trial.score > other.trial.score)
