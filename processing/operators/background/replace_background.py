"""Replace background: the subject on a colour, a gradient or another picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import JsonValue, model_validator

from processing import vips
from processing.operators.background.layers import covering, over, plain
from processing.operators.background.rows import MOST
from processing.operators.background.subject import NETWORKS, Network, cut_out, subject_of
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import (
    Anchor,
    Colour,
    Degrees,
    Reference,
    Share,
    rgba,
)
from processing.operators.picture import Picture


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
        front = cut_out(picture, subject)
        back = self._behind(picture, context)
        made = picture.with_image(over(front.image, back, MOST[picture.depth]))
        return Outcome(made, subject.measures, subject.confidence)

    def _behind(self, picture: Picture, context: Context) -> vips.Image:
        like, size = picture.image, (picture.width, picture.height)
        if self.picture is not None:
            other = context.library.picture(self.picture).opaque().image
            image = covering(other, *size, like=like, anchor=self.anchor)
            sigma = self.blur * picture.longest / 40
            return image.gaussblur(sigma).cast(like.format) if sigma > 0.2 else image
        start = _bands(self.colour, self.colour, self.to, depth=picture.depth)
        if self.to is None:
            return plain(start, like, *size)
        end = _bands(self.to, self.colour, self.to, depth=picture.depth)
        share = _radial(*size) if self.gradient == "radial" else _linear(*size, self.angle)
        mixed = share * [b - a for a, b in zip(start, end, strict=True)] + list(start)
        return mixed.rint().cast(like.format).copy(interpretation=like.interpretation)


def _bands(colour: str, *all_colours: str | None, depth: int) -> tuple[int, ...]:
    """The colour's samples; with alpha where one of all the colours lets something through."""
    opaque = all(rgba(one)[3] == 255 for one in all_colours if one is not None)
    return rgba(colour, depth)[: 3 if opaque else 4]


def _linear(width: int, height: int, angle: float) -> vips.Image:
    """0 to 1 from one end of the frame to the other in a direction, as CSS' gradients do."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    reach = (abs(across) * width + abs(down) * height) / 2
    grid = vips.Image.xyz(width, height)
    x, y = grid.extract_band(0) - (width - 1) / 2, grid.extract_band(1) - (height - 1) / 2
    return _clipped((x * across + y * down) / (2 * reach) + 0.5)


def _radial(width: int, height: int) -> vips.Image:
    """0 in the middle to 1 in the corners."""
    grid = vips.Image.xyz(width, height)
    x, y = grid.extract_band(0) - (width - 1) / 2, grid.extract_band(1) - (height - 1) / 2
    reach = (width**2 + height**2) ** 0.5 / 2
    return _clipped((x * x + y * y) ** 0.5 / reach)


def _clipped(share: vips.Image) -> vips.Image:
    low = (share < 0).ifthenelse(0, share)
    return (low > 1).ifthenelse(1, low)
