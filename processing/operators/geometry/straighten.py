"""Straighten: level by the picture's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.lines import Agreement, Lines, agreed, lines_of
from processing.operators.geometry.plane import Corners
from processing.operators.geometry.rotate import rotated
from processing.operators.parameters import Colour, Share, unit
from processing.operators.picture import Picture

_LEAST = 0.1  # degrees: less than that nobody sees, and every turn costs sharpness
_ENOUGH = 0.4  # of the longer side: so much length of line is needed
_LEVEL_WEIGHT = 0.6  # what lies level in space is seldom level in a picture taken from aside
_ALONE = 0.4  # how far a single line, which may be a table's edge, is doubted
_HEARD = 0.3  # length of line from which on one kind of it is a witness
# How far lines converge, standard deviation: upright ones as the camera looks up, level ones as it
# looks aside. In shares of half the longer side.
_CONVERGING = 0.08


class Straighten(Operator):
    """Turns the picture until it is level: by its horizon, and by lines that are level or upright.

    Lines that converge because the camera looked up or aside are allowed for. Where too few lines
    agree, or they ask for more than the limit, the picture is left as it is.
    """

    operator: ClassVar[str] = "straighten"
    title: ClassVar[str] = "Straighten"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"limit": 8}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    limit: Annotated[float, unit("°", ge=0.5, le=20.0)] = 8.0
    """The most that it is turned: more is taken for intended."""
    at_least: Share = 0.5
    """How sure it must be; less sure, the picture is left as it is."""
    corners: Corners = "crop"
    """Whether the largest upright rectangle is kept, or all of the picture on a background."""
    background: Colour | None = None
    """The colour of the corners; transparent without one."""
    keep_aspect: bool = False
    """Whether a crop keeps the picture's proportions."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        angle, confidence, count = tilt(picture, self.limit)
        measures: dict[str, JsonValue] = {
            "tilt_degrees": round(angle, 3),
            "lines": count,
            "straightened": False,
        }
        why = self._against(angle, confidence)
        if why:
            return Outcome(picture, {**measures, "why": why}, round(confidence, 3))
        made = rotated(picture, -angle, self.corners, self.background, keep_aspect=self.keep_aspect)
        kept = made.width * made.height / (picture.width * picture.height)
        told = {**measures, "straightened": True, "kept_share": round(kept, 4)}
        return Outcome(made, told, round(confidence, 3))

    def _against(self, angle: float, confidence: float) -> str:
        if confidence < self.at_least:
            return "Too few lines agree on what is level."
        if abs(angle) > self.limit:
            return "It is tilted by more than the limit."
        return "It is level already." if abs(angle) < _LEAST else ""


def tilt(picture: Picture, limit: float) -> tuple[float, float, int]:
    """How many degrees clockwise the picture is tilted, how sure that is, and how many lines agree.

    Upright lines lean by dx/dy = −tilt + c·(dx/dy·y − x) and level ones rise by
    dy/dx = tilt + e·(dy/dx·x − y), where c and e say how they converge: a line through a vanishing
    point, solved for its slope.
    """
    lines = lines_of(picture)
    design, target, weights = _equations(lines, limit)
    if not len(target):
        return 0.0, 0.0, 0
    turns = np.radians(np.arange(-limit - 2, limit + 2.01, 0.2))
    grid = np.column_stack([turns, np.zeros((len(turns), 2))])
    prior = np.array([np.radians(limit), _CONVERGING, _CONVERGING])
    agreement = agreed(design, target, weights, grid, prior)
    angle = float(np.degrees(np.arctan(agreement.found[0])))
    return angle, _confidence(agreement, design, target, weights), agreement.count


def _equations(lines: Lines, limit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    across, down = lines.along[:, 0], lines.along[:, 1]
    level = np.abs(across) > np.abs(down)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(level, down / across, across / down)
    near = np.abs(slope) < np.tan(np.radians(limit + 4))
    x, y = lines.middle[:, 0], lines.middle[:, 1]
    none = np.zeros(len(slope))
    for_level = np.column_stack([none + 1, none, slope * x - y])
    for_upright = np.column_stack([none - 1, slope * y - x, none])
    design = np.where(level[:, None], for_level, for_upright)
    weights = lines.length * np.where(level, _LEVEL_WEIGHT, 1.0)
    return design[near], slope[near], weights[near]


def _confidence(
    agreement: Agreement, design: np.ndarray, target: np.ndarray, weights: np.ndarray
) -> float:
    """The probability to be right within half a degree, as far as lines can tell.

    Level lines and upright ones are two witnesses: where both are there, both must agree.
    """
    deviation = float(np.sqrt(agreement.spread[0, 0]))
    enough = min(1.0, agreement.held / (2 * _ENOUGH))
    near = np.abs(design @ agreement.found - target) < np.radians(0.6)
    shares = [agreement.share]
    for kind in (design[:, 0] > 0, design[:, 0] < 0):
        heard = float(weights[kind].sum())
        if heard > _HEARD:
            shares.append(float(weights[kind & near].sum()) / heard)
    share = min(1.0, 1.6 * float(np.mean(shares) * min(shares)) ** 0.5)
    alone = 1 - _ALONE / max(agreement.count, 1)
    return agreement.within(deviation, np.radians(0.5)) * share * enough * alone
