"""Faces with CenterFace.

Xu, Yan, Yang, Wu and Zhang, "CenterFace: Joint Face Detection and Alignment Using Face as Point",
arXiv:1911.03599, 2019: a map of a quarter of the picture's size that has a peak in the middle of
each face, and beside it how large the face is and where eyes, nose and mouth lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.encoders.runtime import open_session
from processing.operators.context import Face

LONGEST_EDGE = 960  # pixels at which faces are looked for: down to about 1 % of the longer side
_STRIDE = 4  # pixels a cell of the maps
_MULTIPLE = 32  # the network halves its picture five times
_SURE_ENOUGH = 0.5
_SAME = 0.3  # intersection over union above which two boxes are one face
_MOST = 200
_OUTPUTS = ("537", "538", "539", "540")  # peaks, sizes, offsets, landmarks

Floats = NDArray[Any]  # of float32; what OpenCV returns says less


class FaceFinder:
    """The loaded network; calls may come from several threads at once."""

    def __init__(self, path: Path) -> None:
        self._session: Any = open_session(_of_any_size(path))

    def __call__(self, rgb: NDArray[np.uint8]) -> Sequence[Face]:
        """Faces in a picture (uint8, height × width × 3), the surest first; at most 200."""
        given, width, height = _ready(rgb)
        peaks, sizes, offsets, marks = self._session.run(list(_OUTPUTS), {"input.1": given})
        rows, columns = np.nonzero(peaks[0, 0] > _SURE_ENOUGH)
        cells = (slice(None), rows, columns)
        boxes = _boxes(rows, columns, sizes[0][cells].T, offsets[0][cells].T)
        scores = peaks[0, 0, rows, columns]
        points = _points(boxes, marks[0][cells].T)
        kept = apart(boxes, scores)[:_MOST]
        scale = np.array([width, height], np.float32)
        return [_face(boxes[one], points[one], float(scores[one]), scale) for one in kept]


def apart(boxes: Floats, scores: Floats) -> list[int]:
    """Which boxes (left, top, right, bottom) stay, the surest first: one of those that overlap."""
    left = sorted(range(len(scores)), key=lambda one: (-float(scores[one]), one))
    kept: list[int] = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [one for one in left if _overlap(boxes[best], boxes[one]) < _SAME]
    return kept


def _overlap(one: Floats, other: Floats) -> float:
    shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = float(np.prod(np.maximum(shared, 0)))
    union = float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - both
    return both / union if union > 0 else 0.0


def _boxes(rows: NDArray, columns: NDArray, sizes: Floats, offsets: Floats) -> Floats:
    """Left, top, right, bottom in the network's pixels; sizes and offsets are (down, across)."""
    extent = np.exp(sizes[:, ::-1]) * _STRIDE
    middle = (np.stack([columns, rows], axis=1) + offsets[:, ::-1] + 0.5) * _STRIDE
    return np.concatenate([middle - extent / 2, middle + extent / 2], axis=1).astype(np.float32)


def _points(boxes: Floats, marks: Floats) -> Floats:
    """Landmarks in pixels, faces × 5 × (x, y): the network gives (y, x) as shares of the box."""
    shares = marks.reshape(-1, 5, 2)[:, :, ::-1]
    return boxes[:, None, :2] + shares * (boxes[:, None, 2:] - boxes[:, None, :2])


def _face(box: Floats, points: Floats, score: float, scale: Floats) -> Face:
    start, end = np.clip(box[:2] / scale, 0, 1), np.clip(box[2:] / scale, 0, 1)
    left, top, width, height = (round(float(one), 5) for one in (*start, *(end - start)))
    marks = tuple((round(float(x), 5), round(float(y), 5)) for x, y in points / scale)
    return Face(left, top, width, height, round(min(score, 1.0), 4), marks)


def _ready(rgb: NDArray[np.uint8]) -> tuple[Floats, int, int]:
    """The picture for the network, and its size there without what was added below and right."""
    scale = min(1.0, LONGEST_EDGE / max(rgb.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    down, across = -height % _MULTIPLE, -width % _MULTIPLE
    whole = cv2.copyMakeBorder(small, 0, down, 0, across, cv2.BORDER_CONSTANT)
    return np.ascontiguousarray(whole.transpose(2, 0, 1)[None], dtype=np.float32), width, height


def _of_any_size(path: Path) -> bytes:
    """The network with open sizes: its file says ten pictures of 32 × 32 pixels."""
    import onnx

    model = onnx.load(str(path))
    for value in (model.graph.input[0], *model.graph.output):
        for place in (0, 2, 3):
            value.type.tensor_type.shape.dim[place].dim_param = f"{value.name}_{place}"
    return model.SerializeToString()
