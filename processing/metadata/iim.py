"""IPTC-IIM 4.2 data sets made from values, in Photoshop's block as JPEG carries them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

from processing.metadata.iptc import NAMES, UTF8_MARK
from processing.metadata.mapping import FIELDS
from processing.metadata.values import Values

# Data set → bytes that the standard gives it (IIM 4.2, chapter 6). Longer texts are cut: XMP, which
# every reader of today asks first, has them whole.
LIMITS = {
    "ObjectName": 64,
    "Keywords": 64,
    "SpecialInstructions": 256,
    "By-line": 32,
    "City": 32,
    "Sub-location": 32,
    "Province-State": 32,
    "Country": 64,
    "Headline": 256,
    "Credit": 32,
    "Source": 32,
    "CopyrightNotice": 128,
    "Caption": 2000,
}
_NUMBERS = {name: number for number, name in NAMES.items()}
_RECORD_VERSION = struct.pack(">H", 4)


def build(values: Values) -> bytes:
    """Return the data sets of ``values`` in UTF-8; empty where there is nothing to say."""
    said = sorted(_said(values))
    if not said:
        return b""
    sets = [_dataset(1, 90, UTF8_MARK), _dataset(2, 0, _RECORD_VERSION)]
    return b"".join(sets + [_dataset(2, number, text) for number, _, text in said])


def _said(values: Values) -> Iterator[tuple[int, int, bytes]]:
    """Number, order and bytes of each data set: records are sorted by number."""
    for field in FIELDS:
        if not field.iptc or field.iptc[0] not in LIMITS:
            continue
        name = field.iptc[0]
        text = values.texts.get(field.name, "")
        items = values.creators if field.name == "creator" else (text,) if text else ()
        for order, item in enumerate(items):
            yield _NUMBERS[name], order, _cut(item, LIMITS[name])
    for order, word in enumerate(values.keywords):
        yield _NUMBERS["Keywords"], order, _cut(word, LIMITS["Keywords"])


def _cut(text: str, most: int) -> bytes:
    """Return a text in at most ``most`` bytes of UTF-8, no character cut in two."""
    return text.encode("utf-8")[:most].decode("utf-8", errors="ignore").encode("utf-8")


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def photoshop(iim: bytes) -> bytes:
    """Return the body of JPEG's APP13: the data sets, and their MD5 for readers that compare."""
    digest = hashlib.md5(iim, usedforsecurity=False).digest()
    return b"Photoshop 3.0\0" + _resource(0x0404, iim) + _resource(0x0425, digest)


def _resource(number: int, data: bytes) -> bytes:
    padded = data + b"\0" * (len(data) % 2)
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + padded
