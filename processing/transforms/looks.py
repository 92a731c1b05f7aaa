"""What was seen of a picture when its base was made: which quality it needs, and where to look.

A few hundred numbers beside the base, so that a request need neither search a quality nor look for
faces. Without them there are tables, and libvips' own attention.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processing.operators.context import Face
from processing.operators.crops import best_start

VERSION = 1
# Two classes of size: of a small picture other detail is left, and it is looked at closer.
SMALL_UP_TO = 500  # pixels of the longer side
SMALL, LARGE = "small", "large"


class Coding(NamedTuple):
    """How a picture is coded so that it looks right, in as few bytes as that takes."""

    quality: int
    full_chroma: bool = False
    lossless: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """``codings`` by type and class of size ("webp-small"); ``faces`` the surest first, without
    landmarks; ``shown`` is how much each part stands out: uint8, rows × columns over all of it.
    """

    codings: Mapping[str, Coding] = field(default_factory=dict)
    faces: tuple[Face, ...] = ()
    shown: NDArray[np.uint8] = field(default_factory=lambda: np.ones((1, 1), np.uint8))

    def coding(self, form: str, longest: int) -> Coding | None:
        """For a type and the longer side of what comes out, in pixels."""
        return self.codings.get(class_of(form, longest))

    def start(
        self, box: tuple[int, int, int, int], size: tuple[int, int], length: int, *, across: bool
    ) -> int:
        """Where a part of ``length`` pixels of ``box`` begins, along its width or its height.

        ``box`` (left, top, width, height) is in pixels of a picture of ``size``.
        """
        profile = self._within(box, size).sum(axis=0 if across else 1).astype(np.float32)
        faces = _inside(self.faces, box, size)
        whole = box[2] if across else box[3]
        along = profile / max(float(profile.sum()), 1.0)
        return best_start(along, faces, whole, length, across=across).at

    def _within(self, box: tuple[int, int, int, int], size: tuple[int, int]) -> NDArray:
        rows, columns = self.shown.shape
        left, right = _span(box[0], box[2], size[0], columns)
        top, bottom = _span(box[1], box[3], size[1], rows)
        return self.shown[top:bottom, left:right].astype(np.float64)

    def to_json(self) -> bytes:
        told = {
            "version": VERSION,
            "codings": {name: list(one) for name, one in self.codings.items()},
            "faces": [[*astuple(face)[:5]] for face in self.faces],
            "shape": list(self.shown.shape),
            "shown": base64.b64encode(self.shown.tobytes()).decode(),
        }
        return json.dumps(told).encode()


def from_json(data: bytes) -> Look | None:
    """What `to_json` wrote, of this version; None of an earlier one."""
    told = json.loads(data)
    if told.get("version") != VERSION:
        return None
    shown = np.frombuffer(base64.b64decode(told["shown"]), np.uint8).reshape(told["shape"])
    codings = {name: Coding(*one) for name, one in told["codings"].items()}
    return Look(codings, tuple(Face(*one) for one in told["faces"]), shown)


def class_of(form: str, longest: int) -> str:
    return f"{form}-{SMALL if longest <= SMALL_UP_TO else LARGE}"


def _span(start: int, length: int, of: int, cells: int) -> tuple[int, int]:
    first = min(cells - 1, start * cells // of)
    return first, max(first + 1, min(cells, -(-(start + length) * cells // of)))


def _inside(
    faces: tuple[Face, ...], box: tuple[int, int, int, int], size: tuple[int, int]
) -> list[Face]:
    """Faces whose middle lies in a box, in shares of the box."""
    across, down = size[0] / box[2], size[1] / box[3]
    moved = [
        Face(
            (face.left - box[0] / size[0]) * across,
            (face.top - box[1] / size[1]) * down,
            face.width * across,
            face.height * down,
            face.score,
        )
        for face in faces
    ]
    return [
        face
        for face in moved
        if 0 <= face.left + face.width / 2 <= 1 and 0 <= face.top + face.height / 2 <= 1
    ]
