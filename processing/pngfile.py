"""The checks of a PNG's structure that its decoders leave out.

libvips stops reading a PNG at its last row, so a file cut in its trailing part passes. A PNG is
whole only if its chunks follow one another to ``IEND`` (ISO/IEC 15948:2004, 5.3 and 5.6). And each
chunk costs its readers time whatever is in it: a million empty ones, some megabytes, cost seconds.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from processing.errors import InputError
from processing.vips import INCOMPLETE

# Pixels come in chunks of 8 KiB from most encoders, so that large files may have many chunks; other
# chunks are few. libpng keeps a thousand of those that it does not know.
MOST_OTHERS = 1_000
MOST_PIXEL_CHUNKS, BYTES_EACH = 4_096, 512  # so many, and one more for each so many bytes
PIXELS = frozenset({b"IDAT", b"fdAT", b"fcTL"})  # the last two: frames of animations
TOO_MANY = "This PNG is cut into too many pieces to be read: save it anew."


def check_chunks(path: Path | str) -> None:
    """Walk the chunk headers of a PNG to ``IEND``.

    Raises InputError when the file ends before it, and when there are more chunks than any
    encoder writes, in milliseconds.
    """
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        for kind, end in _bounded(_chunks(file.fileno(), size), size):
            if kind == b"IEND" and end <= size:
                return
    raise InputError(INCOMPLETE, detail=f"no IEND chunk within {size} bytes")


def refuse_splinters(path: Path | str) -> None:
    """Raise InputError for a PNG of too many chunks. One that is cut short passes."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        for kind, _ in _bounded(_chunks(file.fileno(), size), size):
            if kind == b"IEND":
                return


def _chunks(descriptor: int, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield each chunk's type and where it ends, as far as there are whole headers."""
    offset = 8
    while offset + 12 <= size:
        length, kind = struct.unpack(">I4s", os.pread(descriptor, 8, offset))
        offset += 12 + length
        yield kind, offset


def _bounded(chunks: Iterator[tuple[bytes, int]], size: int) -> Iterator[tuple[bytes, int]]:
    pixels = others = 0
    for chunk in chunks:
        pixels += chunk[0] in PIXELS
        others += chunk[0] not in PIXELS
        if others > MOST_OTHERS or pixels > MOST_PIXEL_CHUNKS + size // BYTES_EACH:
            raise InputError(TOO_MANY, detail=f"{pixels} of pixels, {others} others")
        yield chunk
