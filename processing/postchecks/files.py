"""What the file itself must be: its size, format, profile and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, JsonValue, model_validator

from processing import vips
from processing.formats.codec import ICC_FIELD, colour_space
from processing.media import JXL, sniff_bytes
from processing.operators.export.common import Budget
from processing.operators.parameters import Pixels
from processing.postchecks.base import Check, Made, Verdict

_NO_PROFILE = "none"
_KINDS = {"cmyk": "CMYK", "b-w": "GRAY", "grey16": "GRAY"}


class FileSize(Check):
    """Finds files of another size than was asked for."""

    check: ClassVar[str] = "size"
    title: ClassVar[str] = "Size in pixels"
    measured_in: ClassVar[str] = "px"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 2000, "height": 2000}

    width: Pixels | None = None
    """Exactly this wide."""
    height: Pixels | None = None
    """Exactly this high."""
    least: Pixels | None = None
    """The shorter side has at least so many pixels."""
    most: Pixels | None = None
    """The longer side has at most so many pixels."""

    @model_validator(mode="after")
    def _one_at_least(self) -> FileSize:
        if (self.width, self.height, self.least, self.most) == (None,) * 4:
            raise ValueError("give width, height, least or most")
        return self

    def look(self, made: Made) -> Verdict:
        width, height = made.encoded.width, made.encoded.height
        passed = (
            self.width in (None, width)
            and self.height in (None, height)
            and min(width, height) >= (self.least or 0)
            and max(width, height) <= (self.most or max(width, height))
        )
        said = f"It has {width} × {height} pixels"
        said += "." if passed else f"; it should be {self._wanted()}."
        return self._verdict(f"{width} × {height}", self._wanted(), passed, said)

    def _wanted(self) -> str:
        parts = {
            "{} wide": self.width,
            "{} high": self.height,
            "at least {} on the shorter side": self.least,
            "at most {} on the longer side": self.most,
        }
        return ", ".join(words.format(one) for words, one in parts.items() if one is not None)


class FileFormat(Check):
    """Finds files that are of another format, judged by their bytes."""

    check: ClassVar[str] = "format"
    title: ClassVar[str] = "Format"
    example: ClassVar[Mapping[str, JsonValue]] = {"any_of": ["jpeg", "png"]}

    any_of: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    """The formats that it may have, as exporters are called: jpeg, png, webp …"""

    def look(self, made: Made) -> Verdict:
        media = sniff_bytes(made.encoded.data)
        name = media.mime.removeprefix("image/") if media else "unknown"
        wanted = ", ".join(self.any_of)
        passed = name in {one.lower().replace("jpg", "jpeg") for one in self.any_of}
        said = f"It is {media.label if media else 'of no known format'}"
        return self._verdict(name, wanted, passed, said + ("." if passed else f", not {wanted}."))


class FileProfile(Check):
    """Finds files whose embedded profile is of another colour space, or is missing."""

    check: ClassVar[str] = "profile"
    title: ClassVar[str] = "Colour profile"
    example: ClassVar[Mapping[str, JsonValue]] = {"any_of": ["sRGB"]}

    any_of: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] = ("sRGB",)
    """The colour spaces that it may have: sRGB, Display P3, Adobe RGB, CMYK …"""
    embedded: bool = True
    """Whether the profile must be in the file. Without, a file that tells none is sRGB."""

    def look(self, made: Made) -> Verdict:
        name = profile_of(made)
        counted = "sRGB" if name == _NO_PROFILE and not self.embedded else name
        passed = counted.lower() in {one.lower() for one in self.any_of}
        wanted = ", ".join(self.any_of)
        said = "It tells no profile" if name == _NO_PROFILE else f"Its colours are {name}"
        return self._verdict(name, wanted, passed, said + ("." if passed else f", not {wanted}."))


class FileBytes(Check):
    """Finds files that are larger than allowed, or suspiciously small."""

    check: ClassVar[str] = "bytes"
    title: ClassVar[str] = "Size in bytes"
    measured_in: ClassVar[str] = "bytes"
    example: ClassVar[Mapping[str, JsonValue]] = {"most": 500_000}

    most: Budget | None = None
    """The most bytes."""
    least: Budget | None = None
    """The least bytes."""

    @model_validator(mode="after")
    def _one_at_least(self) -> FileBytes:
        if self.most is None and self.least is None:
            raise ValueError("give most, least, or both")
        return self

    def look(self, made: Made) -> Verdict:
        size = len(made.encoded.data)
        low, high = self.least or 0, self.most or size
        passed = low <= size <= high
        wanted = " and ".join(
            f"at {word} {one:,}"
            for word, one in (("least", self.least), ("most", self.most))
            if one is not None
        )
        said = f"It takes {size:,} bytes"
        said += "." if passed else f"; {wanted} are wanted."
        return self._verdict(float(size), wanted, passed, said)


def profile_of(made: Made) -> str:
    """The colour space that a file tells: its name, or "none"."""
    if made.encoded.media == JXL:
        return str(made.encoded.measures.get("profile", _NO_PROFILE))
    image = vips.Image.new_from_buffer(made.encoded.data, "")
    if not image.get_typeof(ICC_FIELD):
        return _NO_PROFILE
    kind = _KINDS.get(image.interpretation, "RGB")
    return colour_space(bytes(image.get(ICC_FIELD)), kind, "unknown")[1]
