"""Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2): AVIF and JPEG XL have them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from processing.metadata.containers.blocks import ContainerError

_TO_THE_END, _LARGE = 0, 1


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its name, its bytes with the header, and where in them its body begins."""

    name: bytes
    whole: bytes
    header: int

    @property
    def body(self) -> bytes:
        return self.whole[self.header :]


def boxes(data: bytes, what: str) -> Iterator[Box]:
    """The boxes that ``data`` is made of; ``what`` names the format in sentences.

    One that reaches to the end is given its length, so that others may stand behind it. Raises
    ContainerError where one does not end in ``data``.
    """
    offset = 0
    while offset < len(data):
        one = _read(data, offset)
        if one is None:
            raise ContainerError(f"This {what} file ends before its picture.")
        offset += len(one.whole)
        yield _with_length(one) if one.whole[:4] == b"\0\0\0\0" else one


def _read(data: bytes, offset: int) -> Box | None:
    if offset + 8 > len(data):
        return None
    length, name = struct.unpack_from(">I4s", data, offset)
    header = 8
    if length == _LARGE and offset + 16 <= len(data):
        (length,) = struct.unpack_from(">Q", data, offset + 8)
        header = 16
    if length == _TO_THE_END:
        length = len(data) - offset
    if length < header or offset + length > len(data):
        return None
    return Box(name, data[offset : offset + length], header)


def _with_length(one: Box) -> Box:
    whole = box(one.name, one.body)
    return Box(one.name, whole, len(whole) - len(one.body))


def box(name: bytes, body: bytes) -> bytes:
    """A box of this name, with the long form of its length where that is needed."""
    if len(body) + 8 < 2**32:
        return struct.pack(">I4s", len(body) + 8, name) + body
    return struct.pack(">I4sQ", _LARGE, name, len(body) + 16) + body
