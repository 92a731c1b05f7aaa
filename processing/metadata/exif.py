"""EXIF 2.32 (CIPA DC-008) through Pillow's parser, as names and plain values."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from processing.metadata import MetadataError
from processing.metadata.cleaning import clean_text, to_number

# What Pillow's EXIF parser raises on damaged blocks.
_PARSER_ERRORS = (
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
)
_WINDOWS_TEXT = {"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"}
_DATE = re.compile(r"(\d{4})[:\-/](\d{1,2})[:\-/](\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})|(Z)")


def read_exif(image: Image.Image) -> dict[str, Any]:
    """Tag name → value over the main, Exif and GPS directories; GPS names begin with ``GPS``.

    Raises MetadataError when the block cannot be parsed.
    """
    try:
        # Not image.getexif(): for a PNG that would decode the pixels first.
        exif = Image.Image.getexif(image)
        values = _named(exif, ExifTags.TAGS)
        values |= _named(exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)
        values |= _named(exif.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS)
    except _PARSER_ERRORS as error:
        raise MetadataError("The EXIF data is damaged and could not be read.") from error
    values.pop("MakerNote", None)
    return values


def _named(directory: Any, names: dict[int, str]) -> dict[str, Any]:
    found = {}
    for tag in directory:
        name = names.get(tag, f"Tag{tag}")
        value = directory.get(tag)
        if name in _WINDOWS_TEXT:
            value = _windows_text(value)
        found[name] = _as_utf8(value) if isinstance(value, str) else value
    return found


def _windows_text(value: Any) -> str:
    data = bytes(value) if isinstance(value, bytes | tuple | list) else b""
    return data.decode("utf-16-le", errors="ignore").rstrip("\0")


def text(values: dict[str, Any], name: str) -> str:
    """A text tag, cleaned; empty when absent or not text."""
    value = values.get(name)
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="ignore")
    return clean_text(value) if isinstance(value, str) else ""


def _as_utf8(value: str) -> str:
    """EXIF text is ASCII by the book, UTF-8 in practice, and Latin-1 to Pillow."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def number(values: dict[str, Any], name: str) -> float | None:
    """A numeric tag (the first, if there are several), or None."""
    value = values.get(name)
    if isinstance(value, tuple | list):
        value = value[0] if value else None
    return to_number(value)


def capture_time(values: dict[str, Any]) -> datetime | None:
    """When the shutter opened, with its offset from UTC if the camera wrote one.

    Raises MetadataError when a date is there but is none.
    """
    for name in ("DateTimeOriginal", "DateTimeDigitized"):
        stamp = text(values, name)
        if not stamp.strip(" :0-"):
            continue
        offset = text(values, name.replace("DateTime", "OffsetTime"))
        return parse_time(stamp + offset)
    return None


def parse_time(stamp: str) -> datetime:
    """EXIF and XMP date-times, aware when they carry an offset. Raises MetadataError."""
    match = _DATE.match(stamp)
    try:
        if match is None:
            raise ValueError("no date-time pattern")
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        shown = clean_text(stamp, 40)
        raise MetadataError(f"The capture date “{shown}” is not a date.") from error
    zone = _OFFSET.search(stamp, match.end())
    if zone is None:
        return moment
    return moment.replace(tzinfo=_zone(zone)) if _zone(zone) is not None else moment


def _zone(match: re.Match[str]) -> timezone | None:
    if match[4]:
        return UTC
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def position(values: dict[str, Any]) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees, or None when absent.

    Raises MetadataError when a position is there but lies nowhere on Earth.
    """
    if "GPSLatitude" not in values or "GPSLongitude" not in values:
        return None
    latitude = _degrees(values["GPSLatitude"], text(values, "GPSLatitudeRef") == "S")
    longitude = _degrees(values["GPSLongitude"], text(values, "GPSLongitudeRef") == "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise MetadataError("The position in the metadata is not a place on Earth.")
    return latitude, longitude


def _degrees(parts: Any, negative: bool) -> float | None:
    parts = parts if isinstance(parts, tuple | list) else (parts,)
    numbers = [to_number(part) for part in parts[:3]]
    if not numbers or any(part is None for part in numbers):
        return None
    degrees = sum(part / 60**index for index, part in enumerate(numbers) if part is not None)
    return round(-degrees if negative else degrees, 7)
