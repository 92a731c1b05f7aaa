"""Exporters with a quality: a number, or the lowest one that still looks right."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, JsonValue

from processing import vips
from processing.compression.searching import MOST_TRIES, Coder, Found, Judge, lowest
from processing.compression.tiles import LOOK_PIXELS, SEAMS, is_whole, mosaic
from processing.formats.codec import to_vips
from processing.operators.export.budget import Fitted, fitted
from processing.operators.export.common import PictureExporter
from processing.operators.parameters import unit
from processing.operators.picture import Picture, Unfit

Quality = Annotated[int, unit("1…100", ge=1, le=100)]
Target = Annotated[float, unit("SSIMULACRA2", ge=30.0, le=95.0)]

# What fixed settings are compared with, and what 24 of Kodak's photographs have at worst as JPEG
# of that quality (docs/decisions/0024-exporting-and-compression.md).
FIXED = 80
TARGET = 73.0
MISSED = 0.5  # points below the target, in the whole file, that ask for another encoding
_TOO_GOOD = 1.5  # points above it
_CORRECTIONS = 2
_LEAST_SLOPE = 0.4  # points a step of quality: a sample that says less is of little help


class LossyExporter(PictureExporter):
    """A format with a quality. Subclasses say how in ``_save``."""

    first_guess: ClassVar[int] = 75  # where the search begins
    most_tries: ClassVar[int] = MOST_TRIES  # encodings of a sample

    quality: Quality | Literal["auto"] = Field(default=80, union_mode="left_to_right")
    """How much is kept, from 1 (little) to 100; “auto” finds the least that meets the target."""
    target: Target = TARGET
    """With quality “auto”: how alike it must look, as SSIMULACRA2 measures it. 90 cannot be told
    from the original, 70 is high quality, 50 medium."""

    def expected(self, picture: Picture) -> float:
        """About how many bytes the target takes, by a sample; infinite where it cannot be met."""
        sample = sample_of(self._prepared(picture))
        _, found = self._found(sample, Judge(sample.array()))
        scale = picture.width * picture.height / (sample.width * sample.height)
        return found.trial.size * scale if found.reached else math.inf

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        if self.quality == "auto":
            return self._searched(picture)
        made = self._fitted(picture, self.quality)
        return made.data, {"quality": made.quality, "encodings": made.encodings}

    def _save(self, picture: Picture, quality: int) -> bytes:
        """The file at this quality."""
        raise NotImplementedError

    def _decode(self, data: bytes) -> NDArray[np.uint8]:
        """What a file of our own shows, as it is coded in it."""
        pixels: NDArray[np.uint8] = vips.Image.new_from_buffer(data, "").numpy()
        return pixels

    def _fixed(self, sample: Picture) -> bytes:
        """The sample as usual settings would have it: what saving is measured against."""
        return self._save(sample, FIXED)

    def _told(self) -> dict[str, JsonValue]:
        """What was chosen besides the quality."""
        return {}

    def _found(self, sample: Picture, judge: Judge) -> tuple[Self, Found]:
        """The lowest quality for a sample, and the settings that go with it."""
        return self, lowest(judge, self._coder(sample), self.target)

    def _coder(self, sample: Picture) -> Coder:
        return Coder(
            lambda quality: self._save(sample, quality),
            self._decode,
            guess=self.first_guess,
            most_tries=self.most_tries,
        )

    def _fitted(self, picture: Picture, quality: int) -> Fitted:
        return fitted(lambda each: self._save(picture, each), quality, self._budget)

    def _searched(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        if not picture.is_rgb:
            raise Unfit("“quality: auto” looks at RGB: give a number for CMYK.")
        sample = sample_of(picture)
        chosen, found = self._found(sample, Judge(sample.array()))
        made = chosen._verified(picture, found)
        (first, _), (best, score) = made[0], min(made, key=self._rank)
        # What the sample says of usual settings, scaled by what it said of the first file.
        usual = len(self._fixed(sample)) * len(first.data) / found.size_at(first.quality)
        return best.data, {
            "quality": best.quality,
            "encodings": sum(one.encodings for one, _ in made),
            "tried": len(found.trials),
            "ssimulacra2": round(score, 2),
            "target_met": score >= self.target - MISSED,
            "saved_against_quality_80": round(1 - len(best.data) / usual, 4),
            **chosen._told(),
        }

    def _verified(self, picture: Picture, found: Found) -> list[tuple[Fitted, float]]:
        """The whole picture at the quality found, looked at by itself where that was a sample.

        Where it misses the target there, up or down, it is encoded again. Returns the files, each
        with its SSIMULACRA2.
        """
        if is_whole(picture.image) and self.max_bytes is None:
            return [(self._fitted(picture, found.quality), found.trial.score)]
        look = Looker(picture, self._decode)
        made = [self._looked_at(picture, found.quality, look)]
        while len(made) <= _CORRECTIONS:
            quality = self._corrected(made, max(found.slope(), _LEAST_SLOPE))
            if quality is None:
                break
            made.append(self._looked_at(picture, quality, look))
        return made

    def _looked_at(self, picture: Picture, quality: int, look: Looker) -> tuple[Fitted, float]:
        made = self._fitted(picture, quality)
        return made, look.score(made.data)

    def _rank(self, looked_at: tuple[Fitted, float]) -> tuple[bool, float]:
        """The smallest that meets the target; where none does, the best."""
        made, score = looked_at
        missed = score < self.target - MISSED
        return missed, -score if missed else len(made.data)

    def _corrected(self, made: list[tuple[Fitted, float]], slope: float) -> int | None:
        """The quality to encode with once more, or None where what there is will do."""
        last, score = made[-1]
        bound_by_bytes = self.max_bytes is not None and last.encodings > 1
        if self.target - MISSED <= score < self.target + _TOO_GOOD or bound_by_bytes:
            return None
        step = round((self.target + MISSED / 2 - score) / slope)
        quality = min(max(last.quality + (step or 1), 1), 100)
        return None if quality in {one.quality for one, _ in made} else quality


class Looker:
    """Compares files of a picture with it, on tiles of both or on all of it."""

    def __init__(self, picture: Picture, decode: Callable[[bytes], NDArray[np.uint8]]) -> None:
        self._decode = decode
        self._seams = 0.0 if is_whole(picture.image) else SEAMS
        self._judge = Judge(mosaic(picture.image, LOOK_PIXELS))

    def score(self, data: bytes) -> float:
        made = to_vips(self._decode(data), "srgb")
        return self._judge.score(mosaic(made, LOOK_PIXELS)) - self._seams


def sample_of(picture: Picture) -> Picture:
    """A sample of an RGB picture, as a picture of 8 bits."""
    return Picture.from_array(mosaic(picture.image), profile=picture.profile)
