"""A check of files that does to its process what the file says: what a decoder with a hole would.

Called in a cell, in place of `processing.decode.verify`, by the installation of `poisoned.py`.
"""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from processing import decode
from processing.decode import Header, Limits

MARK = b"POISON:"
KINDS = ("crash", "memory", "sleep", "spin", "leave", "abort")


def poisoned(data: bytes, kind: str) -> bytes:
    """A whole picture that does harm when it is checked."""
    return data + MARK + kind.encode()


def verify(path: Path | str, limits: Limits | None = None, *, first_frame: bool = True) -> Header:
    _, mark, kind = Path(path).read_bytes().rpartition(MARK)
    if mark:
        {
            b"crash": lambda: ctypes.string_at(1),
            b"memory": lambda: bytearray(64 * 1024**3),
            b"sleep": lambda: time.sleep(3_600),
            b"spin": _spin,
            b"leave": lambda: os._exit(0),
            b"abort": os.abort,
            b"slow": lambda: time.sleep(4),
        }[kind]()
    return decode.verify(path, limits, first_frame=first_frame)


def _spin() -> None:
    while True:
        pass
