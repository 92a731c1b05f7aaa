"""Whether what was on the input is still there."""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np

from processing.operators.parameters import Share
from processing.postchecks.base import Check, Made, Pixels, Verdict
from processing.postchecks.looking import light, small

_GRID = 32  # cells along the longer side
_CELL = 16  # pixels of a cell
_DETAIL = 4.0  # standard deviation of luma, of 255: above the noise of a clean photograph


class ContentLost(Check):
    """Finds outputs from which most of the input's content is gone: a mask took the subject away.

    Cells of a 32-cell grid with visible detail are counted in both; a plain background that was
    put behind a subject costs some, an empty one all of them.
    """

    check: ClassVar[str] = "content-lost"
    title: ClassVar[str] = "Content lost"
    measured_in: ClassVar[str] = "share"

    least: Share = 0.2
    """The least share of the input's detail that must be left."""

    def look(self, made: Made) -> Verdict:
        before = detail(made.source)
        if before < 2 / _GRID**2:
            return self._nothing(self.least, "The original has no detail that could be lost.")
        kept = min(1.0, detail(made.pixels) / before)
        passed = kept >= self.least
        said = f"{kept:.0%} of the original's detail is left"
        said += "." if passed else f", less than the {self.least:.0%} wanted: content was lost."
        return self._verdict(kept, self.least, passed, said)


def detail(pixels: Pixels) -> float:
    """The share of cells in which luma varies by more than noise does, 0..1."""
    luma = light(small(pixels, _GRID * _CELL))
    rows, columns = max(1, luma.shape[0] // _CELL), max(1, luma.shape[1] // _CELL)
    size = (columns, rows)
    mean = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    square = cv2.resize(luma * luma, size, interpolation=cv2.INTER_AREA)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    return float((spread > _DETAIL).mean())
