"""JPEG (ITU-T T.81, JFIF; EXIF 3.0 for APP1, XMP part 3, Photoshop's APP13)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from processing.metadata.containers.blocks import Blocks, ContainerError
from processing.metadata.iim import photoshop

_SOI, _SOS, _EOI = 0xD8, 0xDA, 0xD9
_APP0, _APP1, _APP2, _APP13, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF
_COMMENT = 0xFE
_XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_LONGEST = 65_533


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had; image data is copied as it is.

    Only JFIF's header, the ICC profile and Adobe's colour mark are kept of the application's
    segments. Raises ContainerError.
    """
    header, rest = _split(data)
    jfif = [part for marker, part in header if marker == _APP0]
    others = [part for marker, part in header if marker != _APP0]
    return b"\xff\xd8" + b"".join([*jfif, *_segments(blocks), *others]) + rest


def _split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The segments before the scan that are kept, and everything from the scan on."""
    if data[:2] != b"\xff\xd8":
        raise ContainerError("This is not a JPEG file.")
    kept: list[tuple[int, bytes]] = []
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF:
        marker = data[offset + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            offset += 1
            continue
        if marker in (_SOS, _EOI):
            return kept, data[offset:]
        (length,) = struct.unpack_from(">H", data, offset + 2)
        segment = data[offset : offset + 2 + length]
        if _is_kept(marker, segment[4:]):
            kept.append((marker, segment))
        offset += 2 + length
    raise ContainerError("This JPEG file ends before its picture.")


def _is_kept(marker: int, body: bytes) -> bool:
    if not _APP0 <= marker <= _APP15:
        return marker != _COMMENT
    named = {_APP0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}
    return marker in named and body.startswith(named[marker])


def _segments(blocks: Blocks) -> Iterator[bytes]:
    if blocks.exif:
        yield _segment(_APP1, b"Exif\0\0" + blocks.exif)
    if blocks.xmp:
        yield _segment(_APP1, _XMP_NAME + blocks.xmp)
    if blocks.iptc:
        yield _segment(_APP13, photoshop(blocks.iptc))


def _segment(marker: int, body: bytes) -> bytes:
    if len(body) > _LONGEST:
        raise ContainerError("The metadata does not fit into a JPEG file.")
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
