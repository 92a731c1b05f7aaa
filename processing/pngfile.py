"""The one check of a PNG's structure that its decoders leave out.

libvips stops reading a PNG at its last row, so a file cut in its trailing part passes. A PNG is
whole only if its chunks follow one another to ``IEND`` (ISO/IEC 15948:2004, 5.3 and 5.6).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from processing.errors import InputError
from processing.vips import INCOMPLETE


def check_chunks(path: Path | str) -> None:
    """Walk the chunk headers of a PNG. Raises InputError when the file ends before ``IEND``."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        offset = 8
        while offset + 12 <= size:
            file.seek(offset)
            length, kind = struct.unpack(">I4s", file.read(8))
            offset += 12 + length
            if kind == b"IEND" and offset <= size:
                return
    raise InputError(INCOMPLETE, detail=f"no IEND chunk within {size} bytes")
