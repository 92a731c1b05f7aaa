"""Lights and darks that processing burnt out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from processing.operators.parameters import Share
from processing.postchecks.base import Check, Made, Pixels, Verdict
from processing.postchecks.looking import shown, small, subject

_WHITE, _BLACK = 254, 1
_LOST = 2  # channels
_LEAST_SUBJECT = 0.01  # of the frame: below, what looks like a background is all there is


class Clipped(Check):
    """Finds highlights and shadows that lost their drawing on the way, and had it in the input.

    A plain background (pure white, say) is not counted, and neither is what was burnt out before.
    """

    check: ClassVar[str] = "clipped"
    title: ClassVar[str] = "Clipped lights or darks"
    measured_in: ClassVar[str] = "share"

    most: Share = 0.05
    """The largest share of the subject that may be clipped beyond what the input had."""

    def look(self, made: Made) -> Verdict:
        added = max(0.0, clipped_share(made.pixels) - clipped_share(made.source))
        passed = added <= self.most
        said = f"Processing left {added:.1%} of the subject burnt out, in white, black or colour"
        said += "." if passed else f", more than the {self.most:.1%} allowed."
        return self._verdict(added, self.most, passed, said)


def clipped_share(pixels: Pixels) -> float:
    """Of what is no plain background: the share with two channels or more at one end, 0..1."""
    seen = small(pixels)
    inside = subject(seen)
    ends = _at_an_end(shown(seen))
    told = inside is not None and inside.mean() >= _LEAST_SUBJECT
    return float(ends[inside].mean() if told else ends.mean())


def _at_an_end(rgb: Pixels) -> NDArray[np.bool_]:
    """Where two channels of three are burnt out, what the third draws is no picture any more."""
    light, dark = (rgb >= _WHITE).sum(axis=2), (rgb <= _BLACK).sum(axis=2)
    return np.asarray((light >= _LOST) | (dark >= _LOST))
