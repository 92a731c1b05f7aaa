"""Grain: the look of film, or a little unevenness against banding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import cv2
import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import unit
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import TILE, Box, by_tiles

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, of coded values


class Grain(Operator):
    """Adds grain to the brightness, most in the middle tones as on film, none in black and white.

    Gaussian noise, blurred to the grain's size and brought back to its strength. The same seed
    gives the same grain.
    """

    operator: ClassVar[str] = "grain"
    title: ClassVar[str] = "Grain"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"strength": 0.04}

    strength: Annotated[float, unit("share", ge=0.0, le=0.3)] = 0.03
    """The grain's standard deviation in the middle tones, as a share of the whole range."""
    size: Annotated[float, unit("px", ge=0.0, le=8.0)] = 0.7
    """The blur that makes single pixels into grains: its standard deviation; 0 leaves pixels."""
    seed: Annotated[int, unit("number", ge=0, le=2**31)] = 1
    """Another number gives another pattern."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        def grained(colours: Floats, box: Box) -> Floats:
            luminance = colours @ _LUMA
            # 4·y·(1−y) is 1 in the middle and 0 at both ends.
            amount = self.strength * 4 * luminance * (1 - luminance)
            return colours + (self._pattern(box) * amount)[:, :, None]

        made = by_tiles(picture, grained)
        return Outcome(made, {"strength": self.strength})

    def _pattern(self, box: Box) -> Floats:
        """Noise of spread 1 for a tile, which is told from others by its place."""
        place = (self.seed, box.left // TILE, box.top // TILE)
        random = np.random.Generator(np.random.Philox(np.random.SeedSequence(place)))
        room = int(np.ceil(self.size * 4))
        size = (box.height + 2 * room, box.width + 2 * room)
        noise = random.standard_normal(size, dtype=np.float32)
        if self.size > 0:
            noise = cv2.GaussianBlur(noise, (0, 0), self.size).astype(np.float32)
            noise *= np.float32(1.0 / _left(self.size))
        return noise[room : room + box.height, room : room + box.width]


def _left(sigma: float) -> float:
    """The spread that is left of white noise of spread 1 after a Gaussian blur."""
    edge = 2 * int(np.ceil(sigma * 4)) + 1
    kernel = cv2.getGaussianKernel(edge, sigma)
    return float((kernel**2).sum())
