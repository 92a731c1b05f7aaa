"""Where skin is around a face: by the colours of that very face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.context import Face
from processing.operators.picture import Floats, Point
from processing.operators.tiles import Box

# How far skin is looked for, as shares of the face's box: hairline, ears, and down to the neck.
_ASIDE, _ABOVE, _BELOW = 0.35, 0.3, 0.6
# The core, where skin is sure to be: an ellipse around the nose, as shares of the box.
_CORE_CENTRE, _CORE_RADII = (0.5, 0.55), (0.3, 0.28)
_LEAST, _MOST = (0.10, 0.010, 0.010), (0.25, 0.035, 0.035)  # spreads of Y, Cr, Cb, 0..1
_SKIN, _OTHER = 2.0, 3.2  # distances up to which it is skin, and from which it is not
_FEATURE = 0.13  # of the face's width: around eyes and corners of the mouth nothing is touched
_SMOOTHEST = 0.004  # fine differences that any skin may have, 0..1
_ROUGHEST = 4.0  # times the core's roughness: from there on it is something else
_TRACE = 0.02  # less mask than this is none


@dataclass(frozen=True, slots=True)
class FaceArea:
    """A face on a picture in pixels: its box, and the box in which skin is looked for."""

    face: Box
    around: Box
    landmarks: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, face: Face, frame: Box) -> FaceArea:
        """Raises nothing: a face outside the frame gives an empty box."""
        left, top = face.left * frame.width, face.top * frame.height
        width, height = face.width * frame.width, face.height * frame.height
        box = Box(round(left), round(top), round(left + width), round(top + height))
        around = Box(
            round(left - _ASIDE * width),
            round(top - _ABOVE * height),
            round(left + (1 + _ASIDE) * width),
            round(top + (1 + _BELOW) * height),
        )
        points = tuple((x * frame.width, y * frame.height) for x, y in face.landmarks)
        return cls(box, around.within(frame), points)


@dataclass(frozen=True, slots=True)
class Skin:
    """``mask`` rows × columns, 0..1; ``cover`` is how much of the face's core it holds."""

    mask: Floats
    cover: float


def skin(colours: Floats, area: FaceArea, scale: float) -> Skin:
    """Where skin is in ``area.around``, of which ``colours`` is a copy at ``scale``.

    The face's core gives the median and spread of luminance and both colour differences (ITU-R
    BT.601), robustly (median absolute deviation), and what is as near is skin: so any tone of skin
    is found by itself and none is written down. Eyes, brows and lips differ in colour or are left
    out by their landmarks.
    """
    coded = cv2.cvtColor(np.ascontiguousarray(colours), cv2.COLOR_RGB2YCrCb)
    height, width = coded.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / scale + area.around.left, y / scale + area.around.top
    core = _from_centre(x, y, area, _CORE_CENTRE, _CORE_RADII) <= 1.0
    if not core.any():
        return Skin(np.zeros((height, width), np.float32), 0.0)
    middle = np.median(coded[core], axis=0)
    spread = 1.4826 * np.median(np.abs(coded[core] - middle), axis=0)
    far = np.linalg.norm((coded - middle) / np.clip(spread, _LEAST, _MOST), axis=2)
    likely = np.clip((_OTHER - far) / (_OTHER - _SKIN), 0.0, 1.0).astype(np.float32)
    cover = float(likely[core].mean())
    likely *= _calm(coded[:, :, 0], core, area.face.width * scale)
    reach = _from_centre(x, y, area, (0.5, 0.6), (0.5 + _ASIDE, 0.6 + _ABOVE))
    likely *= np.clip((1.0 - reach) * 8, 0, 1) * _without_features(x, y, area)
    return Skin(_smoothed(likely, area.face.width * scale), cover)


def _from_centre(
    x: Floats, y: Floats, area: FaceArea, centre: tuple[float, float], radii: tuple[float, float]
) -> Floats:
    """The distance from a point of the face's box; 1 on an ellipse with those radii."""
    face = area.face
    across = (x - face.left - centre[0] * face.width) / max(1.0, radii[0] * face.width)
    down = (y - face.top - centre[1] * face.height) / max(1.0, radii[1] * face.height)
    return np.hypot(across, down)


def _calm(luminance: NDArray, core: NDArray, face_width: float) -> Floats:
    """1 where it is about as smooth as in the face's core, 0 in hair, cloth and lattice."""
    size = max(3, round(face_width / 24)) * 2 + 1
    fine = np.abs(luminance - cv2.GaussianBlur(luminance, (0, 0), 2.0))
    rough = cv2.blur(fine, (size, size))
    usual = max(float(np.median(rough[core])), _SMOOTHEST)
    calm: Floats = np.clip(_ROUGHEST - rough / usual, 0.0, 1.0)
    return calm


def _without_features(x: Floats, y: Floats, area: FaceArea) -> Floats:
    """0 around eyes and mouth, 1 elsewhere. Landmarks: eyes, nose, corners of the mouth."""
    kept = np.ones(x.shape, np.float32)
    if len(area.landmarks) < 5:
        return kept
    one, other, _, left, right = area.landmarks[:5]
    reach = max(1.0, _FEATURE * area.face.width)
    for start, end in ((one, one), (other, other), (left, right)):
        kept *= np.clip((_to_line(x, y, start, end) / reach - 1.0) * 3, 0, 1)
    return kept


def _to_line(x: Floats, y: Floats, start: Point, end: Point) -> Floats:
    """The distance of each pixel from a line between two points."""
    across, down = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * across + (y - start[1]) * down) / max(across**2 + down**2, 1e-6)
    along = np.clip(along, 0, 1)
    return np.hypot(x - start[0] - along * across, y - start[1] - along * down)


def _smoothed(likely: Floats, face_width: float) -> Floats:
    """Without specks and holes, with a soft edge that stays inside what was likely at all."""
    size = max(1, round(face_width / 40)) * 2 + 1
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    whole = cv2.morphologyEx(likely, cv2.MORPH_OPEN, around)
    soft = cv2.GaussianBlur(whole, (0, 0), max(0.5, face_width / 60)) * (likely > 0)
    return np.where(soft < _TRACE, 0.0, soft).astype(np.float32)
