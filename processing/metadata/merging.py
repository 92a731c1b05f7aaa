"""One word out of many: which source is believed where sidecar, XMP, IPTC and EXIF disagree.

1. A sidecar's XMP wins: it is the newest, written by a person beside a file left as it was.
2. XMP comes before IPTC, unless the digest shows that the IPTC data was changed after it.
3. EXIF is last in what describes and first in what the camera measured.

That is the Metadata Working Group's guidance (Guidelines 2.0, 2010) but for one thing: it puts
EXIF's description, artist and copyright first, and cameras fill those with their own names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from processing.metadata import MetadataError, exif
from processing.metadata.cleaning import MAX_ITEMS, clean_line, clean_text, to_number
from processing.metadata.mapping import EXIF_FIRST, FIELDS, MANY, Field

Said = dict[str, Any]  # "sidecar", "xmp", "iptc", "exif", "text" → what each says; "iptc_newer"
MAX_KEYWORD = 100
MAX_DEPTH = 8
# What cameras and programs put where a person's words belong; no word of anybody.
_DEFAULTS = re.compile(
    r"(sony dsc|((konica )?minolta |olympus |pentax |kodak )?digital camera|camera digital|samsung"
    r"|exif_jpeg_picture|dcim\\\w+|default|picasa( [\d.]+)?|camera owner|unknown|untitled"
    r"|image description|my beautiful picture|\?+)",
    re.IGNORECASE,
)
_HUMAN = {"title", "caption", "creator"}
_LINES = {"caption", "copyright", "usage_terms", "instructions"}  # that may have several
_HIERARCHIES = (("lr:hierarchicalSubject", "|"), ("digiKam:TagsList", "/"))
_XMP_DEGREES = re.compile(r"(\d{1,3})(?:,(\d{1,2}(?:\.\d+)?))(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")


def texts(said: Said) -> dict[str, Any]:
    """Each field's best word: text, or a tuple of texts for those that have many."""
    found: dict[str, Any] = {}
    for field in FIELDS:
        words = next(filter(None, _candidates(said, field)), [])
        found[field.name] = tuple(words) if field.name in MANY else _joined(field, words)
    return found


def _joined(field: Field, words: list[str]) -> str:
    # As EXIF's Artist joins them: a comma may be part of a name.
    text = "; ".join(words)
    return clean_text(text) if field.name in _LINES else clean_line(text)


def _candidates(said: Said, field: Field) -> Iterable[list[str]]:
    """What each source says of a field, best first; a silent one says an empty list."""
    order = ["xmp", "iptc", "exif"]
    if said.get("iptc_newer"):
        order = ["iptc", "xmp", "exif"]
    if field.name in EXIF_FIRST:
        order = ["exif", "xmp", "iptc"]
    places = [("sidecar", field.xmp), *((name, getattr(field, name)) for name in order)]
    for source, keys in (*places, ("text", field.png)):
        for key in keys:
            words = _words(said.get(source, {}), key)
            if field.name in _HUMAN:
                words = [word for word in words if not _DEFAULTS.fullmatch(word)]
            yield words


def _words(values: dict[str, Any], key: str) -> list[str]:
    value = values.get(key)
    if not isinstance(value, list):
        value = [exif.text(values, key)]
    return [word for word in map(clean_text, value[:MAX_ITEMS]) if word]


def keywords(said: Said, problems: list[str]) -> tuple[str, ...]:
    """The keywords of all sources, in order, each once whatever its case.

    A sidecar that has keywords has all of them: what was removed there must not come back.
    """
    listed = [said.get("sidecar", {}).get("dc:subject")]
    if not listed[0]:
        listed = [said["xmp"].get("dc:subject"), said["iptc"].get("Keywords")]
        listed += [exif.text(said["exif"], "XPKeywords").split(";")]
    listed += [[path[-1] for path in hierarchies(said)]]
    words = [word for some in listed for word in (some if isinstance(some, list) else [some])]
    unique: dict[str, str] = {}
    for word in words:
        line = " ".join(word.split()) if isinstance(word, str) else ""
        if line:
            unique.setdefault(line.casefold(), line)
    return _bounded(list(unique.values()), problems)


def _bounded(words: list[str], problems: list[str]) -> tuple[str, ...]:
    kept = [clean_line(word) for word in words if len(word) <= MAX_KEYWORD]
    if len(kept) < len(words):
        problems.append(f"Keywords of more than {MAX_KEYWORD} characters were left out.")
    if len(kept) > MAX_ITEMS:
        problems.append(f"There are more than {MAX_ITEMS} keywords; the first are used.")
    return tuple(filter(None, kept[:MAX_ITEMS]))


def hierarchies(said: Said) -> list[tuple[str, ...]]:
    """Keywords with what they are kinds of, broadest first: ``("animal", "dog")``."""
    paths = []
    for source in ("sidecar", "xmp"):
        for key, separator in _HIERARCHIES:
            value = said.get(source, {}).get(key) or []
            for path in (value if isinstance(value, list) else [value])[:MAX_ITEMS]:
                parts = [clean_line(part) for part in path.split(separator)[:MAX_DEPTH]]
                paths.append(tuple(part for part in parts if 0 < len(part) <= MAX_KEYWORD))
    return [path for path in dict.fromkeys(paths) if path]


def capture_time(said: Said) -> datetime | None:
    """When it was taken: a sidecar's word, else EXIF's, else XMP's, else IPTC's."""
    found = _xmp_time(said.get("sidecar", {})) or exif.capture_time(said["exif"])
    return found or _xmp_time(said["xmp"]) or _iptc_time(said["iptc"])


def _xmp_time(values: dict[str, Any]) -> datetime | None:
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated"):
        stamp = values.get(name)
        if isinstance(stamp, str) and "T" in stamp and stamp[:4].strip("0-"):
            return exif.parse_time(stamp)
    return None


def _iptc_time(values: dict[str, Any]) -> datetime | None:
    """IIM writes 20240131 and 235959+0100."""
    day, time = values.get("DateCreated", ""), values.get("TimeCreated", "")
    if not day or len(time) < 6:
        return None
    clock = f"{time[0:2]}:{time[2:4]}:{time[4:6]}{time[6:]}"
    return exif.parse_time(f"{day[0:4]}-{day[4:6]}-{day[6:8]} {clock}")


def position(said: Said) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees: a sidecar's, else EXIF's, else XMP's."""
    sources: tuple[Callable[[], tuple[float, float] | None], ...] = (
        lambda: _xmp_position(said.get("sidecar", {})),
        lambda: exif.position(said["exif"]),
        lambda: _xmp_position(said["xmp"]),
    )
    return next(filter(None, (source() for source in sources)), None)


def _xmp_position(values: dict[str, Any]) -> tuple[float, float] | None:
    """XMP writes ``48,12.5N`` or ``48,12,30N`` (ISO 16684-2, GPSCoordinate)."""
    parts = [str(values.get(f"exif:GPS{name}", "")).strip() for name in ("Latitude", "Longitude")]
    if not all(parts):
        return None
    found = [_XMP_DEGREES.fullmatch(part) for part in parts]
    latitude, longitude = (_degrees(match) if match else 999.0 for match in found)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise MetadataError("The position in the XMP data is not a place on Earth.")
    return latitude, longitude


def _degrees(match: re.Match[str]) -> float:
    degrees = int(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    return round(-degrees if match[4] in "SW" else degrees, 7)


def rating(said: Said) -> int | None:
    """Stars, 0 to 5, or -1 for rejected (XMP's xmp:Rating, Windows' EXIF tag Rating)."""
    places = (("sidecar", "xmp:Rating"), ("xmp", "xmp:Rating"), ("exif", "Rating"))
    for source, key in places:
        value = said.get(source, {}).get(key)
        try:
            stars = to_number(float(value)) if value is not None else None
        except (TypeError, ValueError):
            continue
        if stars is not None and -1 <= stars <= 5:
            return round(stars)
    return None
