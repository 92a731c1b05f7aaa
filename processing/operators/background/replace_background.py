"""Replace background: the subject on a colour, a gradient or another picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import JsonValue, model_validator

from processing.operators.background.layers import Behind, bands_of, covering, over, plain
from processing.operators.background.subject import NETWORKS, Cut, Network, subject_of
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import (
    Anchor,
    Colour,
    Degrees,
    Reference,
    Share,
)
from processing.operators.picture import Floats, Picture
from processing.operators.strips import filled


class ReplaceBackground(Operator):
    """Lays the subject on a colour, a gradient or a picture.

    The subject is what alpha says, or what a network finds. A picture behind it covers the frame
    and is cut where it is too large.
    """

    operator: ClassVar[str] = "replace-background"
    title: ClassVar[str] = "Replace background"
    family: ClassVar[Family] = "background"
    networks: ClassVar[tuple[str, ...]] = NETWORKS
    example: ClassVar[Mapping[str, JsonValue]] = {
        "gradient": "linear",
        "colour": "#f4f6f8",
        "to": "#c9d3de",
    }

    colour: Colour = "#ffffff"
    """The colour behind the subject, or the one that a gradient begins with."""
    gradient: Literal["none", "linear", "radial"] = "none"
    """Whether the colour goes over into another: along a line, or from the middle outwards."""
    to: Colour | None = None
    """The colour that a gradient ends with."""
    angle: Degrees = 90.0
    """Where a linear gradient goes: 0 to the right, 90 down."""
    picture: Reference | None = None
    """A picture behind the subject, instead of a colour."""
    anchor: Anchor = "centre"
    """What of that picture stays where it is too large."""
    blur: Share = 0.0
    """How much that picture is blurred: 1 is a tenth of the longer side."""
    network: Network = ""
    """The network that finds the subject; the default one where it is empty."""

    @model_validator(mode="after")
    def _two_colours(self) -> ReplaceBackground:
        if (self.gradient == "none") != (self.to is None):
            raise ValueError("a gradient has two colours: give both gradient and to, or neither")
        return self

    def apply(self, picture: Picture, context: Context) -> Outcome:
        subject = subject_of(picture, context, self.network)
        cut, behind = Cut(picture, subject), self._behind(picture, context)
        bands = behind(slice(0, 1)).shape[2]
        made = filled(
            picture.width,
            picture.height,
            bands,
            picture.depth,
            lambda rows: over(cut.rows(rows), behind(rows)),
        )
        return Outcome(picture.with_array(made), subject.measures, subject.confidence)

    def _behind(self, picture: Picture, context: Context) -> Behind:
        size = picture.width, picture.height
        if self.picture is not None:
            other = context.library.picture(self.picture)
            blur = self.blur * picture.longest / 40
            return covering(other, *size, anchor=self.anchor, blur=blur)
        if self.to is None:
            return plain(self.colour)
        start, end = bands_of(self.colour, self.to), bands_of(self.to, self.colour)
        share = _radial(*size) if self.gradient == "radial" else _linear(*size, self.angle)
        return lambda rows: start + share(rows)[:, :, None] * (end - start)


def _linear(width: int, height: int, angle: float) -> Behind:
    """0 to 1 from one end of the frame to the other in a direction, as CSS' gradients do."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    reach = abs(across) * width + abs(down) * height
    x = (np.arange(width) - (width - 1) / 2) * across / reach

    def rows(wanted: slice) -> Floats:
        y = (np.arange(wanted.start, wanted.stop) - (height - 1) / 2) * down / reach
        return np.clip(x[None] + y[:, None] + 0.5, 0, 1).astype(np.float32)

    return rows


def _radial(width: int, height: int) -> Behind:
    """0 in the middle to 1 in the corners."""
    x = np.arange(width, dtype=np.float32) - (width - 1) / 2
    reach = math.hypot(width, height) / 2

    def rows(wanted: slice) -> Floats:
        y = np.arange(wanted.start, wanted.stop, dtype=np.float32) - (height - 1) / 2
        return np.clip(np.hypot(x[None], y[:, None]) / reach, 0, 1).astype(np.float32)

    return rows
