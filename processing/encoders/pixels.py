"""Pictures into the arrays that networks take. Pillow and numpy only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from processing.encoders.base import Matrix


def as_rgb(picture: Image.Image) -> Image.Image:
    """``picture`` as RGB; transparency is laid on white, as a page would show it."""
    if picture.mode == "RGB":
        return picture
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        page = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(page, layered).convert("RGB")
    if picture.mode.startswith("I") or picture.mode == "F":
        return _grey_from_deep(picture).convert("RGB")
    return picture.convert("RGB")


def _grey_from_deep(picture: Image.Image) -> Image.Image:
    # Pillow clips 16-bit and float pictures at 255 when it converts them: scale instead.
    deep = np.asarray(picture, dtype=np.float32)
    top = 65535.0 if deep.max(initial=0.0) > 255.0 else 255.0
    return Image.fromarray((np.clip(deep / top, 0.0, 1.0) * 255.0).astype(np.uint8))


def shorter_side_to(
    picture: Image.Image, side: int, resample: Image.Resampling = Image.Resampling.BICUBIC
) -> Image.Image:
    """``picture`` resized, keeping its shape, so that its shorter side is ``side`` pixels."""
    width, height = picture.size
    scale = side / min(width, height)
    size = (max(side, round(width * scale)), max(side, round(height * scale)))
    if size == picture.size:
        return picture
    return picture.resize(size, resample, reducing_gap=3.0)


def crops_along(picture: Image.Image, side: int, positions: Iterable[float]) -> list[Image.Image]:
    """Square crops of ``side`` pixels at ``positions`` (0 = left/top, 1 = right/bottom).

    The position runs along the longer side; across it the crop is centred.
    """
    width, height = picture.size
    spare_x, spare_y = width - side, height - side
    crops = []
    for position in positions:
        left = round(spare_x * (position if width >= height else 0.5))
        top = round(spare_y * (position if height > width else 0.5))
        crops.append(picture.crop((left, top, left + side, top + side)))
    return crops


def to_batch(squares: Sequence[Image.Image], mean: Sequence[float], std: Sequence[float]) -> Matrix:
    """Equal-sized RGB squares as float32 (n, 3, side, side), (value/255 − mean) / std."""
    stacked = np.stack([np.asarray(square, dtype=np.float32) for square in squares])
    scale = 1.0 / (255.0 * np.asarray(std, dtype=np.float32))
    shift = np.asarray(mean, dtype=np.float32) / np.asarray(std, dtype=np.float32)
    return np.ascontiguousarray((stacked * scale - shift).transpose(0, 3, 1, 2))
