"""Where to crop: the box that keeps most of what matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pydantic import JsonValue

from processing.operators.context import Face, Networks
from processing.operators.crops import best_start
from processing.operators.geometry.frames import Box, placed
from processing.operators.geometry.saliency import saliency
from processing.operators.picture import Picture, Point, Unfit

_SURE = 0.5  # a face's score from which on it counts
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
    across = size[0] < picture.width
    whole, length = (picture.width, size[0]) if across else (picture.height, size[1])
    along = saliency(picture).sum(axis=0 if across else 1)
    start = best_start(along, faces, whole, length, across=across)
    box = Box(start.at, 0, *size) if across else Box(0, start.at, *size)
    told: dict[str, JsonValue] = {
        "by": "faces" if faces else "saliency",
        "saliency_kept_share": round(start.kept, 4),
        "faces": len(faces),
    }
    sure = float(np.interp(start.kept, _KEPT, _RIGHT))
    if faces:
        told["faces_kept_share"] = round(start.heads, 4)
        sure = min(0.95, start.heads * max(face.score for face in faces))
    if missing:
        told["no_faces_because"] = missing
    return Choice(box, told, round(sure, 3))
