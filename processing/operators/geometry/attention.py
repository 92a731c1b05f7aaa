"""Where to crop: the box that keeps most of what matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pydantic import JsonValue

from processing.operators.context import Face, Networks
from processing.operators.geometry.frames import Box, placed
from processing.operators.geometry.saliency import saliency
from processing.operators.picture import Floats, Picture, Point, Unfit

_SURE = 0.5  # a face's score from which on it counts
_HAIR, _CHEEKS, _NECK = 0.4, 0.25, 0.25  # of a face's box: what belongs to a head around it
_FACES, _EYES, _MIDDLE = 2.0, 0.3, 0.1  # weights beside the share of saliency that is kept
_HEIGHT_OF_EYES = 0.4  # of the crop, from above: where portraits have their faces
# Share of saliency kept → how often at least 85 % of the subject was (docs/decisions/0019).
_KEPT, _RIGHT = (0.4, 0.7, 0.8, 0.9, 1.0), (0.1, 0.3, 0.6, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Choice:
    """A box, why it was chosen, and how sure that is (None: a person said so)."""

    box: Box
    measures: Mapping[str, JsonValue] = field(default_factory=dict)
    confidence: float | None = None


def faces_of(picture: Picture, networks: Networks) -> tuple[Sequence[Face], str]:
    """Faces that are sure enough, and why they could not be looked for."""
    try:
        found = networks.faces(picture.proxy().rgb8())
    except Unfit as refusal:
        return [], str(refusal)
    return [face for face in found if face.score >= _SURE], ""


def by_focus(size: tuple[int, int], whole: Box, focus: Point) -> Choice:
    """Around a point, in pixels."""
    share = focus[0] / whole.width, focus[1] / whole.height
    told: dict[str, JsonValue] = {
        "by": "focus",
        "focus_x_share": round(share[0], 4),
        "focus_y_share": round(share[1], 4),
    }
    return Choice(placed(*size, whole, None, focus), told)


def by_looking(
    picture: Picture, size: tuple[int, int], faces: Sequence[Face], missing: str
) -> Choice:
    """Around faces, and what stands out: a crop moves along one side only, so all are tried."""
    shown = saliency(picture)
    across = size[0] < picture.width
    whole, kept_px = (picture.width, size[0]) if across else (picture.height, size[1])
    starts = np.arange(whole - kept_px + 1)
    kept = _kept(shown.sum(axis=0 if across else 1), starts, whole, kept_px)
    heads = [_head(face, across) for face in faces]
    score = kept - _MIDDLE * np.linspace(-1, 1, len(starts)) ** 2
    if heads:
        score = score + _FACES * _heads_kept(heads, starts / whole, kept_px / whole)
        if not across:
            score = score - _EYES * _off_eyes(faces[0], starts / whole, kept_px / whole)
    at = int(score.argmax())
    box = Box(at, 0, *size) if across else Box(0, at, *size)
    told: dict[str, JsonValue] = {
        "by": "faces" if heads else "saliency",
        "saliency_kept_share": round(float(kept[at]), 4),
        "faces": len(heads),
    }
    sure = float(np.interp(kept[at], _KEPT, _RIGHT))
    if heads:
        share = float(_heads_kept(heads, np.array([at / whole]), kept_px / whole)[0])
        told["faces_kept_share"] = round(share, 4)
        sure = min(0.95, share * max(face.score for face in faces))
    if missing:
        told["no_faces_because"] = missing
    return Choice(box, told, round(sure, 3))


def _kept(along: Floats, starts: np.ndarray, whole: int, length: int) -> np.ndarray:
    """How much of a profile lies within each box."""
    summed = np.append(0.0, np.cumsum(along, dtype=np.float64))
    edges = np.linspace(0, whole, len(summed))
    return np.interp(starts + length, edges, summed) - np.interp(starts, edges, summed)


def _head(face: Face, across: bool) -> tuple[float, float, float]:
    """Where a head begins and ends along a side, as shares, and how much it weighs."""
    weight = face.score * (face.width * face.height) ** 0.5
    if across:
        room = face.width * _CHEEKS
        return face.left - room, face.left + face.width + room, weight
    return (
        face.top - face.height * _HAIR,
        face.top + face.height * (1 + _NECK),
        weight,
    )


def _heads_kept(
    heads: Sequence[tuple[float, float, float]], starts: np.ndarray, length: float
) -> np.ndarray:
    """The weighed share of heads within each box."""
    total = sum(weight for _, _, weight in heads)
    kept = np.zeros(len(starts))
    for first, last, weight in heads:
        first, last = max(first, 0.0), min(last, 1.0)
        inside = np.minimum(last, starts + length) - np.maximum(first, starts)
        kept += weight / total * np.clip(inside / max(last - first, 1e-6), 0.0, 1.0)
    return kept


def _off_eyes(face: Face, starts: np.ndarray, length: float) -> np.ndarray:
    """How far the first face is from where portraits have it, squared, in shares of the box."""
    return ((face.top + face.height / 2 - starts) / length - _HEIGHT_OF_EYES) ** 2
