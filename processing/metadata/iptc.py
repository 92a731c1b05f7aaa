"""IPTC-IIM 4.2 records, as JPEG (inside Photoshop's block) and TIFF carry them."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from PIL import Image

from processing.metadata import MetadataError
from processing.metadata.cleaning import MAX_ENTRIES, clean_text

NAMES = {
    5: "ObjectName",
    25: "Keywords",
    40: "SpecialInstructions",
    55: "DateCreated",
    60: "TimeCreated",
    80: "By-line",
    90: "City",
    92: "Sub-location",
    95: "Province-State",
    101: "Country",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    120: "Caption",
}
MANY = {"Keywords", "By-line"}
_PHOTOSHOP_IPTC, _PHOTOSHOP_DIGEST = 0x0404, 0x0425
_TIFF_IPTC = 33723
UTF8_MARK = b"\x1b%G"


def read_iptc(image: Image.Image) -> dict[str, Any]:
    """Data set name → text, or a list for those that repeat. Raises MetadataError."""
    return parse_iim(_block(image))


def edited_since(image: Image.Image) -> bool:
    """Whether a program that knows no XMP changed the IPTC data after the XMP was written.

    Programs that write both leave the MD5 of the IPTC data in Photoshop's resource 0x0425 (Metadata
    Working Group, Guidelines 2.0, 2010, section 3.3). Without it nothing is known: False.
    """
    photoshop = image.info.get("photoshop")
    digest = photoshop.get(_PHOTOSHOP_DIGEST) if isinstance(photoshop, dict) else None
    if not isinstance(digest, bytes) or len(digest) != 16 or not digest.strip(b"\0"):
        return False
    return hashlib.md5(_block(image), usedforsecurity=False).digest() != digest


def _block(image: Image.Image) -> bytes:
    photoshop = image.info.get("photoshop")
    if isinstance(photoshop, dict):
        data = photoshop.get(_PHOTOSHOP_IPTC, b"")
    else:
        data = getattr(image, "tag_v2", {}).get(_TIFF_IPTC, b"")
    if isinstance(data, tuple):  # written as 32-bit words by some programs
        words = [word for word in data if isinstance(word, int) and 0 <= word < 2**32]
        data = struct.pack(f"<{len(words)}I", *words)
    return data if isinstance(data, bytes) else b""


def parse_iim(data: bytes) -> dict[str, Any]:
    """Parse a run of IIM data sets: marker 0x1C, record, data set, 16-bit length, value."""
    found: dict[str, Any] = {}
    offset, encoding = 0, "latin-1"
    for _ in range(MAX_ENTRIES):
        if offset + 5 > len(data) or data[offset] != 0x1C:
            break
        record, number, length = struct.unpack_from(">BBH", data, offset + 1)
        value = data[offset + 5 : offset + 5 + length]
        offset += 5 + length
        if length > 0x7FFF or offset > len(data):
            raise MetadataError("The IPTC data is damaged and was read in part at most.")
        if (record, number) == (1, 90) and value == UTF8_MARK:
            encoding = "utf-8"
        elif record == 2 and number in NAMES:
            _keep(found, NAMES[number], clean_text(_decode(value, encoding)))
    return found


def _decode(value: bytes, encoding: str) -> str:
    """Many programs write UTF-8 without saying so."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode(encoding, errors="replace")


def _keep(found: dict[str, Any], name: str, value: str) -> None:
    if not value:
        return
    if name in MANY:
        found.setdefault(name, []).append(value)
    else:
        found.setdefault(name, value)
