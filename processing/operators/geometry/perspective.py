"""Perspective: upright lines made parallel, or four corners made a rectangle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import AfterValidator, Field, JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.plane import Corners, corners_of, through, transformed
from processing.operators.geometry.quads import check_quad, quad_matrix, quad_size
from processing.operators.geometry.uprights import Tilt, found_tilt, levelling
from processing.operators.parameters import Aspect, Colour, Share, ratio, unit
from processing.operators.picture import Picture

_LEAST = 0.15  # degrees: less than that nobody sees

Place = Annotated[float, unit("share", ge=-1.0, le=2.0)]
Quad = Annotated[
    list[tuple[Place, Place]], Field(min_length=4, max_length=4), AfterValidator(check_quad)
]


class Perspective(Operator):
    """Makes upright lines parallel, as if the camera had not been tilted: buildings stop falling
    over.

    The lines are looked for; where too few agree, or they ask for more than the limit, the picture
    is left as it is. With four corners instead, what lies between them becomes a rectangle: a
    document, a painting, a screen.
    """

    operator: ClassVar[str] = "perspective"
    title: ClassVar[str] = "Perspective"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {
        "quad": [[0.1, 0.05], [0.95, 0.1], [0.9, 0.95], [0.05, 0.9]]
    }
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    quad: Quad | None = None
    """Four corners, as shares of width and height: upper left, upper right, lower right, lower
    left. Without them upright lines are looked for."""
    aspect: Aspect | None = None
    """Width to height of what lies between the four corners, where it is known."""
    strength: Share = 1.0
    """How much of the correction is made: a little less than all looks more natural on towers."""
    limit: Annotated[float, unit("°", ge=1.0, le=40.0)] = 25.0
    """The most that the camera's tilt is undone: more is taken for intended."""
    at_least: Share = 0.5
    """How sure it must be; less sure, the picture is left as it is."""
    focal_length: Annotated[float, unit("mm", ge=8.0, le=600.0)] = 28.0
    """Focal length for 35 mm film: it decides about proportions alone, not about what is
    parallel."""
    corners: Corners = "crop"
    """Whether the largest upright rectangle is kept, or all of the picture on a background."""
    background: Colour | None = None
    """The colour of the corners; transparent without one."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        return self._straight(picture) if self.quad else self._upright(picture)

    def _straight(self, picture: Picture) -> Outcome:
        scale = np.array([picture.width, picture.height])
        quad = np.array(self.quad) * scale
        width, height = quad_size(quad, scale / 2, ratio(self.aspect) if self.aspect else None)
        matrix = quad_matrix(quad, corners_of(width, height))
        made = through(picture, matrix, width, height, None)
        return Outcome(made, {"width_px": width, "height_px": height})

    def _upright(self, picture: Picture) -> Outcome:
        tilt = found_tilt(picture, self.focal_length)
        measures: dict[str, JsonValue] = {
            "pitch_degrees": round(tilt.pitch, 3),
            "roll_degrees": round(tilt.roll, 3),
            "lines": tilt.count,
            "corrected": False,
        }
        confidence = round(tilt.confidence, 3)
        why = self._against(tilt)
        if why:
            return Outcome(picture, {**measures, "why": why}, confidence)
        matrix = levelling(picture, tilt, self.strength)
        made = transformed(picture, matrix, self.corners, self.background)
        kept = made.width * made.height / (picture.width * picture.height)
        told = {**measures, "corrected": True, "kept_share": round(kept, 4)}
        return Outcome(made, told, confidence)

    def _against(self, tilt: Tilt) -> str:
        if tilt.confidence < self.at_least:
            return "Too few lines agree on what is upright."
        if tilt.angle > self.limit:
            return "The camera was tilted by more than the limit."
        return "Upright lines are parallel already." if tilt.angle < _LEAST else ""
