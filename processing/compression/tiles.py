"""A sample of a picture at its own scale: tiles from all over it, laid side by side.

What a coder does to a picture depends on its finest detail, so a shrunk copy would be judged too
harshly and a single crop by chance. The sample keeps both scale and variety.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from processing import vips

EDGE = 128  # pixels; a multiple of every coder's block, so that blocks stay whole
_ALIGN = 16
MOST_PIXELS = 384 * 1024  # of the sample: what a search can afford to encode several times


def mosaic(image: vips.Image, most_pixels: int = MOST_PIXELS) -> NDArray[np.uint8]:
    """uint8, height × width × bands (1 to 4), of at most ``most_pixels``.

    The picture itself where it is small enough; else whole tiles at evenly spread places, in their
    order, in about the picture's own proportions. The same picture gives the same sample.
    """
    if image.width * image.height <= most_pixels:
        return _pixels(image)
    wide, high = min(EDGE, image.width), min(EDGE, image.height)
    across, down = _grid(image.width / wide, image.height / high, most_pixels // (wide * high))
    lefts, tops = _places(image.width - wide, across), _places(image.height - high, down)
    rows = [np.hstack([_pixels(image.crop(x, y, wide, high)) for x in lefts]) for y in tops]
    return np.ascontiguousarray(np.vstack(rows))


def _grid(columns: float, rows: float, most: int) -> tuple[int, int]:
    """How many tiles across and down: at most ``most`` of them, spread like the picture itself."""
    share = (most / (columns * rows)) ** 0.5
    across = max(1, min(int(columns), round(columns * share), most))
    return across, max(1, min(int(rows), most // across))


def _places(room: int, count: int) -> list[int]:
    """Evenly spread starts, on multiples of 16: where coders' own blocks begin."""
    if count == 1:
        return [room // 2 // _ALIGN * _ALIGN]
    return [round(index * room / (count - 1)) // _ALIGN * _ALIGN for index in range(count)]


def _pixels(image: vips.Image) -> NDArray[np.uint8]:
    if image.format == "ushort":
        image = (image / 257.0).rint().cast("uchar")
    pixels = image.numpy()
    return pixels if pixels.ndim == 3 else pixels[:, :, None]
