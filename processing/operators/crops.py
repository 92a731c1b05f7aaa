"""Where a crop begins that moves along one side: by faces, and by what stands out. Numbers alone.

Asked with a picture in hand (smart-crop), and without one, by what was seen of it before (pictures
on the fly): so nothing is imported here that looks at pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processing.operators.context import Face

_HAIR, _CHEEKS, _NECK = 0.4, 0.25, 0.25  # of a face's box: what belongs to a head around it
_FACES, _EYES, _MIDDLE = 2.0, 0.3, 0.1  # weights beside the share of saliency that is kept
_HEIGHT_OF_EYES = 0.4  # of the crop, from above: where portraits have their faces
_Head = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Start:
    """The first pixel of a crop, and the shares (0..1) of saliency and of heads that it keeps."""

    at: int
    kept: float
    heads: float


def best_start(
    along: NDArray[np.float32], faces: Sequence[Face], whole: int, length: int, *, across: bool
) -> Start:
    """Where ``length`` pixels of ``whole`` keep most of what matters; all places are tried.

    ``along`` is the saliency's profile (any number of values, sum 1) along the side, ``faces`` are
    the surest first; ``across`` says that the crop moves from left to right.
    """
    starts = np.arange(whole - length + 1)
    kept = _kept(along, starts, whole, length)
    heads = [_head(face, across) for face in faces]
    score = kept - _MIDDLE * np.linspace(-1, 1, len(starts)) ** 2
    share = np.ones(len(starts))
    if heads:
        share = _heads_kept(heads, starts / whole, length / whole)
        score = score + _FACES * share
        if not across:
            score = score - _EYES * _off_eyes(faces[0], starts / whole, length / whole)
    at = int(score.argmax())
    return Start(at, float(kept[at]), float(share[at]))


def _kept(along: NDArray, starts: NDArray, whole: int, length: int) -> NDArray:
    """How much of a profile lies within each box."""
    summed = np.append(0.0, np.cumsum(along, dtype=np.float64))
    edges = np.linspace(0, whole, len(summed))
    return np.interp(starts + length, edges, summed) - np.interp(starts, edges, summed)


def _head(face: Face, across: bool) -> _Head:
    """Where a head begins and ends along a side, as shares, and how much it weighs."""
    weight = face.score * (face.width * face.height) ** 0.5
    if across:
        room = face.width * _CHEEKS
        return face.left - room, face.left + face.width + room, weight
    return (
        face.top - face.height * _HAIR,
        face.top + face.height * (1 + _NECK),
        weight,
    )


def _heads_kept(heads: Sequence[_Head], starts: NDArray, length: float) -> NDArray:
    """The weighed share of heads within each box."""
    total = sum(weight for _, _, weight in heads)
    kept = np.zeros(len(starts))
    for first, last, weight in heads:
        first, last = max(first, 0.0), min(last, 1.0)
        inside = np.minimum(last, starts + length) - np.maximum(first, starts)
        kept += weight / total * np.clip(inside / max(last - first, 1e-6), 0.0, 1.0)
    return kept


def _off_eyes(face: Face, starts: NDArray, length: float) -> NDArray:
    """How far the first face is from where portraits have it, squared, in shares of the box."""
    return ((face.top + face.height / 2 - starts) / length - _HEIGHT_OF_EYES) ** 2
