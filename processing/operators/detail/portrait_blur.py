"""Portrait blur: what is behind the subject goes out of focus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import cv2
import numpy as np
from pydantic import Field, JsonValue

from dam.colour import linear_to_srgb, srgb_to_linear
from processing import vips
from processing.formats.codec import to_vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context, Mask
from processing.operators.detail.lens import behind
from processing.operators.parameters import unit
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import Box, by_tiles

_EDGE = 2048  # pixels: what is blurred holds nothing that a larger picture would show
_LEAST, _MOST = 0.005, 0.98  # shares of a subject: beyond, there is none, or nothing else


class PortraitBlur(Operator):
    """Blurs what is behind the subject as a fast lens does.

    A disc, as an open aperture draws it, in linear light, so that lights stay bright; the subject's
    colours are left out of it, so that no halo surrounds it (normalised convolution: H. Knutsson
    and C.-F. Westin, 1993). The subject itself keeps every bit. How sure it is follows from the
    subject's mask; where no subject is found, nothing is changed.
    """

    operator: ClassVar[str] = "portrait-blur"
    title: ClassVar[str] = "Blur the background"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"blur": 0.02}
    networks: ClassVar[tuple[str, ...]] = ("u2netp",)

    blur: Annotated[float, unit("share", ge=0.002, le=0.08)] = 0.012
    """The disc's radius, as a share of the longer side."""
    feather: Annotated[float, unit("share", ge=0.0, le=0.02)] = 0.001
    """How soft the subject's edge gets, as a share of the longer side."""
    network: Annotated[str, Field(max_length=60)] = ""
    """The network that finds the subject; the default one where nothing is said."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        small = picture.proxy(_EDGE)
        mask = context.networks.mask(small.rgb8(), self.network)
        share = float(mask.alpha.mean())
        measures = self._measures(mask, share)
        if not _LEAST <= share <= _MOST:
            return Outcome(picture, {**measures, "changed": False}, confidence=0.0)
        radius = max(1.0, self.blur * small.longest)
        cover = _feathered(mask.alpha, self.feather * small.longest)
        ground = behind(_light(small), mask.alpha, radius, seen=small.alpha(), hidden=cover >= 1.0)
        made = _laid(picture, cover, linear_to_srgb(ground))
        measures["blur_radius_px"] = round(self.blur * picture.longest, 1)
        measures["background_detail_left"] = _detail_left(small, made.proxy(_EDGE), mask.alpha)
        return Outcome(made, {**measures, "changed": True}, confidence=mask.confidence)

    def _measures(self, mask: Mask, share: float) -> dict[str, JsonValue]:
        return {
            "subject_share": round(share, 4),
            "edge_quality": round(mask.edge_quality, 4),
            "network": mask.network,
        }


def _feathered(subject: Floats, feather: float) -> Floats:
    if feather <= 0.3:
        return subject
    soft: Floats = cv2.GaussianBlur(subject, (0, 0), feather).astype(np.float32)
    return np.where(soft > 0.999, np.float32(1.0), soft)


def _laid(picture: Picture, subject: Floats, ground: Floats) -> Picture:
    """The subject as it is, over the ground: both are enlarged as they are asked for."""
    cover, below = _enlarged(subject, picture), _enlarged(ground, picture)

    def change(colours: Floats, box: Box) -> Floats | None:
        alpha = _part(cover, box)
        if alpha.min() >= 1.0:
            return None
        other = _part(below, box)
        if alpha.max() <= 0.0:
            return other
        edge = (alpha > 0.0) & (alpha < 1.0)
        made = np.where(alpha[:, :, None] >= 1.0, colours, other)
        made[edge] = _mixed(colours[edge], other[edge], alpha[edge][:, None])
        return made

    return by_tiles(picture, change)


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """Coded colours mixed in linear light."""
    return linear_to_srgb(srgb_to_linear(one) * share + srgb_to_linear(other) * (1 - share))


def _light(picture: Picture) -> Floats:
    pixels = picture.array() if picture.depth == 8 else picture.floats()
    return srgb_to_linear(pixels[:, :, :3])


def _enlarged(pixels: Floats, picture: Picture) -> vips.Image:
    image = to_vips(pixels, "srgb" if pixels.ndim == 3 else "b-w")
    across, down = picture.width / image.width, picture.height / image.height
    return image if across == down == 1 else image.resize(across, vscale=down, kernel="cubic")


def _part(image: vips.Image, box: Box) -> Floats:
    part = image.crop(box.left, box.top, box.width, box.height).numpy()
    return np.clip(part, 0.0, 1.0).astype(np.float32, copy=False)


def _detail_left(before: Picture, after: Picture, subject: Floats) -> float:
    """How much of the background's fine detail is left, as a share, seen on proxies."""
    clear = cv2.dilate(subject, np.ones((9, 9), np.uint8)) < 0.02
    if not clear.any():
        return 1.0

    def detail(one: Picture) -> float:
        grey = cv2.cvtColor(one.rgb8(), cv2.COLOR_RGB2GRAY).astype(np.float32)
        return float((grey - cv2.GaussianBlur(grey, (0, 0), 1.5))[clear].std())

    return round(detail(after) / max(detail(before), 1e-3), 4)
