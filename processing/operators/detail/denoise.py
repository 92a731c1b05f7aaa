"""Denoise: the grain of high sensitivities taken out, edges kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.detail.dct import OVERLAP, without_noise
from processing.operators.detail.noise import noise_level
from processing.operators.parameters import Share
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import Box, by_tiles, samples

# Below these a picture counts as clean: noise of 2 in 255 is what good cameras have in daylight.
_STEPS = (2, 4, 4)  # brightness is looked at more closely than colour, as by eyes
_CLEAN = (2.0 / 255.0, 1.5 / 255.0, 1.5 / 255.0)


class Denoise(Operator):
    """Takes noise out and leaves clean pictures alone.

    The noise is measured in luminance and in both colour differences (ITU-R BT.601), each in flat
    parts at full size, and then taken out by thresholding cosine transforms of overlapping blocks:
    one to three decibels better than non-local means, bilateral filter or wavelets, and faster than
    non-local means (docs/decisions/0021-detail-and-marks.md has the figures).
    """

    operator: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"luminance": 0.8, "colour": 1.0}

    luminance: Share = 1.0
    """How strongly noise in brightness goes: 1 takes all that was measured, less keeps grain."""
    colour: Share = 1.0
    """How strongly blotches of colour go."""
    clean_too: bool = False
    """Whether pictures are worked on whose noise is below what is seen (2 of 255 levels)."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        found = _levels(samples(picture))
        wanted = [
            level * share if self.clean_too or level >= clean else 0.0
            for level, share, clean in zip(found, self._shares(), _CLEAN, strict=True)
        ]
        measures = {"noise_before": _told(found)}
        if not any(wanted):
            return Outcome(picture, {**measures, "noise_after": _told(found), "changed": False})

        def clean(colours: Floats, box: Box) -> Floats:
            coded = _coded(colours)
            for plane, (sigma, step) in enumerate(zip(wanted, _STEPS, strict=True)):
                coded[:, :, plane] = without_noise(coded[:, :, plane], sigma, step)
            return _floats(cv2.cvtColor(coded, cv2.COLOR_YCrCb2RGB))

        made = by_tiles(picture, clean, overlap=OVERLAP)
        after = _told(_levels(samples(made)))
        return Outcome(made, {**measures, "noise_after": after, "changed": True})

    def _shares(self) -> tuple[float, float, float]:
        return self.luminance, self.colour, self.colour


def _levels(tiles: Sequence[Floats]) -> tuple[float, ...]:
    """The noise in luminance and in the red and blue colour difference, 0..1."""
    coded = [_coded(one) for one in tiles]
    return tuple(noise_level([one[:, :, plane] for one in coded]) for plane in range(3))


def _coded(colours: Floats) -> Floats:
    return _floats(cv2.cvtColor(np.ascontiguousarray(colours), cv2.COLOR_RGB2YCrCb))


def _floats(pixels: NDArray) -> Floats:
    return pixels.astype(np.float32, copy=False)


def _told(levels: Sequence[float]) -> dict[str, JsonValue]:
    """Standard deviations in levels of 255."""
    luminance, red, blue = (round(level * 255, 2) for level in levels)
    return {"luminance_of_255": luminance, "colour_of_255": max(red, blue)}
