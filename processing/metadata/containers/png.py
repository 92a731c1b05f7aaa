"""PNG (W3C PNG, third edition): chunks with a checksum each."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from processing.metadata.containers.blocks import Blocks, ContainerError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_METADATA = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX"}
_XMP_KEYWORD = "XML:com.adobe.xmp"


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had. Raises ContainerError."""
    out = [_SIGNATURE]
    for name, chunk in _chunks(data):
        if name in _METADATA:
            continue
        out.append(chunk)
        if name == b"IHDR":
            out += [_chunk(*one) for one in _added(blocks)]
    return b"".join(out)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(_SIGNATURE):
        raise ContainerError("This is not a PNG file.")
    offset = len(_SIGNATURE)
    while offset + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, offset)
        if offset + 12 + size > len(data):
            break
        yield name, data[offset : offset + 12 + size]
        offset += 12 + size
        if name == b"IEND":
            return
    raise ContainerError("This PNG file ends before its picture.")


def _added(blocks: Blocks) -> Iterator[tuple[bytes, bytes]]:
    if blocks.exif:
        yield b"eXIf", blocks.exif
    if blocks.xmp:
        yield b"iTXt", _international(_XMP_KEYWORD, blocks.xmp)
    for keyword, text in blocks.png.items():
        yield b"iTXt", _international(keyword, text.encode("utf-8"))


def _international(keyword: str, text: bytes) -> bytes:
    """An iTXt chunk's body: not compressed, no language, no translated keyword."""
    return keyword.encode("latin-1") + b"\0\0\0\0\0" + text


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
