"""What kind of picture, drawing or document a file is, judged by its content alone.

To accept another format, add its type to ``dam.formats``, one ``Signature`` to ``SIGNATURES``, and
either a loader of libvips to ``processing.loading.LOADERS`` or a codec to
``processing.formats.codecs``.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dam.formats import (
    AVIF,
    BMP,
    EXR,
    GIF,
    HEIC,
    JPEG,
    JXL,
    PDF,
    PNG,
    PSD,
    RULE_NAMES,
    SVG,
    TIFF,
    WEBP,
    MediaType,
)
from processing.formats.raw_signatures import raw_type

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Signature:
    """A media type and the test of a file's first bytes that recognises it."""

    media: MediaType
    matches: Callable[[bytes], bool]


def _brands(head: bytes) -> set[bytes]:
    """Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, ``ftyp``)."""
    if head[4:8] != b"ftyp":
        return set()
    size = min(struct.unpack(">I", head[:4])[0], len(head))
    return {head[8:12], *(head[start : start + 4] for start in range(16, size - 3, 4))}


def _is_tiff(head: bytes) -> bool:
    return head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+") and raw_type(head) is None


_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_JXL_BOX = b"\0\0\0\x0cJXL \r\n\x87\n"
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}  # sizes of the versions of its second header
_BEFORE_ROOT = re.compile(
    rb"(?:\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL
)


def _is_bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and head[14:18] in {n.to_bytes(4, "little") for n in _BMP_HEADERS}


def _is_svg(head: bytes) -> bool:
    """An SVG's first element is ``svg``, whatever its namespace is called; perhaps zipped."""
    if head[:3] == b"\x1f\x8b\x08":
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD_BYTES)
        except zlib.error:
            return False
    start = _BEFORE_ROOT.match(head)
    return bool(re.match(rb"<(?:\w+:)?svg[\s>]", head[start.end() if start else 0 :]))


SIGNATURES: tuple[Signature, ...] = (
    Signature(JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    Signature(PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    Signature(WEBP, lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    Signature(TIFF, _is_tiff),
    Signature(AVIF, lambda head: not _brands(head).isdisjoint({b"avif", b"avis"})),
    Signature(HEIC, lambda head: not _brands(head).isdisjoint(_HEIF_BRANDS)),
    Signature(JXL, lambda head: head[:2] == b"\xff\x0a" or head[:12] == _JXL_BOX),
    Signature(GIF, lambda head: head[:6] in (b"GIF87a", b"GIF89a")),
    Signature(BMP, _is_bmp),
    Signature(PSD, lambda head: head[:6] in (b"8BPS\0\1", b"8BPS\0\2")),
    Signature(EXR, lambda head: head[:4] == b"v/1\x01"),
    Signature(PDF, lambda head: head[:5] == b"%PDF-"),
    Signature(SVG, _is_svg),
)


def sniff_bytes(head: bytes) -> MediaType | None:
    """The accepted media type of a file that begins with ``head``, or None."""
    told = next((kind.media for kind in SIGNATURES if kind.matches(head)), None)
    return told or raw_type(head)


def sniff(path: Path | str) -> MediaType | None:
    """The accepted media type of the file at ``path``, or None. Raises OSError if unreadable."""
    return sniff_bytes(read_head(path))


def read_head(path: Path | str) -> bytes:
    """The first bytes of a file: as many as recognising it can need."""
    with open(path, "rb") as file:
        return file.read(HEAD_BYTES)


def accepted_labels() -> str:
    """The accepted formats as a phrase: "JPEG, PNG, WebP or TIFF"."""
    *first, last = RULE_NAMES
    return f"{', '.join(first)} or {last}"
