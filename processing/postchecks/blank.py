"""Pictures with nothing on them, or next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import JsonValue

from processing.operators.parameters import Share, unit
from processing.postchecks.base import Check, Made, Verdict
from processing.postchecks.looking import light, small

# Luma of 0..255: what JPEG adds to one even colour stays below.
_SPAN = 3.0
_BIN = 8


class Blank(Check):
    """Finds pictures of one even colour, or wholly transparent: a step lost everything."""

    check: ClassVar[str] = "blank"
    title: ClassVar[str] = "Blank picture"
    measured_in: ClassVar[str] = "of 255"

    least_span: Annotated[float, unit("of 255", ge=0.0, le=255.0)] = _SPAN
    """How far apart the darkest and the lightest thousandth must be."""

    def look(self, made: Made) -> Verdict:
        low, high = np.percentile(light(small(made.pixels)), (0.1, 99.9))
        span = float(high - low) if _is_seen(made) else 0.0
        passed = span >= self.least_span
        said = "There is something on it." if passed else "It is blank: all of it has one colour."
        return self._verdict(span, self.least_span, passed, said)


class NearUniform(Check):
    """Finds pictures that are nearly all one colour, with something tiny on it."""

    check: ClassVar[str] = "near-uniform"
    title: ClassVar[str] = "Nearly one colour"
    measured_in: ClassVar[str] = "share"
    example: ClassVar[Mapping[str, JsonValue]] = {"most": 0.98}

    most: Share = 0.98
    """The largest share of pixels that may have about the same colour."""

    def look(self, made: Made) -> Verdict:
        share = _commonest(made)
        passed = share <= self.most
        said = f"{share:.1%} of the picture is one colour"
        said += (
            "." if passed else f", more than the {self.most:.1%} allowed: what is on it is tiny."
        )
        return self._verdict(share, self.most, passed, said)


def _is_seen(made: Made) -> bool:
    return made.pixels.shape[2] == 3 or bool((made.pixels[:, :, 3] > 2).any())


def _commonest(made: Made) -> float:
    """The share of pixels within ±8 of the commonest colour, what is transparent being one."""
    pixels = small(made.pixels).astype(np.int16)
    if pixels.shape[2] == 4:
        clear = pixels[:, :, 3] < 8
        pixels = np.where(clear[:, :, None], np.array([255, 255, 255, 0]), pixels)
    bins = (pixels // _BIN).reshape(-1, pixels.shape[2])
    codes = bins @ (32 ** np.arange(pixels.shape[2]))
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    colour = pixels.reshape(-1, pixels.shape[2])[first[counts.argmax()]]
    return float((np.abs(pixels - colour) <= _BIN).all(axis=2).mean())
