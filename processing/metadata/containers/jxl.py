"""JPEG XL (ISO/IEC 18181-2): boxes around a codestream, which may also stand by itself."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from processing.metadata.containers.blocks import Blocks, ContainerError
from processing.metadata.containers.boxed import Box, box, boxes

_BARE = b"\xff\x0a"
_SIGNATURE = box(b"JXL ", b"\r\n\x87\n")
_TYPE = box(b"ftyp", b"jxl \0\0\0\0jxl ")
# What a picture is made of. Everything else (Exif, xml, packed ones, manifests) is left out.
_PICTURE = (b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp", b"jxli", b"jbrd")
_STREAM = (b"jxlc", b"jxlp")


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had. Raises ContainerError.

    A bare codestream, which has no room for them, is put into boxes.
    """
    added = [box(name, body) for name, body in _added(blocks)]
    if data.startswith(_BARE):
        return b"".join([_SIGNATURE, _TYPE, *added, box(b"jxlc", data)]) if added else data
    kept = list(_kept(data))
    first = next((at for at, one in enumerate(kept) if one.name in _STREAM), None)
    if first is None:
        raise ContainerError("This JPEG XL file has no picture.")
    head, rest = kept[:first], kept[first:]
    return b"".join([*(one.whole for one in head), *added, *(one.whole for one in rest)])


def _kept(data: bytes) -> Iterator[Box]:
    if not data.startswith(_SIGNATURE):
        raise ContainerError("This is not a JPEG XL file.")
    return (one for one in boxes(data, "JPEG XL") if one.name in _PICTURE)


def _added(blocks: Blocks) -> Iterator[tuple[bytes, bytes]]:
    if blocks.exif:
        yield b"Exif", struct.pack(">I", 0) + blocks.exif  # where in it the TIFF structure begins
    if blocks.xmp:
        yield b"xml ", blocks.xmp
