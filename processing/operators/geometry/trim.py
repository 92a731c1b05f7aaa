"""Trim: a uniform border away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue

from processing import vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.geometry.canvas import samples
from processing.operators.geometry.frames import Box, cropped
from processing.operators.parameters import Colour, Share
from processing.operators.picture import Picture

_CORNER = 3  # pixels: their median is a corner's colour, so that noise does not matter


class Trim(Operator):
    """Takes a border of one colour, or of full transparency, away on all sides.

    The colour is the one that most corners have. Rows and columns go while all of their pixels are
    within the tolerance of it; single specks (a 3×3 median, as in libvips' `find_trim`) do not hold
    them. A picture of one colour alone is left as it is.
    """

    operator: ClassVar[str] = "trim"
    title: ClassVar[str] = "Trim"
    family: ClassVar[Family] = "geometry"
    example: ClassVar[Mapping[str, JsonValue]] = {"tolerance": 0.05}
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "any"

    tolerance: Share = 0.04
    """How far a pixel may be from the border's colour in each channel; black to white is 1."""
    colour: Colour | None = None
    """The border's colour; told by the corners without it."""
    keep: Share = 0.0
    """Room to leave around what is found, as a share of its longer side."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        # Colours under transparent pixels are no border: what shows is compared.
        image = picture.image.premultiply() if picture.has_alpha else picture.image
        border = self._border(picture, image)
        box = self._found(picture, image, border)
        if box is None:
            return Outcome(picture, {"trimmed": False, "why": "The picture is of one colour."})
        measures = box.measures(picture)
        trimmed = box != (0, 0, picture.width, picture.height)
        return Outcome(cropped(picture, box), {"trimmed": trimmed, **measures})

    def _border(self, picture: Picture, image: vips.Image) -> list[float]:
        """The border's samples, premultiplied where there is alpha."""
        if self.colour is not None:
            told = samples(picture, self.colour)
            most = 65535 if picture.depth == 16 else 255
            shown = [value * told[3] / most for value in told[:3]]
            return [*shown, told[3]] if picture.has_alpha else [float(one) for one in told[:3]]
        corners = _corners(image)
        near = np.abs(corners[:, None] - corners[None]).max(axis=2) <= self._steps(picture)
        return [float(one) for one in corners[int(near.sum(axis=1).argmax())]]

    def _steps(self, picture: Picture) -> float:
        return self.tolerance * (65535 if picture.depth == 16 else 255)

    def _found(self, picture: Picture, image: vips.Image, border: list[float]) -> Box | None:
        other = ((image - border).abs() > self._steps(picture)).bandor()
        if min(picture.width, picture.height) >= _CORNER:
            other = other.rank(_CORNER, _CORNER, _CORNER**2 // 2)
        columns, rows = (one.numpy().ravel().nonzero()[0] for one in other.project())
        if not len(columns):
            return None
        left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
        room = round(max(right - left, bottom - top) * self.keep)
        left, top = max(0, int(left) - room), max(0, int(top) - room)
        right = min(picture.width, int(right) + room)
        bottom = min(picture.height, int(bottom) + room)
        return Box(left, top, right - left, bottom - top)


def _corners(image: vips.Image) -> np.ndarray:
    """The colours of the four corners: 4 × bands, float."""
    across, down = min(_CORNER, image.width), min(_CORNER, image.height)
    places = [(x, y) for y in (0, image.height - down) for x in (0, image.width - across)]
    patches = [image.crop(x, y, across, down).numpy().reshape(-1, image.bands) for x, y in places]
    return np.array([np.median(patch, axis=0) for patch in patches])
