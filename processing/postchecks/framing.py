"""What marketplaces ask of a picture's frame: a pure background, a subject that fills it."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import model_validator

from processing.operators.parameters import Colour, Share, rgba, unit
from processing.postchecks.base import Check, Made, Pixels, Verdict
from processing.postchecks.looking import shown, small, subject


class Background(Check):
    """Finds borders that are not of one exact colour: “pure white” that is off-white somewhere."""

    check: ClassVar[str] = "background"
    title: ClassVar[str] = "Pure background"
    measured_in: ClassVar[str] = "share"

    colour: Colour = "#ffffff"
    """The colour that the border must have."""
    tolerance: Annotated[int, unit("of 255", ge=0, le=64)] = 2
    """How far off each channel may be: compression moves it a little."""
    least: Share = 0.99
    """The least share of the border that must have it."""

    def look(self, made: Made) -> Verdict:
        share = self._share(shown(made.pixels))
        passed = share >= self.least
        said = f"{share:.1%} of the picture's border is {self.colour}"
        said += "." if passed else f", less than the {self.least:.1%} wanted."
        return self._verdict(share, self.least, passed, said)

    def _share(self, rgb: Pixels) -> float:
        rim = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]).astype(np.int16)
        off = np.abs(rim - np.array(rgba(self.colour)[:3])).max(axis=1)
        return float((off <= self.tolerance).mean())


class Fill(Check):
    """Finds subjects that are too small in their frame, or that touch its edge.

    The longer side of the box around all that stands out from the background is measured.
    """

    check: ClassVar[str] = "fill"
    title: ClassVar[str] = "Fill of the frame"
    measured_in: ClassVar[str] = "share"

    least: Share = 0.8
    """The least share of the frame that the subject must fill, by its fuller direction."""
    most: Share = 1.0
    """The largest share."""

    @model_validator(mode="after")
    def _in_order(self) -> Fill:
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self

    def look(self, made: Made) -> Verdict:
        wanted = f"{self.least:g} to {self.most:g}"
        inside = subject(small(made.pixels))
        if inside is None or not inside.any():
            return self._nothing(wanted, "There is no plain background to tell the subject from.")
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        height, width = inside.shape
        fill = float(max((np.ptp(rows) + 1) / height, (np.ptp(columns) + 1) / width))
        passed = self.least - 0.005 <= fill <= self.most + 0.005
        said = f"The subject fills {fill:.0%} of the frame"
        said += "." if passed else f"; {self.least:.0%} to {self.most:.0%} is wanted."
        return self._verdict(fill, wanted, passed, said)
