"""What a picture's metadata says, embedded and in a sidecar, merged into one word for each field.

Which source is believed is in ``processing.metadata.merging``. Damaged metadata never fails a
picture: it is named in ``problems`` and the rest is used.
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

from processing.formats.embedded import carrier
from processing.icc import read_profile
from processing.media import sniff
from processing.metadata import MetadataError, exif, iptc, merging, xmp
from processing.metadata.cleaning import clean_mapping

METADATA_VERSION = 2

# What Pillow's plugins raise on files that are not what their first bytes promise.
_OPENING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP")
_SOURCES = ("exif", "iptc", "xmp", "text")
_SILENT: dict[str, Any] = {name: {} for name in _SOURCES}


@dataclass(frozen=True, slots=True)
class PictureMetadata:
    """Merged metadata; text is empty and numbers are None where nothing was said.

    exposure in seconds, aperture as f-number, focal_length in millimetres, gps as (latitude,
    longitude) in degrees. captured_at is aware only when the file gives an offset from UTC.
    hierarchies are keywords with their broader ones, broadest first. rating is 0..5, or -1 for
    rejected. digital_source is an address of IPTC's vocabulary: how the picture came about.
    raw holds what each source said, JSON-safe. problems are sentences for a person.
    """

    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    hierarchies: tuple[tuple[str, ...], ...] = ()
    creator: str = ""
    credit: str = ""
    copyright: str = ""
    usage_terms: str = ""
    rights_url: str = ""
    digital_source: str = ""
    headline: str = ""
    instructions: str = ""
    source: str = ""
    people: tuple[str, ...] = ()
    sublocation: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    rating: int | None = None
    label: str = ""
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


def read(path: Path | str, sidecar: bytes = b"") -> PictureMetadata:
    """Read all metadata of an accepted picture, and of an XMP sidecar, decoding no pixels.

    Damage ends in ``problems``; only OSError is raised, when the file itself cannot be read.
    """
    problems: list[str] = []
    said = {"sidecar": _attempt(lambda: _read_sidecar(sidecar), problems) or {}}
    with warnings.catch_warnings(record=True) as warned:
        # The pixel cap is processing.decode's business, and no pixels are decoded here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.simplefilter("always", UserWarning)
        try:
            image = _opened(path)
        except _OPENING_ERRORS as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's fault, not the file's
            problems.append("The metadata could not be opened.")
            return _merge(said | _SILENT, "", problems)
        with image:
            said |= _said_by(image, problems)
            icc_name = _profile_name(image, problems)
    if warned:
        problems.append("Some of the metadata is damaged and was skipped.")
    return _merge(said, icc_name, problems)


def read_sidecar(data: bytes) -> PictureMetadata:
    """Read what an XMP sidecar says by itself. One that says nothing has that in ``problems``."""
    problems: list[str] = []
    said = _attempt(lambda: _read_sidecar(data), problems)
    if not said and not problems:
        problems.append("The sidecar has no XMP data in it.")
    return _merge({"sidecar": said or {}} | _SILENT, "", problems)


def _opened(path: Path | str) -> Image.Image:
    """The file by Pillow, or its metadata alone where Pillow would decode it or cannot open it."""
    media = sniff(path)
    found = carrier(path, media) if media else None
    return found or Image.open(path, formats=_FORMATS)


def _said_by(image: Image.Image, problems: list[str]) -> dict[str, Any]:
    return {
        "exif": _attempt(lambda: exif.read_exif(image), problems) or {},
        "iptc": _attempt(lambda: iptc.read_iptc(image), problems) or {},
        "xmp": _attempt(lambda: _read_xmp(image), problems) or {},
        "text": _text_chunks(image),
        "iptc_newer": iptc.edited_since(image),
    }


def _attempt(reader: Callable[[], Any], problems: list[str]) -> Any:
    try:
        return reader()
    except MetadataError as error:
        problems.append(str(error))
        return None


def _read_sidecar(data: bytes) -> dict[str, Any]:
    try:
        return xmp.read_xmp(data) if data else {}
    except MetadataError as error:
        sentence = str(error).replace("The XMP data", "The sidecar's XMP data")
        raise MetadataError(sentence) from error


def _read_xmp(image: Image.Image) -> dict[str, Any]:
    packet = image.info.get("xmp", b"")
    if isinstance(packet, str):
        packet = packet.encode("utf-8", errors="ignore")
    return xmp.read_xmp(packet) if packet else {}


def _text_chunks(image: Image.Image) -> dict[str, str]:
    """PNG's text chunks (Title, Author, Description, Copyright, Software …) before the pixels."""
    chunks = image.info if image.format in ("PNG", "carrier") else {}
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
        **merging.texts(said),
        keywords=merging.keywords(said, problems),
        hierarchies=tuple(merging.hierarchies(said)),
        captured_at=_attempt(lambda: merging.capture_time(said), problems),
        exposure=exif.number(tags, "ExposureTime"),
        aperture=exif.number(tags, "FNumber"),
        iso=round(sensitivity) if sensitivity is not None else None,
        focal_length=exif.number(tags, "FocalLength"),
        gps=_attempt(lambda: merging.position(said), problems),
        rating=merging.rating(said),
        icc_name=icc_name,
        raw={name: clean_mapping(said[name]) for name in (*_SOURCES, "sidecar") if said[name]},
        problems=tuple(problems),
    )
