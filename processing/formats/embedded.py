"""Metadata blocks of formats that Pillow does not open, or opens only by decoding them.

They are found without decoding pixels, each bounded, and handed on in a `Carrier`: a picture of one
pixel that has them where Pillow's own pictures have theirs, so that the same readers read both.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from dam.formats import CR3, EXR, HEIC, JXL, PDF, PSD, RAF, RAWS, SVG, MediaType
from processing.errors import InputError
from processing.formats.boxes import boxes

MOST = 8 * 1024**2  # bytes of one block
_EXIF_MARK = b"Exif\0\0"
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")


@dataclass(frozen=True, slots=True)
class Blocks:
    """What was found: EXIF from its TIFF header on, XMP, a profile, IPTC-IIM, and plain texts."""

    exif: bytes = b""
    xmp: bytes = b""
    profile: bytes = b""
    iptc: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)


class Carrier(Image.Image):
    """A picture of one pixel with somebody else's metadata."""

    format = "carrier"

    def __init__(self, blocks: Blocks) -> None:
        super().__init__()
        self._size = (1, 1)
        self._mode = "L"
        if blocks.exif:
            self.info["exif"] = _EXIF_MARK + blocks.exif
        if blocks.xmp:
            self.info["xmp"] = blocks.xmp
        if blocks.profile:
            self.info["icc_profile"] = blocks.profile
        if blocks.iptc:
            self.info["photoshop"] = {0x0404: blocks.iptc}
        for name, text in blocks.texts.items():
            self.info[name] = text


def carrier(path: Path | str, media: MediaType) -> Carrier | None:
    """The metadata of a file of one of these formats; None for a format that is not one of them.

    What is damaged is left out. Raises OSError where the file cannot be read.
    """
    finder = _FINDERS.get(media)
    if finder is None:
        return None
    try:
        return Carrier(finder(path))
    except (InputError, struct.error):
        return Carrier(Blocks())


def _part(path: Path | str, start: int, length: int) -> bytes:
    with open(path, "rb") as file:
        file.seek(start)
        return file.read(min(length, MOST))


def _heic(path: Path | str) -> Blocks:
    from processing.formats import heic

    said = heic.metadata(path)
    exif = said["exif"].removeprefix(_EXIF_MARK)
    return Blocks(exif=exif, xmp=said["xmp"], profile=said["profile"])


def _jxl(path: Path | str) -> Blocks:
    """Boxes ``Exif`` and ``xml`` (ISO/IEC 18181-2), plain or packed by Brotli (``brob``)."""
    found: dict[bytes, bytes] = {}
    if _part(path, 0, 2) == b"\xff\x0a":
        return Blocks()  # a bare codestream has no room for them
    for kind, start, length in boxes(path):
        data = b""
        if kind in (b"Exif", b"xml "):
            data = _part(path, start, length)
        elif kind == b"brob":
            kind, data = _unpacked(_part(path, start, length))
        if data:
            found.setdefault(kind, data)
    exif = found.get(b"Exif", b"")
    skipped = 4 + int.from_bytes(exif[:4], "big") if exif else 0
    return Blocks(exif=exif[skipped:], xmp=found.get(b"xml ", b""))


def _unpacked(data: bytes) -> tuple[bytes, bytes]:
    import imagecodecs

    if data[:4] not in (b"Exif", b"xml "):
        return b"", b""
    try:
        return data[:4], bytes(imagecodecs.brotli_decode(data[4:], out=MOST))
    except (imagecodecs.BrotliError, ValueError):
        return b"", b""


def _psd(path: Path | str) -> Blocks:
    from processing.formats import psd

    found = psd.resources(path)
    return Blocks(
        exif=found.get(psd.EXIF, b""),
        xmp=found.get(psd.XMP, b""),
        profile=found.get(psd.ICC, b""),
        iptc=found.get(psd.IPTC, b""),
    )


def _raw(path: Path | str) -> Blocks:
    """A raw file that is a TIFF is its own EXIF block, whatever its maker puts in front."""
    data = _part(path, 0, MOST)
    order = b"MM\0*" if data[:2] == b"MM" else b"II*\0"
    return Blocks(exif=order + data[4:])


def _raf(path: Path | str) -> Blocks:
    """Fujifilm's raw file holds a JPEG with everything in it; where is said at byte 84."""
    start, length = struct.unpack(">II", _part(path, 84, 8))
    with io.BytesIO(_part(path, start, length)) as file:
        try:
            with Image.open(file, formats=["JPEG"]) as picture:
                exif = picture.info.get("exif", b"")
                return Blocks(exif=exif.removeprefix(_EXIF_MARK), xmp=picture.info.get("xmp", b""))
        except (OSError, SyntaxError, ValueError):
            return Blocks()


def _cr3(path: Path | str) -> Blocks:
    """Canon keeps the first directory in the box CMT1 of its own box inside ``moov``."""
    for kind, start, length in boxes(path):
        if kind == b"moov":
            inside = _part(path, start, min(length, 262_144))
            at = inside.find(_CANON)
            cmt = inside.find(b"CMT1", at) if at >= 0 else -1
            if cmt >= 4:
                (size,) = struct.unpack_from(">I", inside, cmt - 4)
                return Blocks(exif=inside[cmt + 4 : cmt - 4 + size])
    return Blocks()


def _pdf(path: Path | str) -> Blocks:
    from processing.formats import pdf

    said = pdf.properties(path)
    names = {"Title": "Title", "Author": "Author", "Subject": "Description", "Creator": "Software"}
    return Blocks(texts={ours: said[theirs] for theirs, ours in names.items() if said.get(theirs)})


def _exr(path: Path | str) -> Blocks:
    from processing.formats import exr

    said = exr.attributes(path)
    names = {"owner": "Copyright", "comments": "Description", "software": "Software"}
    return Blocks(texts={ours: said[theirs] for theirs, ours in names.items() if said.get(theirs)})


def _svg(path: Path | str) -> Blocks:
    from processing.formats import svg

    texts = {"Title": "", "Description": ""}
    for element in svg.parse(path):
        name = {"title": "Title", "desc": "Description"}.get(str(element.tag).rpartition("}")[2])
        if name and element.text:
            texts[name] = texts[name] or element.text.strip()
    return Blocks(texts={name: text for name, text in texts.items() if text})


_FINDERS: dict[MediaType, Callable[[Path | str], Blocks]] = {
    HEIC: _heic,
    JXL: _jxl,
    PSD: _psd,
    EXR: _exr,
    PDF: _pdf,
    SVG: _svg,
    **dict.fromkeys(RAWS, _raw),
    RAF: _raf,
    CR3: _cr3,
}
