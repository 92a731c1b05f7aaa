"""Shadow: what the subject would throw on what is behind and below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from dam.colour import linear_to_srgb, srgb_to_linear
from processing.operators.background.layers import over
from processing.operators.background.subject import (
    NETWORKS,
    Cut,
    Network,
    box_of,
    subject_of,
)
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.parameters import Amount, Colour, Share, rgba, unit
from processing.operators.picture import Picture
from processing.operators.strips import MOST, filled, rounded
from processing.vision.guided import Floats, enlarged_rows
from processing.vision.networks import small

_PROXY = 1024  # pixels of the longer side at which the shadow, which is soft, is made
_FLAT = 0.1  # how high a contact shadow is, as a share of the subject's height
_FOOT = 0.12  # of the subject's height, from below: what stands on the ground


class Shadow(Operator):
    """Lays a shadow under the subject.

    A drop shadow is the subject's shape, moved and blurred; a contact shadow lies where the subject
    stands. Both take light away as shadows do, in linear light. The subject is what alpha says, or
    what a network finds. Without a background the result stays transparent, and looks the same
    on white.
    """

    operator: ClassVar[str] = "shadow"
    title: ClassVar[str] = "Shadow"
    family: ClassVar[Family] = "background"
    networks: ClassVar[tuple[str, ...]] = NETWORKS
    example: ClassVar[Mapping[str, JsonValue]] = {"kind": "both", "background": "#ffffff"}

    kind: Literal["drop", "contact", "both"] = "drop"
    """Which shadow is made."""
    opacity: Share = 0.35
    """How much light the drop shadow takes where it is darkest."""
    contact_opacity: Share = 0.6
    """How much light the contact shadow takes where it is darkest."""
    across: Amount = 0.015
    """How far the drop shadow lies to the right, as a share of the subject's longer side."""
    down: Amount = 0.03
    """How far it lies below, likewise."""
    blur: Annotated[float, unit("share of the subject's longer side", ge=0.0, le=0.3)] = 0.03
    """How soft the shadow is."""
    colour: Colour = "#000000"
    """The colour that is left where all light is taken."""
    background: Colour | None = None
    """A colour behind it all; without one the result is transparent."""

    network: Network = ""
    """The network that finds the subject where nothing is transparent."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        subject = subject_of(picture, context, self.network)
        tiny = small(subject.alpha, _PROXY).astype(np.float32) / np.float32(MOST[picture.depth])
        density, lost = self._density(tiny, box_of(rounded(tiny, 8), 8))
        made = picture.with_array(self._laid(Cut(picture, subject), density))
        measures: dict[str, JsonValue] = {
            **subject.measures,
            "darkest": round(float(density.max()), 4),
            "cut": round(lost, 4),
        }
        return Outcome(made, measures, subject.confidence)

    def _density(self, alpha: Floats, box: tuple[int, int, int, int]) -> tuple[Floats, float]:
        """How much light is taken, 0..1, at a small alpha's size; what share fell outside."""
        longer = max(box[2:])
        room = round(longer * (max(abs(self.across), abs(self.down)) + 3 * self.blur)) + 2
        wide = cv2.copyMakeBorder(alpha, room, room, room, room, cv2.BORDER_CONSTANT)
        light = np.ones_like(wide)
        if self.kind != "contact":
            move = np.array([[1, 0, self.across * longer], [0, 1, self.down * longer]], np.float64)
            shape = cv2.warpAffine(wide, move, (wide.shape[1], wide.shape[0]))
            light = light * (
                1 - self.opacity * _soft(shape, self.blur * longer, self.blur * longer)
            )
        if self.kind != "drop":
            foot = _foot(wide, box[1] + room, box[3])
            near = _soft(foot, 0.6 * self.blur * longer, _FLAT / 3 * box[3])
            light = light * (1 - self.contact_opacity * near / max(float(near.max()), 1e-6))
        density = 1 - light
        kept = density[room:-room, room:-room]
        total = float(density.sum())
        return kept, 1 - float(kept.sum()) / total if total > 1e-6 else 0.0

    def _laid(self, cut: Cut, density: Floats) -> NDArray:
        """The subject on its shadow: with alpha, or on the background without."""
        picture = cut.picture
        under = _Ground(self.colour, self.background)

        def make(rows: slice) -> Floats:
            shade = enlarged_rows(density, rows, picture.width, picture.height)
            return over(cut.rows(rows), under.rows(shade))

        bands = 3 if self.background else 4
        return filled(picture.width, picture.height, bands, picture.depth, make)


class _Ground:
    """What lies below the subject, by how much light is taken: a table, since it is smooth."""

    def __init__(self, colour: str, background: str | None) -> None:
        self.opaque = background is not None
        self.colour = np.array(rgba(colour)[:3], np.float32) / 255
        ground = np.array(rgba(background or "#ffffff")[:3], np.float32) / 255
        self._taken = np.linspace(0, 1, 1025, dtype=np.float32)
        share = self._taken[:, None]
        light = srgb_to_linear(ground) * (1 - share) + srgb_to_linear(self.colour) * share
        self._coded = linear_to_srgb(light)
        # Over white, in coded samples, this opacity looks as the light does.
        reach = max(1e-3, float((1 - self.colour).sum()))
        self._opacity = np.minimum((1 - self._coded).sum(axis=1) / reach, 1)

    def rows(self, shade: Floats) -> Floats:
        """What a strip of the subject lies on, by how much light is taken there: RGB or RGBA."""
        if self.opaque:
            bands = [np.interp(shade, self._taken, self._coded[:, one]) for one in range(3)]
            return np.dstack(bands).astype(np.float32)
        opacity = np.interp(shade, self._taken, self._opacity).astype(np.float32)[:, :, None]
        colour = np.broadcast_to(self.colour, (*shade.shape, 3))
        return np.concatenate([colour, opacity], axis=2)


def _soft(shape: Floats, across: float, down: float) -> Floats:
    sigmas = max(across, 0.3), max(down, 0.3)
    return cv2.GaussianBlur(shape, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1])


def _foot(alpha: Floats, top: int, height: int) -> Floats:
    """The lowest pixel of each column, where it is near the subject's lowest of all."""
    inside = alpha > 0.5
    lowest = alpha.shape[0] - 1 - np.argmax(inside[::-1], axis=0)
    stands = inside.any(axis=0) & (lowest >= top + height * (1 - _FOOT))
    foot = np.zeros_like(alpha)
    columns = np.flatnonzero(stands)
    foot[lowest[columns], columns] = 1
    return foot
