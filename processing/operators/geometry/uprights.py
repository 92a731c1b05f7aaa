"""How a camera was tilted, told by lines that stand upright in the world, and how to undo it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from processing.operators.geometry.lines import Agreement, Floats64, Lines, agreed, lines_of
from processing.operators.geometry.plane import Matrix, about
from processing.operators.picture import Picture

_FILM = 36.0  # mm, the longer side of 35 mm film
_LEANING = 30.0  # degrees: what leans more is no upright line
_ENOUGH = 1.0  # length of lines that must agree, in halves of the longer side
_SPREAD = 0.15  # how far, at least, lines must stand apart: standard deviation, in the same halves
_WANTED = np.radians(0.5)


@dataclass(frozen=True, slots=True)
class Tilt:
    """Pitch (upwards) and roll (clockwise) of the camera in degrees; both undone by one turn of
    ``angle`` degrees about ``axis`` (x right, y down, z into the picture), for a focal length
    ``focal`` in halves of the picture's longer side. ``confidence`` is the probability that upright
    lines are parallel within half a degree afterwards.
    """

    pitch: float
    roll: float
    angle: float
    axis: Floats64
    focal: float
    confidence: float
    count: int


def found_tilt(picture: Picture, focal_length: float) -> Tilt:
    """The tilt that most upright lines agree on, for a focal length in mm for 35 mm film.

    A line through the middle (x, y) with the slope t = dx/dy goes through the vanishing point
    (a/c, 1/c) of upright lines if a + c·(t·y − x) = t: linear in a and c, whatever the focal
    length.
    """
    lines = lines_of(picture)
    chosen = np.abs(lines.along[:, 0]) < np.tan(np.radians(_LEANING)) * np.abs(lines.along[:, 1])
    lines = lines.only(chosen)
    focal = focal_length / (_FILM / 2)
    if len(lines.length) < 4:
        return _tilt(np.zeros(2), focal, 0.0, len(lines.length))
    slope = lines.along[:, 0] / lines.along[:, 1]
    design = np.column_stack([np.ones(len(slope)), slope * lines.middle[:, 1] - lines.middle[:, 0]])
    leans, converges = np.meshgrid(np.linspace(-0.3, 0.3, 61), np.linspace(-0.6, 0.6, 61))
    grid = np.column_stack([leans.ravel(), converges.ravel()])
    agreement = agreed(design, slope, lines.length, grid, np.array([0.15, 0.4]))
    confidence = _confidence(agreement, design, slope, lines)
    return _tilt(agreement.found, focal, confidence, agreement.count)


def levelling(picture: Picture, tilt: Tilt, strength: float = 1.0) -> Matrix:
    """The matrix that undoes a tilt about the picture's centre, in pixels; its middle keeps its
    size.
    """
    half = max(picture.width, picture.height) / 2
    turn, _ = cv2.Rodrigues(tilt.axis * np.radians(tilt.angle * strength))
    camera = np.diag([tilt.focal * half, tilt.focal * half, 1.0])
    matrix = camera @ turn @ np.linalg.inv(camera)
    matrix /= matrix[2, 2]
    # How much larger the middle becomes: the determinant of the map's derivative there.
    growth = np.linalg.det(matrix[:2, :2] - np.outer(matrix[:2, 2], matrix[2, :2]))
    scale = 1 / np.sqrt(growth)
    return about((picture.width / 2, picture.height / 2), np.diag([scale, scale, 1.0]) @ matrix)


def _confidence(agreement: Agreement, design: Floats64, slope: Floats64, lines: Lines) -> float:
    """The probability to be within half a degree at both edges of the picture."""
    spread = agreement.spread
    at_edges = [np.array([1.0, edge]) for edge in (-1.0, 1.0)]
    deviation = float(np.sqrt(max(at @ spread @ at for at in at_edges)))
    near = np.abs(design @ agreement.found - slope) < _WANTED
    apart = float(np.std(lines.middle[near, 0])) if near.any() else 0.0
    enough = min(1.0, agreement.held / _ENOUGH) * min(1.0, apart / _SPREAD)
    return agreement.within(deviation, _WANTED) * min(1.0, 1.5 * agreement.share) * enough


def _tilt(found: Floats64, focal: float, confidence: float, count: int) -> Tilt:
    """From the numbers of the vanishing point to the shortest turn that makes "down" down."""
    down = np.array([found[0], 1.0, found[1] * focal])
    down /= np.linalg.norm(down)
    axis = np.cross(down, (0.0, 1.0, 0.0))
    length = float(np.linalg.norm(axis))
    return Tilt(
        pitch=float(np.degrees(np.arctan2(-down[2], down[1]))),
        roll=float(np.degrees(np.arctan2(-down[0], down[1]))),
        angle=float(np.degrees(np.arctan2(length, down[1]))),
        axis=axis / length if length > 1e-12 else np.array([1.0, 0.0, 0.0]),
        focal=focal,
        confidence=confidence,
        count=count,
    )
