"""Table: a look out of a .cube file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.cube import MOST_BYTES, Cube, read_cube
from processing.operators.light.mapping import each_colour
from processing.operators.parameters import Reference, Share
from processing.operators.picture import Floats, Picture, Unfit


class Lut(Operator):
    """Applies a colour table (.cube), as grading programs export them.

    One- and three-dimensional tables for sRGB input, up to 129 steps a side. Three-dimensional ones
    are interpolated in tetrahedra, which keeps greys neutral. A table that is wrong is refused
    with the line that is.
    """

    operator: ClassVar[str] = "lut"
    title: ClassVar[str] = "Colour table (.cube)"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"file": "warm.cube"}

    file: Reference
    """The .cube file."""
    strength: Share = 1.0
    """How much of it is applied."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        cube = read_cube(_bytes(context.library.file(self.file)))
        made = each_colour(picture, lambda colours: self._changed(colours, cube))
        return Outcome(
            made, {"table_size": cube.size, "dimensions": 1 if cube.values.ndim == 2 else 3}
        )

    def _changed(self, colours: Floats, cube: Cube) -> Floats:
        changed = np.clip(cube.looked_up(colours), 0.0, 1.0)
        return colours + (changed - colours) * np.float32(self.strength)


def _bytes(path: Path) -> bytes:
    """A file's bytes, at most one more than a table may have. Raises Unfit."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unfit(f"The colour table cannot be read: {error.strerror}.") from error
