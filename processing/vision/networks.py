"""The networks that operators may ask (operators.context.Networks), out of a folder of weights."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing import weights
from processing.operators.context import Face, Mask
from processing.operators.picture import Unfit
from processing.vision import confidence, looking, matting
from processing.vision.enlarging import Enlarger
from processing.vision.faces import FaceFinder
from processing.vision.saliency import KINDS, Saliency

MASK, FACES, ENLARGER = "u2netp", "centerface", "realesr-animevideov3"


class LocalNetworks:
    """Loads a network when it is first asked and keeps it; threads share it.

    Nothing is fetched here. The same pixels give the same answer.
    """

    names = (MASK, FACES, ENLARGER)

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir
        self._loaded: dict[str, Any] = {}
        self._lock = threading.Lock()

    def mask(self, rgb: NDArray, network: str = "") -> Mask:
        """The subject of a picture (uint8, height × width × 3): alpha at its own size."""
        name = network or MASK
        kind = KINDS.get(name)
        if kind is None:
            raise Unfit(f"“{name}” finds no subjects: {', '.join(KINDS)} can.")
        saliency = self._kept(name, lambda files: Saliency(kind, files[kind.file]))
        guide = small(rgb, matting.GUIDE_EDGE)
        looks = looking.look(guide, saliency)
        found = matting.matte(guide, looks.coarse)
        signs = confidence.signs(guide, looks, found)
        return Mask(
            alpha=matting.at_full_size(rgb, found),
            confidence=confidence.confidence(signs),
            edge_quality=round(signs["edge"], 4),
            network=name,
        )

    def faces(self, rgb: NDArray) -> Sequence[Face]:
        """Faces of a picture (uint8, height × width × 3), the surest first."""
        return self._kept(FACES, lambda files: FaceFinder(files["centerface.onnx"]))(rgb)

    def enlarge(self, rgb: NDArray, factor: int) -> NDArray:
        """The picture (uint8, height × width × 3) 2 or 4 times as large."""

        def load(files: dict[str, Path]) -> Enlarger:
            return Enlarger(files["x4.param"], files["x4.bin"])

        return self._kept(ENLARGER, load)(rgb, factor)

    def _kept(self, name: str, load: Callable[[dict[str, Path]], Any]) -> Any:
        """The loaded network of that name. Raises Unfit where its weights are not here."""
        with self._lock:
            if name not in self._loaded:
                try:
                    self._loaded[name] = load(weights.paths(name, self._models_dir))
                except weights.WeightsError as error:
                    raise Unfit(
                        f"The network “{name}” is not here: run `manage.py models fetch {name}`."
                    ) from error
            return self._loaded[name]


def small(rgb: NDArray, longest_edge: int) -> NDArray:
    """A copy no longer than that on its longer side; itself where it is small enough."""
    scale = longest_edge / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    return cv2.resize(np.ascontiguousarray(rgb), (width, height), interpolation=cv2.INTER_AREA)
