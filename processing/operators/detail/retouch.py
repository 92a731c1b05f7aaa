"""Retouch: calmer skin that is still skin; nothing else is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import cv2
import numpy as np
from pydantic import JsonValue

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context, Face
from processing.operators.detail.skin import FaceArea, skin
from processing.operators.detail.smoothing import blotches, calmed, gentle
from processing.operators.parameters import Share, unit
from processing.operators.picture import Floats, Picture
from processing.operators.tiles import Box, by_tiles, frame_of

_EDGE = 768  # pixels of a face and its surroundings: what is smoothed is coarser than that
_MOST_FACES = 30
_BLOTCH, _PORE = 1 / 14, 1 / 140  # of the face's width: what is smoothed lies between the two
_LIMIT = 0.06  # the most that a sample changes, of 0..1


@dataclass(frozen=True, slots=True)
class _Patch:
    """What is added to a part of the picture; its image is enlarged as it is asked for."""

    box: Box
    change: vips.Image
    sure: float
    skin_pixels: float
    texture_kept: float
    calmer: float


class Retouch(Operator):
    """Evens out blotches and blemishes of skin and keeps its texture; nothing else is touched.

    Skin is what has the colours of a face that was found, near that face, without eyes and mouth.
    Frequency separation: what is coarser than pores and finer than features is smoothed by a guided
    filter (K. He, J. Sun, X. Tang, “Guided image filtering”, 2013), which stops at edges; what is
    finer stays. No sample changes by more than 6 % of the whole range.
    """

    operator: ClassVar[str] = "retouch"
    title: ClassVar[str] = "Retouch skin"
    family: ClassVar[Family] = "detail"
    example: ClassVar[Mapping[str, JsonValue]] = {"strength": 0.6}
    version: ClassVar[int] = 2
    networks: ClassVar[tuple[str, ...]] = ("centerface",)

    strength: Annotated[float, unit("share", ge=0.0, le=1.0)] = 0.5
    """How much of the blotches goes."""
    texture: Annotated[float, unit("share", ge=0.5, le=1.0)] = 0.85
    """The least that is left of the skin's fine texture; the strength gives way to it."""
    surest: Share = 0.6
    """How sure a face must be to be retouched."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        found = context.networks.faces(picture.proxy().rgb8())
        faces = [face for face in found if face.score >= self.surest][:_MOST_FACES]
        patches = [patch for face in faces if (patch := self._patch(picture, face)) is not None]
        if not patches:
            return Outcome(picture, {"faces": len(faces), "changed": False})
        made = by_tiles(picture, lambda colours, box: _added(colours, box, patches))
        measures: dict[str, JsonValue] = {
            "faces": len(patches),
            "skin_share": round(_sum(patches, "skin_pixels") / (picture.width * picture.height), 4),
            "texture_kept": round(min(patch.texture_kept for patch in patches), 4),
            "blotches_left": round(_sum(patches, "calmer") / len(patches), 4),
            "changed": True,
        }
        return Outcome(made, measures, round(min(patch.sure for patch in patches), 4))

    def _patch(self, picture: Picture, face: Face) -> _Patch | None:
        area = FaceArea.of(face, frame_of(picture))
        if area.around.empty or min(area.face.width, area.face.height) < 16:
            return None
        box = area.around
        scale = min(1.0, _EDGE / max(box.width, box.height))
        colours = _small(picture, box, scale)
        where = skin(colours, area, colours.shape[1] / box.width)
        change = self._change(colours, area.face.width * scale) * where.mask[:, :, None]
        change, kept = gentle(colours, change, where.mask, self.texture)
        calm = blotches(colours + change, where.mask) / max(blotches(colours, where.mask), 1e-6)
        image = to_vips(change, "srgb")
        across, down = box.width / image.width, box.height / image.height
        return _Patch(
            box,
            image if across == down == 1 else image.resize(across, vscale=down, kernel="linear"),
            sure=min(1.0, face.score) * min(1.0, where.cover / 0.6),
            skin_pixels=float(where.mask.sum()) / scale**2,
            texture_kept=kept,
            calmer=calm,
        )

    def _change(self, colours: Floats, face_width: float) -> Floats:
        """What takes the middle frequencies away, rows × columns × 3."""
        pores = cv2.GaussianBlur(colours, (0, 0), max(0.8, face_width * _PORE))
        base = calmed(pores, max(2, round(face_width * _BLOTCH)))
        return np.clip((base - pores) * np.float32(self.strength), -_LIMIT, _LIMIT)


def _small(picture: Picture, box: Box, scale: float) -> Floats:
    """A part of the picture at a scale: colours, float32 0..1."""
    part = picture.image.crop(box.left, box.top, box.width, box.height).extract_band(0, n=3)
    part = part.resize(scale) if scale < 1 else part
    most = 65535 if picture.depth == 16 else 255
    return part.numpy().astype(np.float32) / np.float32(most)


def _added(colours: Floats, box: Box, patches: Sequence[_Patch]) -> Floats | None:
    """The colours with what each patch adds; where two meet, the stronger of both."""
    change = np.zeros_like(colours)
    for patch in patches:
        both = box.within(patch.box)
        if both.empty:
            continue
        left, top = both.left - patch.box.left, both.top - patch.box.top
        part = patch.change.crop(left, top, both.width, both.height).numpy()
        held = change[both.inside(box)]
        held[:] = np.where(np.abs(part) > np.abs(held), part, held)
    return colours + change if change.any() else None


def _sum(patches: Sequence[_Patch], name: str) -> float:
    return float(sum(getattr(patch, name) for patch in patches))
