"""EXIF blocks (CIPA DC-008) made from values: nothing is carried over that is not known.

So maker notes, thumbnails of earlier states and serial numbers cannot slip through.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from processing.metadata.mapping import FIELDS
from processing.metadata.values import SEPARATOR, Values

_TAGS = {name: number for number, name in ExifTags.TAGS.items()}
_MAIN = ("Make", "Model", "Software")
_TEXTS = ("DateTimeOriginal", "OffsetTimeOriginal", "LensModel")
_NUMBERS = ("ExposureTime", "FNumber", "FocalLength")
_WRITTEN = {"ImageDescription", "Artist", "Copyright"}
_USUAL_DPI = 72.0  # EXIF 2.32, table 4: where nobody knows
_INCH, _CENTRED = 2, 1
_SRGB, _UNCALIBRATED = 1, 0xFFFF  # table 7; the profile tells which colours others are
_STAMPS = {
    "DateTimeOriginal": re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d"),
    "OffsetTimeOriginal": re.compile(r"[+-]\d\d:\d\d"),
}


def build(values: Values) -> bytes:
    """Return a TIFF-structured block (without ``Exif\\0\\0``); empty where there is nothing."""
    exif = Image.Exif()
    for name, text in _described(values).items():
        exif[_TAGS[name]] = text.encode("utf-8")
    for name in _MAIN:
        known = values.camera.get(name)
        if isinstance(known, str) and known:
            exif[_TAGS[name]] = known.encode("utf-8")
    _add_shot(exif, values)
    if values.gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(_place(*values.gps))
    if not (len(exif) or values.gps or _has_shot(values)):
        return b""
    _add_wanted(exif, values)
    return exif.tobytes()[6:]


def _add_wanted(exif: Image.Exif, values: Values) -> None:
    """What EXIF 2.32 wants in every file (tables 4 and 7)."""
    dpi = IFDRational(round((values.dpi or _USUAL_DPI) * 100), 100)
    exif.update({282: dpi, 283: dpi, 296: _INCH, 531: _CENTRED})
    space = _SRGB if values.srgb else _UNCALIBRATED
    told = {36864: b"0232", 40960: b"0100", 40961: space}
    exif.get_ifd(ExifTags.IFD.Exif).update(told)


def _described(values: Values) -> dict[str, str]:
    found = {}
    for field in FIELDS:
        tag = next((tag for tag in field.exif if tag in _WRITTEN), "")
        if tag and values.texts.get(field.name):
            found[tag] = values.texts[field.name]
    if values.creators:
        found["Artist"] = f"{SEPARATOR} ".join(values.creators)
    return found


def _has_shot(values: Values) -> bool:
    return any(name in values.camera for name in (*_TEXTS, *_NUMBERS, "ISO"))


def _add_shot(exif: Image.Exif, values: Values) -> None:
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    for name in _TEXTS:
        text = values.camera.get(name)
        if isinstance(text, str) and (name not in _STAMPS or _STAMPS[name].fullmatch(text)):
            shot[_TAGS[name]] = text
    for name in _NUMBERS:
        number = values.camera.get(name)
        if isinstance(number, float) and 0 < number < 1e6 and math.isfinite(number):
            ratio = Fraction(number).limit_denominator(10_000_000)
            shot[_TAGS[name]] = IFDRational(ratio.numerator, ratio.denominator)
    sensitivity = values.camera.get("ISO")
    if isinstance(sensitivity, float) and 0 < sensitivity <= 65_535:
        shot[_TAGS["ISOSpeedRatings"]] = round(sensitivity)


def _place(latitude: float, longitude: float) -> dict[int, object]:
    return {
        0: b"\x02\x03\x00\x00",
        1: "N" if latitude >= 0 else "S",
        2: _degrees(latitude),
        3: "E" if longitude >= 0 else "W",
        4: _degrees(longitude),
    }


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds; seconds in hundred thousandths, which is a millimetre."""
    rest, seconds = divmod(round(abs(value) * 3600 * 100_000), 60 * 100_000)
    degrees, minutes = divmod(rest, 60)
    return (
        IFDRational(int(degrees)),
        IFDRational(int(minutes)),
        IFDRational(int(seconds), 100_000),
    )
