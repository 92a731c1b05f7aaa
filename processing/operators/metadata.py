"""What a picture's embedded metadata says, merged from XMP, IPTC and EXIF in that order.

The order follows the Metadata Working Group's guidance (2010): XMP is the newest writer's word.
Damaged metadata never fails a picture: it is named in ``problems`` and the rest is used.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from processing.icc import read_profile
from processing.metadata import MetadataError, exif, iptc, xmp
from processing.metadata.cleaning import MAX_ITEMS, clean_mapping, clean_text

METADATA_VERSION = 1

# What Pillow's plugins raise on files that are not what their first bytes promise.
_OPENING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")


@dataclass(frozen=True, slots=True)
class PictureMetadata:
    """Merged metadata; text is empty and numbers are None where nothing was said.

    exposure in seconds, aperture as f-number, focal_length in millimetres, gps as (latitude,
    longitude) in degrees. captured_at is aware only when the file gives an offset from UTC.
    raw holds what each source said, JSON-safe. problems are sentences for a person.
    """

    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = ""
    copyright: str = ""
    rights: str = ""
    captured_at: datetime | None = None
    camera_make: str = ""
    camera_model: str = ""
    lens: str = ""
    exposure: float | None = None
    aperture: float | None = None
    iso: int | None = None
    focal_length: float | None = None
    gps: tuple[float, float] | None = None
    software: str = ""
    icc_name: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read(path: Path | str) -> PictureMetadata:
    """Read all embedded metadata of an accepted picture, decoding no pixels.

    Damage ends in ``problems``; only OSError is raised, when the file itself cannot be read.
    """
    with warnings.catch_warnings(record=True) as warned:
        # The pixel cap is processing.decode's business, and no pixels are decoded here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.simplefilter("always", UserWarning)
        try:
            image = Image.open(path, formats=_FORMATS)
        except _OPENING_ERRORS as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's fault, not the file's
            return PictureMetadata(problems=("The metadata could not be opened.",))
        with image:
            return _read_all(image, warned)


def _read_all(image: Image.Image, warned: list[warnings.WarningMessage]) -> PictureMetadata:
    problems: list[str] = []
    said = {
        "exif": _attempt(lambda: exif.read_exif(image), problems) or {},
        "iptc": _attempt(lambda: iptc.read_iptc(image), problems) or {},
        "xmp": _attempt(lambda: _read_xmp(image), problems) or {},
        "text": _text_chunks(image),
    }
    if warned:
        problems.append("Some of the metadata is damaged and was skipped.")
    return _merge(said, _profile_name(image, problems), problems)


def _attempt(reader: Callable[[], Any], problems: list[str]) -> Any:
    try:
        return reader()
    except MetadataError as error:
        problems.append(str(error))
        return None


def _read_xmp(image: Image.Image) -> dict[str, Any]:
    packet = image.info.get("xmp", b"")
    if isinstance(packet, str):
        packet = packet.encode("utf-8", errors="ignore")
    return xmp.read_xmp(packet) if packet else {}


def _text_chunks(image: Image.Image) -> dict[str, str]:
    """PNG's text chunks (Title, Author, Description, Copyright, Software …) before the pixels."""
    chunks = image.info if image.format == "PNG" else {}
    return {
        str(key): str(value)
        for key, value in chunks.items()
        if isinstance(value, str) and not str(key).startswith("XML:")
    }


def _profile_name(image: Image.Image, problems: list[str]) -> str:
    data = image.info.get("icc_profile")
    if not data:
        return ""
    info = read_profile(data)
    if info is None:
        problems.append("The colour profile is damaged; the picture is taken as sRGB.")
    return info.name if info else ""


def _merge(said: dict[str, Any], icc_name: str, problems: list[str]) -> PictureMetadata:
    tags = said["exif"]
    sensitivity = exif.number(tags, "ISOSpeedRatings")
    return PictureMetadata(
        **_texts(said),
        keywords=_keywords(said),
        captured_at=_attempt(lambda: _capture_time(said), problems),
        exposure=exif.number(tags, "ExposureTime"),
        aperture=exif.number(tags, "FNumber"),
        iso=round(sensitivity) if sensitivity is not None else None,
        focal_length=exif.number(tags, "FocalLength"),
        gps=_attempt(lambda: exif.position(tags), problems),
        icc_name=icc_name,
        raw={name: clean_mapping(values) for name, values in said.items() if values},
        problems=tuple(problems),
    )


# Field → where to look, best first.
_TEXT_SOURCES: dict[str, tuple[tuple[str, str], ...]] = {
    "title": (
        ("xmp", "dc:title"),
        ("iptc", "ObjectName"),
        ("iptc", "Headline"),
        ("exif", "XPTitle"),
        ("text", "Title"),
    ),
    "caption": (
        ("xmp", "dc:description"),
        ("iptc", "Caption"),
        ("exif", "ImageDescription"),
        ("text", "Description"),
    ),
    "creator": (
        ("xmp", "dc:creator"),
        ("iptc", "By-line"),
        ("exif", "Artist"),
        ("exif", "XPAuthor"),
        ("text", "Author"),
    ),
    "copyright": (
        ("xmp", "dc:rights"),
        ("iptc", "CopyrightNotice"),
        ("exif", "Copyright"),
        ("text", "Copyright"),
    ),
    "rights": (("xmp", "xmpRights:UsageTerms"), ("iptc", "SpecialInstructions")),
    "camera_make": (("exif", "Make"), ("xmp", "tiff:Make")),
    "camera_model": (("exif", "Model"), ("xmp", "tiff:Model")),
    "lens": (("exif", "LensModel"), ("xmp", "exifEX:LensModel"), ("xmp", "aux:Lens")),
    "software": (("exif", "Software"), ("xmp", "xmp:CreatorTool"), ("text", "Software")),
}


def _texts(said: dict[str, Any]) -> dict[str, str]:
    return {
        name: next(filter(None, (_as_text(said[source], key) for source, key in places)), "")
        for name, places in _TEXT_SOURCES.items()
    }


def _as_text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    if isinstance(value, list):
        return clean_text(", ".join(value))
    return exif.text(values, key)


def _keywords(said: dict[str, Any]) -> tuple[str, ...]:
    """The keywords of all sources, in order, each once whatever its case."""
    listed = [said["xmp"].get("dc:subject") or [], said["iptc"].get("Keywords") or []]
    words = [word for words in listed for word in (words if isinstance(words, list) else [words])]
    words += exif.text(said["exif"], "XPKeywords").split(";")
    unique = {word.casefold(): clean_text(word, 100) for word in reversed(words) if word.strip()}
    return tuple(reversed(unique.values()))[:MAX_ITEMS]


def _capture_time(said: dict[str, Any]) -> datetime | None:
    moment = exif.capture_time(said["exif"])
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated"):
        stamp = said["xmp"].get(name)
        if moment is None and isinstance(stamp, str) and "T" in stamp and stamp[:4].strip("0-"):
            moment = exif.parse_time(stamp)
    return moment or _iptc_time(said["iptc"])


def _iptc_time(values: dict[str, Any]) -> datetime | None:
    """IIM writes 20240131 and 235959+0100."""
    day, time = values.get("DateCreated", ""), values.get("TimeCreated", "")
    if not day or len(time) < 6:
        return None
    clock = f"{time[0:2]}:{time[2:4]}:{time[4:6]}{time[6:]}"
    return exif.parse_time(f"{day[0:4]}-{day[4:6]}-{day[6:8]} {clock}")
