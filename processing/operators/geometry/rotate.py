"""Rotate: by right angles without loss, by any other with new pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.plane import Corners, about, transformed
from processing.operators.parameters import Colour, Degrees
from processing.operators.picture import Picture, Point

_RIGHT: dict[float, str] = {90: "d90", 180: "d180", 270: "d270"}


class Rotate(Operator):
    """Turns the picture.

    Right angles move pixels and change none. Other angles need new pixels, and leave corners: they
    are cropped away, or filled.
    """

    operator: ClassVar[str] = "rotate"
    title: ClassVar[str] = "Rotate"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"angle": 5}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    angle: Degrees
    """How far it is turned, clockwise."""
    corners: Corners = "crop"
    """Whether the largest upright rectangle is kept, or all of the picture on a background."""
    background: Colour | None = None
    """The colour of the corners; transparent without one."""
    keep_aspect: bool = False
    """Whether a crop keeps the picture's proportions."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        made = rotated(
            picture, self.angle, self.corners, self.background, keep_aspect=self.keep_aspect
        )
        kept = made.width * made.height / (picture.width * picture.height)
        return Outcome(made, {"kept_share": round(kept, 4)})


def rotated(
    picture: Picture,
    angle: float,
    corners: Corners = "crop",
    background: str | None = None,
    *,
    keep_aspect: bool = False,
) -> Picture:
    """The picture turned clockwise by ``angle`` degrees. Raises Unfit."""
    angle %= 360
    if angle == 0:
        return picture
    if angle in _RIGHT:
        return picture.moved(picture.image.rot(_RIGHT[angle]), _corner(picture, angle))
    turn = radians(angle)
    matrix = np.array([(cos(turn), -sin(turn), 0), (sin(turn), cos(turn), 0), (0, 0, 1.0)])
    centred = about((picture.width / 2, picture.height / 2), matrix)
    return transformed(picture, centred, corners, background, keep_aspect)


def _corner(picture: Picture, angle: float) -> Callable[[float, float], Point]:
    """Where a right angle takes a point."""

    def where(x: float, y: float) -> Point:
        if angle == 90:
            return picture.height - y, x
        if angle == 180:
            return picture.width - x, picture.height - y
        return y, picture.width - x

    return where
