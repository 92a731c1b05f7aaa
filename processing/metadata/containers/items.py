"""Tables of a HEIF container: which items there are, where they lie, what refers to what."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from processing.metadata.containers.blocks import ContainerError
from processing.metadata.containers.boxed import boxes

_FULL = 4
_IN_FILE, _IN_IDAT = 0, 1
_SIZES = (0, 4, 8)


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its number, its type, its entry in the table of names, and its data."""

    number: int
    kind: bytes
    raw: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Table:
    """The boxes of ``meta`` by their names."""

    bodies: dict[bytes, bytes]

    def body(self, name: bytes) -> bytes:
        if name not in self.bodies:
            raise ContainerError("This AVIF file has no table of its items.")
        return self.bodies[name]


def names(table: Table) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, type and whole entry of each item (8.11.6; entries of version 2 and 3)."""
    body = table.body(b"iinf")
    start = _FULL + (2 if body[0] == 0 else 4)
    for one in boxes(body[start:], "AVIF"):
        version = one.body[0]
        if one.name != b"infe" or version not in (2, 3):
            raise ContainerError("This AVIF file names its items in an old way.")
        wide = version == 3
        (number,) = struct.unpack_from(">I" if wide else ">H", one.body, _FULL)
        at = _FULL + (4 if wide else 2) + 2
        yield number, one.body[at : at + 4], one.whole


def locations(table: Table, data: bytes) -> dict[int, bytes]:
    """Each item's data, its extents joined (8.11.3)."""
    return {number: _joined(spans, method, table, data) for number, method, spans in _spans(table)}


def _joined(spans: list[tuple[int, int]], method: int, table: Table, data: bytes) -> bytes:
    source = data if method == _IN_FILE else table.body(b"idat")
    if method not in (_IN_FILE, _IN_IDAT) or any(at + n > len(source) for at, n in spans):
        raise ContainerError("This AVIF file ends before its picture.")
    return b"".join(source[at : at + n] for at, n in spans)


def _spans(table: Table) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Number, construction method, and offset and length of the extents of each item."""
    read = _Reader(table.body(b"iloc"))
    version = read.number(1)
    read.number(3)
    sizes = read.number(2)
    wide = 4 if version == 2 else 2
    for _ in range(read.number(wide)):
        number = read.number(wide)
        method = read.number(2) & 0x0F if version else _IN_FILE
        read.number(2)  # the file that it lies in: 0 is this one
        base = read.number(sizes >> 4 & 0x0F)
        spans = []
        for _ in range(read.number(2)):
            read.number((sizes if version else 0) & 0x0F)
            offset = read.number(sizes >> 12)
            spans.append((base + offset, read.number(sizes >> 8 & 0x0F)))
        yield number, method, spans


class _Reader:
    """Reads one big-endian number after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, size: int) -> int:
        read = self._data[self._at : self._at + size]
        if len(read) < size:
            raise ContainerError("This AVIF file's tables are damaged.")
        self._at += size
        return int.from_bytes(read, "big")


def references(table: Table) -> Iterator[tuple[int, bytes]]:
    """The number that each reference comes from, and its box (8.11.12); none without the table."""
    body = table.bodies.get(b"iref", b"\0\0\0\0")
    for one in boxes(body[_FULL:], "AVIF"):
        yield int(struct.unpack_from(">H" if body[0] == 0 else ">I", one.body, 0)[0]), one.whole
