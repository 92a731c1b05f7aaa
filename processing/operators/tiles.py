"""Work on a picture tile by tile, where a pixel's neighbours or its place matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats, Picture

TILE = 1024  # pixels; 12 MiB of floats for three bands: several fit into the processor's cache
_MOST = {8: np.float32(255.0), 16: np.float32(65535.0)}
_KINDS = {8: np.uint8, 16: np.uint16}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of whole pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def grown(self, by: int) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def within(self, other: Box) -> Box:
        """What both have in common; perhaps empty."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def inside(self, other: Box) -> tuple[slice, slice]:
        """Where this box lies in an array that holds ``other``: (rows, columns)."""
        return (
            slice(self.top - other.top, self.bottom - other.top),
            slice(self.left - other.left, self.right - other.left),
        )


def frame_of(picture: Picture) -> Box:
    """All of a picture."""
    return Box(0, 0, picture.width, picture.height)


def boxes(area: Box, tile: int = TILE) -> Iterator[Box]:
    """Tiles that cover an area, row by row."""
    for top in range(area.top, area.bottom, tile):
        for left in range(area.left, area.right, tile):
            yield Box(left, top, left + tile, top + tile).within(area)


def pixels_of(picture: Picture, box: Box) -> NDArray:
    """The samples of a box inside the picture, uint8 or uint16, rows × columns × bands."""
    return picture.image.crop(box.left, box.top, box.width, box.height).numpy()


def floats_of(picture: Picture, box: Box) -> Floats:
    """The samples of a box as float32, 0..1."""
    return pixels_of(picture, box).astype(np.float32) / _MOST[picture.depth]


def rounded(pixels: Floats, depth: int) -> NDArray:
    """0..1 to samples of 8 or 16 bits: clipped, to the nearest."""
    most = _MOST[depth]
    scaled = pixels * most
    np.rint(scaled, out=scaled)
    return np.clip(scaled, 0.0, most, out=scaled).astype(_KINDS[depth])


def by_tiles(
    picture: Picture,
    change: Callable[[Floats, Box], Floats | None],
    *,
    overlap: int = 0,
    area: Box | None = None,
) -> Picture:
    """Change the colours of an area (all of it by default) a tile at a time; alpha stays.

    ``change`` gets colours (rows × columns × 3, float32 0..1) of a box and that box, which is
    larger than its tile by ``overlap`` pixels wherever the picture goes on. It returns as many, or
    None where that tile stays as it is. Memory: the result, and a few tiles of floats.
    """
    frame = frame_of(picture)
    area = area.within(frame) if area else frame
    result = np.empty((picture.height, picture.width, picture.image.bands), _KINDS[picture.depth])
    for box in boxes(frame):
        result[box.inside(frame)] = pixels_of(picture, box)
        part = box.within(area)
        if not part.empty:
            _change(picture, result, part, change, overlap)
    return picture.with_array(result)


def _change(
    picture: Picture,
    result: NDArray,
    part: Box,
    change: Callable[[Floats, Box], Floats | None],
    overlap: int,
) -> None:
    frame = frame_of(picture)
    seen = part.grown(overlap).within(frame)
    changed = change(floats_of(picture, seen)[:, :, :3], seen)
    if changed is not None:
        rows, columns = part.inside(frame)
        result[rows, columns, :3] = rounded(changed[part.inside(seen)], picture.depth)


def made_of_tiles(width: int, height: int, depth: int, make: Callable[[Box], Floats]) -> Picture:
    """An opaque sRGB picture, its colours (rows × columns × 3, 0..1) made a tile at a time."""
    frame = Box(0, 0, width, height)
    result = np.empty((height, width, 3), _KINDS[depth])
    for box in boxes(frame):
        result[box.inside(frame)] = rounded(make(box), depth)
    return Picture.from_array(result)


def samples(picture: Picture, edge: int = 256, across: int = 4) -> list[Floats]:
    """Tiles at full size from an even grid, at most ``across`` each way: what noise and sharpness
    are measured on, since a proxy has lost both. Colours only, float32 0..1.
    """
    frame = frame_of(picture)
    lefts, tops = _starts(picture.width, edge, across), _starts(picture.height, edge, across)
    found = []
    for top in tops:
        for left in lefts:
            box = Box(left, top, left + edge, top + edge).within(frame)
            found.append(floats_of(picture, box)[:, :, :3])
    return found


def _starts(length: int, edge: int, most: int) -> list[int]:
    count = max(1, min(most, length // edge))
    room = max(0, length - edge)
    return [round(room * index / max(1, count - 1)) for index in range(count)]
