"""Networks that find the subject: a picture to a coarse map, at the size that they work at.

U²-Net (Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection",
Pattern Recognition 106, 2020) looks at 320 × 320 pixels, whatever the picture's proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.encoders.runtime import open_session

Floats = NDArray[Any]  # of float32; what OpenCV returns says less


@dataclass(frozen=True)
class Kind:
    """How a network of the manifest wants its pixels: RGB of 0..1, less mean, by deviation."""

    file: str
    edge: int
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]


# The mean and deviation of ImageNet's pixels, with which U²-Net was trained.
KINDS = {"u2netp": Kind("u2netp.onnx", 320, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))}


class Saliency:
    """One loaded network; calls may come from several threads at once."""

    def __init__(self, kind: Kind, path: Path) -> None:
        self.kind = kind
        self._session: Any = open_session(path)
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name

    def __call__(self, rgb: NDArray[np.uint8]) -> Floats:
        """The chance (0..1) of each of ``edge`` × ``edge`` cells of the picture to be subject."""
        edge = self.kind.edge
        small = cv2.resize(rgb, (edge, edge), interpolation=cv2.INTER_AREA).astype(np.float32)
        small /= max(float(small.max()), 1.0)
        mean, deviation = np.array([self.kind.mean, self.kind.deviation], np.float32)
        ready = (small - mean) / deviation
        given = {self._input: np.ascontiguousarray(ready.transpose(2, 0, 1)[None])}
        found = self._session.run([self._output], given)[0]
        return np.clip(found[0, 0], 0.0, 1.0)
