"""The outermost boxes of ISO base media files (ISO/IEC 14496-12, 4.2): is the file all there?"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from processing.errors import InputError
from processing.vips import INCOMPLETE

_MOST = 10_000


class Box(NamedTuple):
    """A box: its type, and where its content lies in the file."""

    kind: bytes
    start: int
    length: int


def boxes(path: Path | str) -> Iterator[Box]:
    """The outermost boxes in order. Raises InputError where one goes beyond the file's end."""
    end = os.path.getsize(path)
    with open(path, "rb") as file:
        offset = 0
        for _ in range(_MOST):
            if offset >= end:
                return
            file.seek(offset)
            head = file.read(16)
            if len(head) < 8:
                break
            size, kind = struct.unpack(">I4s", head[:8])
            start = offset + 8
            if size == 1 and len(head) == 16:
                (size,) = struct.unpack(">Q", head[8:])
                start += 8
            size = end - offset if size == 0 else size
            if size < start - offset or offset + size > end:
                break
            yield Box(kind, start, offset + size - start)
            offset += size
    raise InputError(INCOMPLETE)


def check(path: Path | str) -> None:
    """Walk all boxes. Raises InputError for a file that is cut."""
    for _ in boxes(path):
        pass
