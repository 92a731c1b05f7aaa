"""WebP (RFC 9649): a RIFF of chunks, whose extended header says which of them are there."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from processing.metadata.containers.blocks import Blocks, ContainerError

_ALPHA, _EXIF, _XMP, _ICC = 0x10, 0x08, 0x04, 0x20
# What a picture is made of. Everything else (EXIF, XMP, manifests, unknown chunks) is left out.
_PICTURE = (b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L")
_KEY_FRAME, _LOSSLESS = b"\x9d\x01\x2a", b"\x2f"  # RFC 6386, 9.1; RFC 9649, 3.4

Chunk = tuple[bytes, bytes]


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had. Raises ContainerError."""
    chunks = list(_chunks(data))
    kept = [chunk for chunk in chunks if chunk[0] in _PICTURE]
    added: list[Chunk] = []
    if blocks.exif:
        added.append((b"EXIF", blocks.exif))
    if blocks.xmp:
        added.append((b"XMP ", blocks.xmp))
    extended = next((body for name, body in chunks if name == b"VP8X"), None)
    if extended is None and not added:
        return _riff(kept)
    header = _header(extended or _described(kept), kept, blocks)
    return _riff([(b"VP8X", header), *kept, *added])


def dimensions(data: bytes) -> tuple[int, int]:
    """Return width and height of a file that is one still picture and nothing before or after it.

    Nothing is decoded. Raises ContainerError for anything else.
    """
    chunks = list(_chunks(data))
    if _riff(chunks) != data:
        raise ContainerError("This WebP file does not end where it says, or has gaps.")
    names = [name for name, _ in chunks]
    if b"ANIM" in names or b"ANMF" in names or names.count(b"VP8 ") + names.count(b"VP8L") != 1:
        raise ContainerError("This WebP file is not one still picture.")
    size = _described(chunks)[4:]
    canvas = next((body[4:10] for name, body in chunks if name == b"VP8X"), size)
    if canvas != size:
        raise ContainerError("This WebP file tells two sizes.")
    return int.from_bytes(size[:3], "little") + 1, int.from_bytes(size[3:], "little") + 1


def _chunks(data: bytes) -> Iterator[Chunk]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ContainerError("This is not a WebP file.")
    offset = 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while offset + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, offset)
        if offset + 8 + size > end:
            raise ContainerError("This WebP file ends before its picture.")
        yield name, data[offset + 8 : offset + 8 + size]
        offset += 8 + size + size % 2


def _header(extended: bytes, kept: list[Chunk], blocks: Blocks) -> bytes:
    flags = extended[0] & ~(_EXIF | _XMP | _ICC)
    flags |= _ICC if any(name == b"ICCP" for name, _ in kept) else 0
    flags |= (_EXIF if blocks.exif else 0) | (_XMP if blocks.xmp else 0)
    return bytes([flags]) + extended[1:10]


def _described(kept: list[Chunk]) -> bytes:
    """Make the extended header of a simple file from the size that its picture declares."""
    name, body = next(((n, b) for n, b in kept if n in (b"VP8 ", b"VP8L")), (b"", b""))
    if name == b"VP8 " and len(body) >= 10 and body[3:6] == _KEY_FRAME:
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", body, 6))
        flags = 0
    elif name == b"VP8L" and len(body) >= 5 and body[:1] == _LOSSLESS:
        (bits,) = struct.unpack_from("<I", body, 1)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _ALPHA if bits >> 28 & 1 else 0
    else:
        raise ContainerError("This WebP file has no picture.")
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return bytes([flags, 0, 0, 0]) + size


def _riff(chunks: list[Chunk]) -> bytes:
    body = b"WEBP" + b"".join(
        struct.pack("<4sI", name, len(part)) + part + b"\0" * (len(part) % 2)
        for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
