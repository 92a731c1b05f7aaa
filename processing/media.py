"""What kind of file this is, judged by its content and never by its name.

To accept another format, add one ``Signature`` to ``SIGNATURES`` and one loader to
``processing.loading.LOADERS``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dam.formats import AVIF, JPEG, PNG, TIFF, WEBP, MediaType
from processing.formats.texts import decode

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
    return head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+") and not _is_raw(head)


def _is_raw(head: bytes) -> bool:
    """Camera raw files borrow the TIFF container; their first picture is only a small preview.

    Canon writes ``CR`` after the header. DNG has the tag DNGVersion (50706). Nikon, Sony and
    others mark the first picture as reduced (NewSubfileType 1) and hang the real one below it
    (SubIFDs, 330).
    """
    if head[8:10] == b"CR":
        return True
    if head[:4] not in (b"II*\0", b"MM\0*"):
        return False
    tags = _first_directory(head)
    return 50706 in tags or (tags.get(254) == 1 and 330 in tags)


def _first_directory(head: bytes) -> dict[int, int]:
    """Tag → first value of the entries of a TIFF's first directory that lie inside ``head``."""
    order = "<" if head[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", head, 4) if len(head) >= 8 else (HEAD_BYTES,)
    if start + 2 > len(head):
        return {}
    (count,) = struct.unpack_from(order + "H", head, start)
    tags = {}
    for offset in range(start + 2, min(start + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", head, offset)
        (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), head, offset + 8)
        tags[tag] = value
    return tags


SIGNATURES: tuple[Signature, ...] = (
    Signature(JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    Signature(PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    Signature(WEBP, lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    Signature(TIFF, _is_tiff),
    Signature(AVIF, lambda head: not _brands(head).isdisjoint({b"avif", b"avis"})),
)

_KNOWN_OTHERS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("a camera raw file", _is_raw),
    (
        "a HEIC picture",
        lambda head: not _brands(head).isdisjoint({b"heic", b"heix", b"hevc", b"mif1", b"msf1"}),
    ),
    ("a Canon raw file", lambda head: b"crx " in _brands(head)),
    ("a video", lambda head: bool(_brands(head)) or head[:4] == b"\x1aE\xdf\xa3"),
    ("a JPEG XL picture", lambda head: head[:2] == b"\xff\x0a" or head[4:8] == b"JXL "),
    ("a JPEG 2000 picture", lambda head: head[4:8] == b"jP  " or head[:4] == b"\xffO\xffQ"),
    ("a GIF picture", lambda head: head[:6] in (b"GIF87a", b"GIF89a")),
    ("a BMP picture", lambda head: head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"),
    ("a Photoshop file", lambda head: head[:4] == b"8BPS"),
    ("an OpenEXR picture", lambda head: head[:4] == b"v/1\x01"),
    ("a PDF document", lambda head: head[:5] == b"%PDF-"),
    ("a ZIP archive or an office document", lambda head: head[:4] == b"PK\x03\x04"),
    ("an SVG drawing", lambda head: b"<svg" in head[:1024].lower()),
    ("a web page", lambda head: b"<html" in head[:1024].lower()),
    ("a program", lambda head: head[:4] == b"\x7fELF" or head[:2] == b"MZ"),
)


def sniff_bytes(head: bytes) -> MediaType | None:
    """The accepted media type of a file that begins with ``head``, or None."""
    return next((kind.media for kind in SIGNATURES if kind.matches(head)), None)


def sniff(path: Path | str) -> MediaType | None:
    """The accepted media type of the file at ``path``, or None. Raises OSError if unreadable."""
    return sniff_bytes(read_head(path))


def read_head(path: Path | str) -> bytes:
    """The first bytes of a file: as many as recognising it can need."""
    with open(path, "rb") as file:
        return file.read(HEAD_BYTES)


def describe(head: bytes) -> str:
    """What a file that we do not accept looks like, as a noun phrase ("a PDF document")."""
    for phrase, matches in _KNOWN_OTHERS:
        if matches(head):
            return phrase
    return "plain text" if decode(head) else "something we do not recognise"


def accepted_labels() -> str:
    """The accepted formats as a phrase: "JPEG, PNG, WebP, TIFF or AVIF"."""
    *first, last = (kind.media.label for kind in SIGNATURES)
    return f"{', '.join(first)} or {last}"
