"""How much a lens bent a picture, by lines that ought to be straight (plumb lines).

After M. Alemán-Flores, L. Alvarez, L. Gomez and D. Santana-Cedrés, "Automatic lens distortion
correction using one-parameter division models", IPOL 4, 2014: of many strengths that one is right
under which most of what the picture has of lines falls together. Here short segments take the place
of edge points, and Brown's first radial term that of the division model, as `lens` has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Picture

_EDGE = 1024  # pixels of the proxy's longer side
_SHORTEST = 0.015  # of the longer side
_MOST = 1500  # segments
_FEWEST = 24
_TRIED = np.arange(-0.14, 0.2001, 0.01)  # below −4/27 a picture has no corners
_TURN, _ASIDE = np.radians(0.6), 0.004  # a line's own width, as an angle and in half diagonals
_ROUNDS = 8  # of Newton's method
_CLOSE = 0.025  # how far apart halves of the segments may be that tell of the same lens
_GAIN = 0.08  # by how much more has to fall together than without any correction


@dataclass(frozen=True, slots=True)
class Bend:
    """``k1`` of `lens`; ``confidence`` 0..1; ``gain``: by how much more falls together, as a share;
    ``segments`` that were looked at."""

    k1: float
    confidence: float
    gain: float
    segments: int


def bend_of(picture: Picture) -> Bend:
    """What bent the lines of a picture, which are straight in the world. 0 where there are few."""
    ends = _segments(picture)
    if len(ends) < _FEWEST:
        return Bend(0.0, 0.0, 0.0, len(ends))
    scores = _scores(ends)
    found, gain = _peak(scores)
    halves = [_peak(_scores(ends[rest::2]))[0] for rest in (0, 1)]
    apart = max(abs(one - found) for one in halves)
    inside = float(_TRIED[1] < found < _TRIED[-2])
    confidence = inside * np.exp(-((apart / _CLOSE) ** 2)) * np.clip(gain / _GAIN, 0, 1)
    return Bend(round(found, 4), round(float(confidence), 3), round(gain, 4), len(ends))


def _segments(picture: Picture) -> NDArray[Any]:
    """Ends (n, 2, 2) of segments, the longest first, from the middle in half diagonals."""
    proxy = picture.proxy(_EDGE)
    grey = cv2.cvtColor(np.ascontiguousarray(proxy.rgb8()), cv2.COLOR_RGB2GRAY)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.zeros((0, 2, 2))
    ends = found.reshape(-1, 2, 2).astype(np.float64) + 0.5
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    order = np.argsort(-length, kind="stable")[:_MOST]
    order = order[length[order] >= _SHORTEST * proxy.longest]
    size = np.array([proxy.width, proxy.height])
    return (ends[order] - size / 2) / (np.hypot(*size) / 2)


def _scores(ends: NDArray[Any]) -> NDArray[Any]:
    """For each strength tried, how much falls together on lines."""
    return np.array([_together(_straightened(ends, float(k1))) for k1 in _TRIED])


def _peak(scores: NDArray[Any]) -> tuple[float, float]:
    """The best strength, between those tried by a parabola, and what it gains over none."""
    best = int(scores.argmax())
    none = float(np.interp(0.0, _TRIED, scores))
    gain = float(scores[best]) / max(none, 1e-12) - 1
    if best in (0, len(scores) - 1):
        return float(_TRIED[best]), gain
    before, at, after = scores[best - 1 : best + 2]
    aside = 0.5 * (before - after) / min(before - 2 * at + after, -1e-12)
    return float(_TRIED[best] + np.clip(aside, -0.5, 0.5) * (_TRIED[1] - _TRIED[0])), gain


def _straightened(ends: NDArray[Any], k1: float) -> NDArray[Any]:
    """Where points would be without the distortion, at the same mean distance from the middle:
    otherwise what shrinks the picture would bring more together."""
    far = np.linalg.norm(ends, axis=2)
    radius = far.copy()
    for _ in range(_ROUNDS):
        slope = np.maximum(1 + 3 * k1 * radius**2, 0.1)
        radius = radius - (radius * (1 + k1 * radius**2) - far) / slope
    moved = ends * (radius / np.maximum(far, 1e-9))[:, :, None]
    return moved * (np.sqrt((far**2).mean()) / np.sqrt((radius**2).mean()))


def _together(ends: NDArray[Any]) -> float:
    """The length of pairs of segments that lie on one line, by bins of angle and distance."""
    way = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(way, axis=1)
    normal = np.column_stack([-way[:, 1], way[:, 0]]) / length[:, None]
    turn = np.arctan2(normal[:, 1], normal[:, 0])
    aside = (ends.mean(axis=1) * normal).sum(axis=1)
    back = turn < 0
    turn, aside = np.where(back, turn + np.pi, turn), np.where(back, -aside, aside)
    rows, columns = int(np.pi / _TURN) + 3, int(2.4 / _ASIDE) + 3
    at_row, at_column = turn / _TURN + 1, (np.clip(aside, -1.2, 1.2) + 1.2) / _ASIDE + 1
    whole = (at_row.astype(int), at_column.astype(int))
    cells = np.zeros((rows + 1, columns + 1), np.float32)
    shares = at_row - whole[0], at_column - whole[1]
    for down in (0, 1):
        for across in (0, 1):
            part = np.abs(1 - down - shares[0]) * np.abs(1 - across - shares[1])
            np.add.at(cells, (whole[0] + down, whole[1] + across), (part * length))
    soft = cv2.GaussianBlur(cells, (0, 0), 1.0)
    return float((soft.astype(np.float64) ** 2).sum())
