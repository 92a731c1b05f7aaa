"""Edges of a subject on a plain or transparent background: rims around it, and their raggedness."""

from __future__ import annotations

from typing import Annotated, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.parameters import unit
from processing.postchecks.base import Check, Made, Pixels, Verdict
from processing.postchecks.looking import shown, small, subject

Mask = NDArray[np.bool_]
_NO_EDGE = "There is no plain background whose edge could be judged."
_LEAST_EDGE = 60  # pixels of contour; less tells nothing


class Halo(Check):
    """Finds a bright or dark rim around the subject: what a mask left of the old background.

    Along the edge, going inwards, lightness should run from the background's to the subject's. A
    rim is where it first goes beyond both.
    """

    check: ClassVar[str] = "halo"
    title: ClassVar[str] = "Halo around the subject"
    measured_in: ClassVar[str] = "of 255"

    most: Annotated[float, unit("of 255", ge=0.0, le=255.0)] = 16.0
    """How far lightness may go beyond that of subject and background, as the mean of the edge."""

    def look(self, made: Made) -> Verdict:
        value = halo(small(made.pixels))
        if value is None:
            return self._nothing(self.most, _NO_EDGE)
        passed = value <= self.most
        if passed:
            return self._verdict(value, self.most, passed, "There is no halo around the subject.")
        said = (
            f"There is a halo: the rim around the subject is {value:.0f} of 255 lighter or darker"
        )
        said += f" than subject and background; {self.most:.0f} is allowed."
        return self._verdict(value, self.most, passed, said)


class RaggedEdge(Check):
    """Finds edges full of teeth, holes and crumbs: a mask that did not find the subject's outline.

    The length of the outline is compared with that of the same outline made smooth.
    """

    check: ClassVar[str] = "ragged-edge"
    title: ClassVar[str] = "Ragged edge"
    measured_in: ClassVar[str] = "times"

    most: Annotated[float, unit("times", ge=1.0, le=20.0)] = 1.9
    """How many times longer the outline may be than a smooth one."""

    def look(self, made: Made) -> Verdict:
        value = raggedness(small(made.pixels))
        if value is None:
            return self._nothing(self.most, _NO_EDGE)
        passed = value <= self.most
        if passed:
            return self._verdict(value, self.most, passed, "The subject's edge is clean.")
        said = f"The subject's edge is ragged: its outline is {value:.1f} times as long as a smooth"
        said += f" one; {self.most:g} times is allowed."
        return self._verdict(value, self.most, passed, said)


def halo(pixels: Pixels) -> float | None:
    """Mean overshoot of lightness (0..255) in a rim 1 to 4 pixels inside; None without an edge."""
    inside = _usable(pixels)
    if inside is None:
        return None
    rgb = shown(pixels)
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if pixels.shape[2] == 4:
        luma = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2GRAY).astype(
            np.float32
        )
    far = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
    depth = np.asarray(far, np.float32)
    rim, core = _ring(depth, 1.5, 4.5), _ring(depth, 7.0, 14.0)
    here = _local(luma, rim)
    deeper = _local(luma, core)
    known = rim & (here > 0) & (deeper > 0)
    if known.sum() < _LEAST_EDGE:
        return None
    ground = np.float32(np.median(luma[~inside])) if pixels.shape[2] == 3 else None
    return float(_overshoot(here[known], deeper[known], ground).mean())


def _overshoot(
    rim: NDArray[np.float32], deeper: NDArray[np.float32], ground: np.float32 | None
) -> NDArray[np.float32]:
    """How far the rim lies beyond the range from subject to background, or beyond the subject."""
    if ground is None:
        return np.asarray(np.abs(rim - deeper))
    low, high = np.minimum(deeper, ground), np.maximum(deeper, ground)
    return np.asarray(np.maximum(0, np.maximum(low - rim, rim - high)))


def _ring(depth: NDArray[np.float32], start: float, end: float) -> Mask:
    return np.asarray((depth >= start) & (depth < end))


def _local(luma: NDArray[np.float32], where: Mask) -> NDArray[np.float32]:
    """At each pixel the mean of ``luma`` over what of ``where`` is within 16 pixels; 0 if none."""
    weight = where.astype(np.float32)
    size = (33, 33)
    total = cv2.boxFilter(luma * weight, -1, size, normalize=False)
    count = cv2.boxFilter(weight, -1, size, normalize=False)
    return np.asarray(np.where(count > 8, total / np.maximum(count, 1), 0), np.float32)


def raggedness(pixels: Pixels) -> float | None:
    """Length of the outlines over that of smooth ones (Gaussian, 4 pixels); None without any."""
    inside = _usable(pixels)
    if inside is None:
        return None
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 4.0) >= 0.5
    smooth = _outline(soft)
    return _outline(inside) / smooth if smooth >= _LEAST_EDGE else None


def _usable(pixels: Pixels) -> Mask | None:
    inside = subject(pixels)
    if inside is None or not 0.005 < inside.mean() < 0.995:
        return None
    return inside


def _outline(mask: Mask) -> float:
    """Pixels of all contours, by steps along them."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return float(sum(cv2.arcLength(one, True) for one in contours))
