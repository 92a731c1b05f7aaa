"""From a coarse map to alpha: the edge decided by colour where colours tell, then by the picture.

Only a band around the edge is unsure. There, each colour is taken as a mixture of what lies inside
and what lies outside nearby (the compositing equation of Porter and Duff, 1984), and believed as
far as the two differ. The guided filter then makes alpha follow the picture, at its full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.vision import guided

Floats = NDArray[Any]  # of float32; what OpenCV returns says less

GUIDE_EDGE = 1024  # pixels of the longer side at which the edge is decided
_BAND = 1 / 80  # of the guide's longer side: how far the coarse map may be wrong
_SURE, _SURELY_NOT = 0.9, 0.1
_DECIDED = (0.2, 0.8)  # below nothing, above all: what is half known far from edges becomes no veil
_FOLLOW = 1 / 256  # of the guide's longer side: the radius of the guided filter
_FLAT = 1e-4  # variance of colours (0..1) below which the guide is no guide
_APART = 0.3  # squared distance of the two sides' colours at which half of it is believed
_AMISS = 0.002  # squared distance from the line between them, likewise
_BELIEF = 0.85


@dataclass(frozen=True)
class Matte:
    """Alpha at the guide's size, and what carries it to the full size.

    ``band`` 0..1 says where the edge is; ``carried`` are coefficients of the guided filter;
    ``contrast`` 0..1 how far apart the colours of both sides are along the edge.
    """

    alpha: Floats
    band: Floats
    carried: Floats
    contrast: float


def matte(guide: NDArray[np.uint8], coarse: Floats) -> Matte:
    """Alpha for a guide (uint8, height × width × 3) and a coarse map of the same size, 0..1."""
    colours = guide.astype(np.float32) / 255
    coarse = decided(coarse)
    reach = max(2, round(max(guide.shape[:2]) * _BAND))
    inside, outside = _sure(coarse, reach)
    band = (~inside & ~outside).astype(np.float32)
    mixed, belief = _mixture(colours, inside, outside, reach)
    believed = belief * _BELIEF * band
    guess: Floats = np.where(inside, 1, np.where(outside, 0, coarse)).astype(np.float32)
    guess = (1 - believed) * guess + believed * mixed
    radius = max(1, round(max(guide.shape[:2]) * _FOLLOW))
    carried = guided.coefficients(colours, guess, radius, _FLAT)
    soft = guided.boxed(cv2.dilate(band, _disc(radius)), radius)
    alpha = soft * guided.applied(colours, carried) + (1 - soft) * guess
    edge = band.astype(bool)
    return Matte(alpha, soft, carried, float(belief[edge].mean()) if edge.any() else 0.0)


def decided(coarse: Floats) -> Floats:
    """Doubt made smaller: a smooth step from 0.2 to 0.8."""
    low, high = _DECIDED
    share = np.clip((coarse - low) / (high - low), 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)


def at_full_size(rgb: NDArray[np.uint8], found: Matte) -> Floats:
    """Alpha for the picture that the guide is a small copy of, strip by strip."""
    height, width = rgb.shape[:2]
    if found.alpha.shape == (height, width):
        return found.alpha
    alpha = np.empty((height, width), np.float32)
    for rows in guided.strips(width, height, 10):
        alpha[rows] = alpha_of_rows(rgb[rows].astype(np.float32) / 255, found, rows, height)
    return alpha


def alpha_of_rows(colours: Floats, found: Matte, rows: slice, height: int) -> Floats:
    """Alpha of some rows of the large picture, whose colours are given as float32 0..1."""
    width = colours.shape[1]
    small = np.dstack([found.alpha, found.band])
    plain, band = cv2.split(guided.enlarged_rows(small, rows, width, height))
    carried = guided.enlarged_rows(found.carried, rows, width, height)
    return band * guided.applied(colours, carried) + (1 - band) * plain


def _sure(coarse: Floats, reach: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What is surely inside and surely outside: sure of itself, and away from the edge."""
    subject = (coarse > 0.5).astype(np.uint8)
    inside = cv2.erode(subject, _disc(reach)).astype(bool) & (coarse > _SURE)
    outside = ~cv2.dilate(subject, _disc(reach)).astype(bool) & (coarse < _SURELY_NOT)
    return inside, outside


def _mixture(
    colours: Floats, inside: NDArray, outside: NDArray, reach: int
) -> tuple[Floats, Floats]:
    """How much of the inner colour is in each pixel, and how far that is to be believed."""
    front, front_there = around(colours, inside.astype(np.float32), 2 * reach)
    back, back_there = around(colours, outside.astype(np.float32), 2 * reach)
    apart = front - back
    squared = np.einsum("ijk,ijk->ij", apart, apart)
    share = np.einsum("ijk,ijk->ij", colours - back, apart) / np.maximum(squared, 1e-4)
    share = np.clip(share, 0, 1)
    missed = colours - back - share[:, :, None] * apart
    amiss = np.einsum("ijk,ijk->ij", missed, missed)
    belief = squared / (squared + _APART) * _AMISS / (amiss + _AMISS)
    return share, belief * front_there * back_there


def around(colours: Floats, weight: Floats, radius: int) -> tuple[Floats, Floats]:
    """The mean colour of what has weight around each pixel, and whether (0 or 1) there is any."""
    total = guided.boxed(weight, radius)
    mean = guided.boxed(colours * weight[:, :, None], radius) / np.maximum(total, 1e-4)[:, :, None]
    return mean, (total > 1e-3).astype(np.float32)


def _disc(radius: int) -> NDArray[Any]:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
