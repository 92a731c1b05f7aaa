"""Super-resolution tile by tile, so that memory stays bounded and no seam shows.

Real-ESRGAN (Wang, Xie, Dong and Shan, "Real-ESRGAN: Training Real-World Blind Super-Resolution with
Pure Synthetic Data", ICCV Workshops 2021), run by ncnn. A tile is looked at with so much of its
surroundings that its own pixels come out as they would from the whole picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.encoders.runtime import threads
from processing.operators.picture import Unfit

SCALE = 4  # what the networks make
FACTORS = (2, 4)
TILE = 192  # pixels of the input
# Around it: the compact network has 18 convolutions of 3 × 3, so it sees 18 pixels far.
MARGIN = 20
MOST_PIXELS = 200_000_000  # of the result: 600 MB of memory

Pixels = NDArray[Any]  # of uint8


class Enlarger:
    """The loaded network. It is asked by one thread at a time: ncnn takes the cores it may."""

    def __init__(self, param: Path, weights: Path) -> None:
        import ncnn

        self._ncnn = ncnn
        self._net = ncnn.Net()
        self._net.opt.use_vulkan_compute = False
        self._net.opt.num_threads = threads()
        if self._net.load_param(str(param)) or self._net.load_model(str(weights)):
            raise Unfit("The network that enlarges cannot be read: fetch it again.")
        self._lock = threading.Lock()

    def __call__(self, rgb: Pixels, factor: int) -> Pixels:
        """A picture (uint8, height × width × 3) 2 or 4 times as large. Raises Unfit."""
        if factor not in FACTORS:
            raise Unfit(f"The network enlarges 2 or 4 times, not {factor} times.")
        if rgb.shape[0] * rgb.shape[1] * factor**2 > MOST_PIXELS:
            raise Unfit("The result would have more than 200 megapixels: enlarge by less.")
        return tiled(rgb, factor, self._tile)

    def _tile(self, tile: Pixels) -> Pixels:
        given = np.ascontiguousarray(tile.transpose(2, 0, 1), dtype=np.float32) / np.float32(255)
        with self._lock:
            # A Mat made of an array borrows its memory: the copy is its own.
            asked = self._net.create_extractor()
            asked.input("data", self._ncnn.Mat(given).clone())
            failed, found = asked.extract("output")
            if failed:
                raise Unfit(
                    "The network that enlarges gave no picture: there was no memory for it."
                )
            made = np.array(found).transpose(1, 2, 0)
        return np.rint(np.clip(made, 0, 1) * 255).astype(np.uint8)


def tiled(rgb: Pixels, factor: int, enlarge: Callable[[Pixels], Pixels]) -> Pixels:
    """Enlarge by ``enlarge`` (4 times) a tile at a time: ``factor`` times as large in the end."""
    height, width = rgb.shape[:2]
    made = np.empty((height * factor, width * factor, 3), np.uint8)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            piece = enlarge(_with_surroundings(rgb, top, left, bottom, right))
            wanted = ((right - left + 2 * MARGIN) * factor, (bottom - top + 2 * MARGIN) * factor)
            if factor != SCALE:
                piece = cv2.resize(piece, wanted, interpolation=cv2.INTER_AREA)
            edge = MARGIN * factor
            made[top * factor : bottom * factor, left * factor : right * factor] = piece[
                edge:-edge, edge:-edge
            ]
    return made


def _with_surroundings(rgb: Pixels, top: int, left: int, bottom: int, right: int) -> Pixels:
    """A part of a picture with a margin; beyond the picture's edge its last pixels go on."""
    rows = np.clip(np.arange(top - MARGIN, bottom + MARGIN), 0, rgb.shape[0] - 1)
    columns = np.clip(np.arange(left - MARGIN, right + MARGIN), 0, rgb.shape[1] - 1)
    return np.ascontiguousarray(rgb[rows[0] : rows[-1] + 1][rows - rows[0]][:, columns])
