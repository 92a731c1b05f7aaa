"""Looking into ZIP archives without trusting them: names and sizes, never more than is asked for.

The central directory is read here (PKWARE APPNOTE.TXT 6.3, sections 4.3.12 and 4.3.16) and not
by `zipfile`, which makes an object for every entry that a file claims to have.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_ENTRIES = 5_000
_TAIL = 66_000  # the end record and the longest comment after it
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive, as the directory describes it; sizes in bytes."""

    name: str
    packed: int
    size: int
    method: int
    offset: int


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive's first `MOST_ENTRIES` entries, and how many it says that it has."""

    entries: tuple[Entry, ...]
    count: int

    def find(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)


def look(path: Path | str) -> Archive | None:
    """Read an archive's directory; None where there is none that can be read."""
    with open(path, "rb") as file:
        end = _end_record(file)
        if end is None:
            return None
        count, size, offset = struct.unpack_from("<HII", end, 10)
        entries = tuple(_entries(file, offset, min(size, 64 * 1024**2)))
    return Archive(entries, max(count, len(entries))) if entries or count == 0 else None


def _end_record(file: BinaryIO) -> bytes | None:
    length = file.seek(0, 2)
    file.seek(max(0, length - _TAIL))
    tail = file.read()
    at = tail.rfind(_END)
    return tail[at : at + 22] if 0 <= at <= len(tail) - 22 else None


def _entries(file: BinaryIO, offset: int, size: int) -> Iterator[Entry]:
    end = offset + size
    for _ in range(MOST_ENTRIES):
        file.seek(offset)
        fixed = file.read(46)
        if offset >= end or len(fixed) < 46 or fixed[:4] != _ENTRY:
            return
        flags, method = struct.unpack_from("<HH", fixed, 8)
        packed, plain = struct.unpack_from("<II", fixed, 20)
        name, extra, comment = struct.unpack_from("<HHH", fixed, 28)
        (local,) = struct.unpack_from("<I", fixed, 42)
        text = file.read(name).decode("utf-8" if flags & 0x800 else "cp437", errors="replace")
        yield Entry(text, packed, plain, method, local)
        offset += 46 + name + extra + comment


def unpack(path: Path | str, entry: Entry, most: int) -> bytes:
    """Return up to ``most`` bytes of an entry; empty where it cannot be read.

    No more is unpacked than is returned, however large the entry turns out to be.
    """
    with open(path, "rb") as file:
        file.seek(entry.offset)
        local = file.read(30)
        if len(local) < 30 or local[:4] != _LOCAL:
            return b""
        name, extra = struct.unpack_from("<HH", local, 26)
        file.seek(entry.offset + 30 + name + extra)
        if entry.method == _STORED:
            return file.read(min(most, entry.packed))
        if entry.method != _DEFLATED:
            return b""
        return _inflate(file, entry.packed, most)


def _inflate(file: BinaryIO, packed: int, most: int) -> bytes:
    unpacker, out = zlib.decompressobj(-zlib.MAX_WBITS), b""
    while packed > 0 and len(out) < most and not unpacker.eof:
        chunk = file.read(min(packed, 65_536))
        if not chunk:
            break
        packed -= len(chunk)
        try:
            out += unpacker.decompress(chunk, most - len(out))
        except zlib.error:
            break
    return out
