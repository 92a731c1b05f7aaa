"""Lens: lines that a lens bent are straight again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import JsonValue, model_validator

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.plane import Points
from processing.operators.geometry.plumb import bend_of
from processing.operators.geometry.warp import warped
from processing.operators.parameters import unit
from processing.operators.picture import Picture, Point, Unfit

Strength = Annotated[float, unit("k", ge=-1.0, le=1.0)]
_ROUNDS = 30  # of Newton's method, for where a point of the original goes
_EDGE_STEPS = 257
_LEAST = 0.008  # of k1: less is not seen, and within what is found of a straight picture


class Lens(Operator):
    """Takes out the distortion of a lens: barrel-shaped with a negative k1, cushion-shaped with a
    positive one.

    A point at the radius r from the middle is fetched from r·(1 + k1·r² + k2·r⁴), where the corners
    of the picture have r = 1 (D. C. Brown, Close-range camera calibration, 1971, radial terms).
    The largest frame of the same proportions that has no empty corners is kept, at the same number
    of pixels. With “automatic”, k1 is found by lines that ought to be straight: buildings and rooms
    have them; a picture that has too few, or whose lines do not agree, stays as it is.
    """

    operator: ClassVar[str] = "lens"
    title: ClassVar[str] = "Lens distortion"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"k1": -0.08}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    k1: Strength = 0.0
    """The coefficient of r²: that of most lenses is between −0.2 and 0.1."""
    k2: Strength = 0.0
    """The coefficient of r⁴."""

    automatic: bool = False
    """Find k1 in the picture instead; k1 and k2 are not given then."""
    least_confidence: Annotated[float, unit("share", ge=0.0, le=1.0)] = 0.4
    """Below this confidence in what was found the picture stays as it is."""

    @model_validator(mode="after")
    def _bends_something(self) -> Lens:
        if (self.k1 == self.k2 == 0) != self.automatic:
            raise ValueError("give k1, k2, or both, or “automatic” alone")
        radius = np.linspace(0, 1, _EDGE_STEPS)
        if (1 + 3 * self.k1 * radius**2 + 5 * self.k2 * radius**4 <= 0.05).any():
            raise ValueError("so strong a distortion would fold the picture over itself")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        if self.automatic:
            return self._found(picture, context)
        zoom = self._zoom(picture)
        middle = np.array([picture.width / 2, picture.height / 2])
        corner = float(np.hypot(*middle))

        def back(x: Points, y: Points) -> tuple[Points, Points]:
            across, down = (x - middle[0]) * zoom, (y - middle[1]) * zoom
            bent = self._bent((across**2 + down**2) / corner**2)
            return middle[0] + across * bent, middle[1] + down * bent

        def where(x: float, y: float) -> Point:
            across, down = x - middle[0], y - middle[1]
            far = float(np.hypot(across, down)) / corner
            share = self._straight(far) / far / zoom if far > 0 else 1.0
            return float(middle[0] + across * share), float(middle[1] + down * share)

        pixels = warped(picture, picture.width, picture.height, back)
        return Outcome(picture.moved(pixels, where), {"zoom": round(1 / zoom, 4)})

    def _found(self, picture: Picture, context: Context) -> Outcome:
        """The picture by what its lines tell, or as it is where they tell nothing sure."""
        bend = bend_of(picture)
        told: dict[str, JsonValue] = {"k1": bend.k1, "gain": bend.gain, "segments": bend.segments}
        if bend.confidence < self.least_confidence or abs(bend.k1) < _LEAST:
            return Outcome(picture, {**told, "changed": False}, bend.confidence)
        made = Lens(k1=bend.k1).apply(picture, context)
        return Outcome(made.picture, {**made.measures, **told, "changed": True}, bend.confidence)

    def _bent(self, squared: Points) -> Points:
        return 1 + squared * (self.k1 + squared * self.k2)

    def _zoom(self, picture: Picture) -> float:
        """How much of the straightened plane is shown: the most whose edge has pixels everywhere.

        Found by halving: along a ray from the middle the bent radius only grows.
        """
        width, height = picture.width, picture.height
        corner = float(np.hypot(width, height))
        along = np.linspace(-1, 1, _EDGE_STEPS)
        one = np.ones_like(along)
        edge = np.concatenate([np.column_stack([one, along]), np.column_stack([along, one])]) * (
            width / corner,
            height / corner,
        )
        least, most = 0.0, 1.0
        if self._inside(edge, 1.0, width / corner, height / corner):
            while most < 4 and self._inside(edge, most, width / corner, height / corner):
                least, most = most, most * 1.25
        for _ in range(_ROUNDS):
            half = (least + most) / 2
            if self._inside(edge, half, width / corner, height / corner):
                least = half
            else:
                most = half
        if least < 0.05:
            raise Unfit("So strong a distortion leaves nothing of the picture.")
        return least

    def _inside(self, edge: Points, zoom: float, width: float, height: float) -> bool:
        shown = edge * zoom
        squared = (shown**2).sum(axis=1)
        growing = 1 + 3 * self.k1 * squared + 5 * self.k2 * squared**2 > 0
        fetched = np.abs(shown * self._bent(squared)[:, None])
        return bool((growing & (fetched <= (width, height)).all(axis=1)).all())

    def _straight(self, bent: float) -> float:
        """The radius that is bent to this one, by Newton's method."""
        radius = bent
        for _ in range(_ROUNDS):
            squared = radius**2
            error = radius * float(self._bent(np.array(squared))) - bent
            slope = 1 + 3 * self.k1 * squared + 5 * self.k2 * squared**2
            radius -= error / max(slope, 0.05)
        return radius
