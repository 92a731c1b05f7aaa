"""AVIF: items of the HEIF container (ISO/IEC 23008-12; ISO/IEC 14496-12, 8.11).

The picture's own items are taken over as they are; the tables that say which items there are and
where they lie are written anew, and behind them all items' data.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from processing.metadata.containers.blocks import Blocks, ContainerError
from processing.metadata.containers.boxed import Box, box, boxes
from processing.metadata.containers.items import Item, Table, locations, names, references

_FULL = 4  # bytes of version and flags before the body of a full box
_METADATA = (b"Exif", b"mime", b"uri ")
_XMP_TYPE = b"application/rdf+xml"
_HIDDEN = 1  # flag of an item that is not to be shown by itself
_TABLES = (b"iloc", b"iinf", b"iref", b"idat")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A file taken apart: what stands before ``meta``, the boxes in it, and its items."""

    before: bytes
    inside: list[Box]
    items: list[Item]
    refers: list[tuple[int, bytes]]
    primary: int


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had. Raises ContainerError."""
    try:
        return _put_together(_with(_taken_apart(data), blocks))
    except (struct.error, IndexError) as error:
        raise ContainerError("This AVIF file's tables are damaged.") from error


def _with(parts: _Parts, blocks: Blocks) -> _Parts:
    """The parts with these items of metadata in place of theirs."""
    kept = [item for item in parts.items if item.kind not in _METADATA]
    known = {item.number for item in kept}
    refers = [(number, raw) for number, raw in parts.refers if number in known]
    for item in _added(blocks, max(known) + 1):
        kept.append(item)
        refers.append((item.number, _describes(item.number, parts.primary)))
    return replace(parts, items=kept, refers=refers)


def _taken_apart(data: bytes) -> _Parts:
    if data[4:8] != b"ftyp" or b"avif" not in data[8:64]:
        raise ContainerError("This is not an AVIF file.")
    top = list(boxes(data, "AVIF"))
    meta = next((one for one in top if one.name == b"meta"), None)
    if meta is None:
        raise ContainerError("This AVIF file has no picture.")
    inside = list(boxes(meta.body[_FULL:], "AVIF"))
    table = Table({one.name: one.body for one in inside})
    items = [
        Item(number, kind, raw, locations(table, data).get(number, b""))
        for number, kind, raw in names(table)
    ]
    primary = _primary(table)
    if primary not in {item.number for item in items if item.data}:
        raise ContainerError("This AVIF file has no picture.")
    return _Parts(top[0].whole, inside, items, list(references(table)), primary)


def _primary(table: Table) -> int:
    body = table.body(b"pitm")
    return int(struct.unpack_from(">H" if body[0] == 0 else ">I", body, _FULL)[0])


def _added(blocks: Blocks, number: int) -> Iterator[Item]:
    if blocks.exif:
        yield Item(number, b"Exif", _entry(number, b"Exif", b""), b"\0\0\0\0" + blocks.exif)
        number += 1
    if blocks.xmp:
        raw = _entry(number, b"mime", _XMP_TYPE + b"\0")
        yield Item(number, b"mime", raw, blocks.xmp)


def _entry(number: int, kind: bytes, more: bytes) -> bytes:
    head = struct.pack(">IHH4s", 2 << 24 | _HIDDEN, number, 0, kind)
    return box(b"infe", head + b"\0" + more)


def _describes(number: int, primary: int) -> bytes:
    """An item's reference to the picture that it describes (ISO/IEC 23008-12, 6.7)."""
    return box(b"cdsc", struct.pack(">HHH", number, 1, primary))


def _put_together(parts: _Parts) -> bytes:
    """The file, whose data begin where the tables end: the tables' length is known before."""
    length = len(parts.before) + len(_meta(parts, 0))
    return b"".join(
        [
            parts.before,
            _meta(parts, length + 8),
            box(b"mdat", b"".join(item.data for item in parts.items)),
        ]
    )


def _meta(parts: _Parts, start: int) -> bytes:
    written = {
        b"iloc": _iloc(parts.items, start),
        b"iinf": _iinf(parts.items),
        b"iref": _iref(parts.refers),
    }
    made = [
        written.pop(one.name, one.whole) if one.name in _TABLES else one.whole
        for one in parts.inside
        if one.name != b"idat"
    ]
    return box(b"meta", b"\0\0\0\0" + b"".join([*made, *written.values()]))


def _iloc(items: list[Item], start: int) -> bytes:
    """Where each item's data lie: offsets and lengths of 32 bits, from the file's beginning."""
    out = [struct.pack(">IBBH", 0, 0x44, 0x00, len(items))]
    for item in items:
        out.append(struct.pack(">HHHII", item.number, 0, 1, start, len(item.data)))
        start += len(item.data)
    return box(b"iloc", b"".join(out))


def _iinf(items: list[Item]) -> bytes:
    return box(b"iinf", struct.pack(">IH", 0, len(items)) + b"".join(one.raw for one in items))


def _iref(refers: list[tuple[int, bytes]]) -> bytes:
    if not refers:
        return b""
    return box(b"iref", b"\0\0\0\0" + b"".join(raw for _, raw in refers))
