"""GIF (CompuServe, GIF89a, 1990): libvips shows the first frame; here the frames are counted."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from processing.errors import InputError
from processing.vips import INCOMPLETE

MOST_FRAMES = 1_000_000
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B


def count_frames(path: Path | str) -> int:
    """Walk the blocks of a file to its end and count its pictures. Raises InputError if cut."""
    with open(path, "rb") as file:
        head = file.read(13)
        if len(head) < 13:
            raise InputError(INCOMPLETE)
        file.seek(_table(head[10]), 1)
        frames = 0
        while (block := _byte(file)) != _TRAILER:
            if block == _IMAGE:
                frames += 1
                flags = file.read(9)[8:]
                file.seek(_table(flags[0] if flags else 0) + 1, 1)
            elif block == _EXTENSION:
                file.seek(1, 1)
            else:
                raise InputError(INCOMPLETE, detail=f"GIF block {block:#x} at {file.tell()}")
            if frames > MOST_FRAMES:
                raise InputError(f"It has more than {MOST_FRAMES:,} frames.")
            _skip(file)
    return max(1, frames)


def _table(flags: int) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _byte(file: BinaryIO) -> int:
    data = file.read(1)
    if not data:
        raise InputError(INCOMPLETE)
    return data[0]


def _skip(file: BinaryIO) -> None:
    """Pass by the data blocks that follow, to the empty one that ends them."""
    while length := _byte(file):
        file.seek(length, 1)
