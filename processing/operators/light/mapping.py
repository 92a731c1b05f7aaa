"""One colour to another, for whole pictures: quickly, exactly, and within bounded memory.

A picture of 8 bits has at most 16.7 million colours and mostly some hundred thousand, however many
pixels it has. So the work is done once for each colour that is there, and pixels are looked up:
exact, unlike a three-dimensional table with interpolation, and quicker from a few megapixels on
(docs/decisions/0020-colour-and-light.md has the figures).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.picture import Floats, Picture

Change = Callable[[Floats], Floats]

_FEW = 1 << 18  # pixels; below, tables do not pay
_AT_ONCE = 1 << 17  # colours
_STRIP_PIXELS = 1 << 21
_COLOURS = 1 << 24


def each_colour(picture: Picture, change: Change) -> Picture:
    """Every pixel's colour through ``change``; alpha stays.

    ``change`` takes rows of sRGB (n × 3, float32 0..1) and gives as many; what it gives for a
    colour must depend on that colour alone.
    """
    if picture.depth == 16 or picture.width * picture.height < _FEW:
        return picture.by_strips(lambda strip: change(strip.reshape(-1, 3)).reshape(strip.shape))
    source = picture.array()
    table = _table(source, change)
    result = np.empty_like(source)
    for rows in _strips(source):
        found = table[_keys(source[rows])].view(np.uint8).reshape(*source[rows].shape[:2], 4)
        if picture.has_alpha:
            found[:, :, 3] = source[rows][:, :, 3]
            result[rows] = found
        else:
            result[rows] = cv2.cvtColor(found, cv2.COLOR_RGBA2RGB)
    return picture.with_array(result)


def _table(source: NDArray, change: Change) -> NDArray[np.uint32]:
    """Colour, as a number of 24 bits, to changed colour, for those that the picture has."""
    there = np.zeros(_COLOURS, bool)
    for rows in _strips(source):
        there[_keys(source[rows])] = True
    keys = np.flatnonzero(there).astype("<u4")
    del there
    table = np.zeros(_COLOURS, "<u4")
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        colours = some.view(np.uint8).reshape(-1, 4)[:, :3].astype(np.float32) / np.float32(255)
        changed = np.zeros((len(some), 4), np.uint8)
        changed[:, :3] = np.rint(np.clip(change(colours), 0.0, 1.0) * np.float32(255))
        table[some] = changed.view("<u4").ravel()
    return table


def _keys(strip: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Red, green and blue as one number of 24 bits for each pixel."""
    strip = np.ascontiguousarray(strip)
    four = strip if strip.shape[2] == 4 else cv2.cvtColor(strip, cv2.COLOR_RGB2RGBA)
    return np.ascontiguousarray(four).view("<u4").ravel() & np.uint32(0xFFFFFF)


def _strips(source: NDArray) -> Iterator[slice]:
    rows = max(1, _STRIP_PIXELS // source.shape[1])
    return (slice(at, at + rows) for at in range(0, source.shape[0], rows))


def each_channel(picture: Picture, curves: Sequence[Change]) -> Picture:
    """Each channel's samples through a curve of its own (three of them), by tables; alpha stays.

    A curve takes samples as float32 0..1 and gives as many.
    """
    count = 65536 if picture.depth == 16 else 256
    steps = np.linspace(0.0, 1.0, count, dtype=np.float32)
    lines = [np.clip(curve(steps), 0.0, 1.0) for curve in curves]
    lines += [steps] * (picture.image.bands - len(lines))
    kind = np.uint16 if picture.depth == 16 else np.uint8
    table = np.rint(np.stack(lines, axis=1) * np.float32(count - 1)).astype(kind)
    looked_up = to_vips(np.ascontiguousarray(table[None]), "multiband")
    return picture.with_image(vips.in_memory(picture.image.maplut(looked_up)))
