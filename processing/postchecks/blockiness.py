"""The blocks that strong compression leaves."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from processing.operators.parameters import unit
from processing.postchecks.base import Check, Made, Verdict
from processing.postchecks.looking import light

_BLOCK = 8


class Blockiness(Check):
    """Finds the 8 × 8 blocks of strong JPEG compression, the output's own or the input's.

    Steps of lightness between blocks are compared with those within them (after Wang, Sheikh and
    Bovik, "No-reference perceptual quality assessment of JPEG compressed images", ICIP 2002).
    """

    check: ClassVar[str] = "blockiness"
    title: ClassVar[str] = "Blocks"
    measured_in: ClassVar[str] = "times"

    most: Annotated[float, unit("times", ge=1.0, le=20.0)] = 1.9
    """How many times larger the steps between blocks may be than those within them. JPEGs of
    quality 70 and more stay below 1.8, those of 15 are above 1.95."""

    def look(self, made: Made) -> Verdict:
        value = blockiness(light(made.pixels))
        if value is None:
            return self._nothing(self.most, "The picture is too small to have blocks.")
        passed = value <= self.most
        if passed:
            return self._verdict(value, self.most, passed, "No blocks of compression can be seen.")
        said = (
            f"Blocks of compression can be seen: light changes {value:.1f} times as much from one"
        )
        said += f" to the next as within them, more than the {self.most:g} times allowed."
        return self._verdict(value, self.most, passed, said)


def blockiness(luma: NDArray[np.float32]) -> float | None:
    """Mean step across block borders over that within blocks, the worse of both directions.

    None below 4 blocks a side. 1 is a picture without blocks.
    """
    if min(luma.shape) < 4 * _BLOCK:
        return None
    return max(_across(luma), _across(luma.T))


def _across(luma: NDArray[np.float32]) -> float:
    steps = np.abs(np.diff(luma, axis=1)).mean(axis=0)
    at_border = np.arange(steps.size) % _BLOCK == _BLOCK - 1
    return float((steps[at_border].mean() + 0.05) / (steps[~at_border].mean() + 0.05))
