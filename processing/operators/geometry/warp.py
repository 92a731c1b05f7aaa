"""Pixels fetched from elsewhere: the resampling that rotation, perspective and lenses share.

A tile of the result at a time, from the piece of the source that it needs, so that nothing large
is held besides source and result. OpenCV's Lanczos filter with four lobes: there and back again it
loses 7 dB less than libvips' best (docs/decisions/0019-geometry.md has the figures).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.geometry.canvas import Samples
from processing.operators.picture import Floats, Picture, check_size

Coordinates = NDArray[np.floating]
Back = Callable[[Coordinates, Coordinates], tuple[Coordinates, Coordinates]]

_TILE = 512  # pixels, of the result
_REACH = 5  # pixels that the filter looks at on each side, and one more
_FAR = 16.0  # pixels: everything beyond the edge by so much is outside all the same


def warped(
    picture: Picture, width: int, height: int, back: Back, background: Samples | None = None
) -> NDArray:
    """Height × width × bands, of which every pixel comes from where ``back`` says.

    ``back`` takes coordinates of the result, in pixels from its upper left corner (the first
    pixel's centre is 0.5, 0.5), and returns those of the source. Beyond the source's edges there is
    ``background`` (with alpha in the result unless it is opaque, the edge smooth), or without one
    the edge goes on. Raises Unfit where the result would be too large.
    """
    check_size(width, height)
    most = 65535 if picture.depth == 16 else 255
    opaque = background is None and not picture.has_alpha
    bands = picture.image.bands
    if background is not None:
        bands = 3 if background[3] == most else 4
    made = np.empty((height, width, bands), np.uint16 if most > 255 else np.uint8)
    for left, top in _tiles(width, height):
        across = np.arange(left, min(left + _TILE, width)) + 0.5
        down = np.arange(top, min(top + _TILE, height)) + 0.5
        x, y = back(*np.meshgrid(across, down))
        x = np.clip(x - 0.5, -_FAR, picture.width - 1 + _FAR)
        y = np.clip(y - 0.5, -_FAR, picture.height - 1 + _FAR)
        fetch = _plain if opaque else _with_alpha
        pixels = fetch(picture, x, y)
        if background is not None:
            pixels = _laid(pixels, _covered(picture, x, y), np.array(background) / most)
        target = made[top : top + _TILE, left : left + _TILE]
        target[...] = pixels if opaque else _straight(pixels, bands, most)
    return made


def _tiles(width: int, height: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            yield left, top


def _piece(picture: Picture, x: Coordinates, y: Coordinates) -> tuple[NDArray, int, int]:
    """The pixels of the source that these coordinates need, and where the piece lies."""
    left, right = _span(x, picture.width)
    top, bottom = _span(y, picture.height)
    piece = picture.image.crop(left, top, right - left, bottom - top)
    return piece.numpy().reshape(bottom - top, right - left, piece.bands), left, top


def _span(along: Coordinates, length: int) -> tuple[int, int]:
    first = min(max(int(along.min()) - _REACH, 0), length - 1)
    return first, max(min(int(along.max()) + _REACH + 1, length), first + 1)


def _sampled(pixels: NDArray, x: Coordinates, y: Coordinates) -> NDArray:
    shown = cv2.remap(
        pixels,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return shown.reshape(*x.shape, pixels.shape[2])


def _plain(picture: Picture, x: Coordinates, y: Coordinates) -> NDArray:
    """Samples as they are coded, for what is opaque."""
    piece, left, top = _piece(picture, x, y)
    return _sampled(piece, x - left, y - top)


def _with_alpha(picture: Picture, x: Coordinates, y: Coordinates) -> Floats:
    """Premultiplied colours and alpha, 0..1, so that transparent colours do not bleed."""
    piece, left, top = _piece(picture, x, y)
    pixels = piece.astype(np.float32) / np.float32(65535 if picture.depth == 16 else 255)
    if not picture.has_alpha:
        pixels = np.dstack([pixels, np.ones(pixels.shape[:2], np.float32)])
    pixels[:, :, :3] *= pixels[:, :, 3:]
    return np.clip(_sampled(pixels, x - left, y - top), 0.0, 1.0)


def _covered(picture: Picture, x: Coordinates, y: Coordinates) -> Floats:
    """How much of each pixel lies on the source: its edge falls over the width of a pixel."""
    across = np.clip(x + 1.0, 0, 1) * np.clip(picture.width - x, 0, 1)
    down = np.clip(y + 1.0, 0, 1) * np.clip(picture.height - y, 0, 1)
    return (across * down).astype(np.float32)[:, :, None]


def _laid(pixels: Floats, covered: Floats, background: NDArray) -> Floats:
    """Over the background, where it is covered (Porter and Duff, 1984); premultiplied still."""
    above = pixels * covered
    below = np.append(background[:3] * background[3], background[3]).astype(np.float32)
    return above + (1 - above[:, :, 3:]) * below


def _straight(pixels: Floats, bands: int, most: int) -> NDArray:
    """Premultiplied 0..1 to samples with straight alpha, or without alpha."""
    alpha = pixels[:, :, 3:]
    colours = pixels[:, :, :3] / np.maximum(alpha, np.float32(1e-6))
    shown = np.concatenate([colours, alpha], axis=2)[:, :, :bands]
    return np.rint(np.clip(shown, 0.0, 1.0) * np.float32(most)).astype(
        np.uint16 if most > 255 else np.uint8
    )
