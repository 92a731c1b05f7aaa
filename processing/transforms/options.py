"""The options of an address: what they are called, what they may be, and their one short form.

``w=800,h=600,fit=cover``: key, equals sign, value, joined by commas; ``-`` is none of them. What
is unknown, repeated or out of range is refused with a sentence, so that a slip in a template shows
while it is written and not as a wrong picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from processing.operators.parameters import ANCHORS
from processing.transforms.errors import BadOptions

Auto = Literal["auto"]
AUTO: Auto = "auto"
NONE = "-"
LONGEST = 8_000  # pixels of a side: of what comes out
MOST_TEXT = 300  # characters of options
FITS = ("inside", "contain", "cover", "pad")
FORMATS = ("jpg", "webp", "avif", "png")
SMART = "smart"
Box = tuple[int, int, int, int]
Point = tuple[float, float]

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[1-9][0-9]{0,5}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Options:
    """What an address asks for, before the browser's wishes are known (`negotiation.py`)."""

    w: int | Auto | None = None
    h: int | None = None
    fit: str = "inside"
    dpr: float | Auto = 1.0
    q: int | Auto = AUTO
    f: str = AUTO
    g: str | Point = "centre"
    bg: str | None = None
    blur: float = 0.0
    sharp: float = 0.0
    r: int = 0
    flip: str = ""
    crop: Box | None = None

    def __post_init__(self) -> None:
        if self.fit in ("cover", "pad") and not (self.w and self.h):
            raise BadOptions(f"fit={self.fit} needs both w and h.")
        if self.w == AUTO and self.fit in ("cover", "pad"):
            raise BadOptions(f"fit={self.fit} needs a width in pixels, not w=auto.")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) and text != "0":
            raise ValueError(f"a whole number from {least} to {most}")
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return read


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            raise ValueError(f"a number from {least:g} to {most:g}")
        return float(text)

    return read


def _or_auto(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def either(text: str) -> Any:
        return AUTO if text == AUTO else read(text)

    return either


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return text

    return read


def _colour(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{6}", text):
        raise ValueError("a colour of six hexadecimal digits, such as ffffff")
    return text


def _turn(text: str) -> int:
    if text not in ("0", "90", "180", "270"):
        raise ValueError("0, 90, 180 or 270")
    return int(text)


def _gravity(text: str) -> str | Point:
    if text == SMART or text in ANCHORS:
        return text
    parts = text.split(":")
    if len(parts) == 2 and all(re.fullmatch(r"[01]|0\.[0-9]{1,3}", part) for part in parts):
        return float(parts[0]), float(parts[1])
    raise ValueError("a side or corner, “smart”, or a point such as 0.3:0.7")


def _box(text: str) -> Box:
    parts = text.split(":")
    if len(parts) != 4 or not all(re.fullmatch(r"0|[1-9][0-9]{0,5}", part) for part in parts):
        raise ValueError("left:top:width:height in pixels of the original")
    left, top, width, height = (int(part) for part in parts)
    if not width or not height:
        raise ValueError("a box with something in it")
    return left, top, width, height


READERS: Mapping[str, Callable[[str], Any]] = {
    "w": _or_auto(_whole(1, LONGEST)),
    "h": _whole(1, LONGEST),
    "fit": _one_of(*FITS),
    "dpr": _or_auto(_number(0.5, 4)),
    "q": _or_auto(_whole(1, 100)),
    "f": _one_of(AUTO, *FORMATS),
    "g": _gravity,
    "bg": _colour,
    "blur": _number(0.3, 100),
    "sharp": _number(0.1, 5),
    "r": _turn,
    "flip": _one_of("h", "v"),
    "crop": _box,
}
PRESET = "p"


def parse(text: str, presets: Mapping[str, str]) -> Options:
    """Read an address' options; those of a preset (``p=name``) stand where nothing else is said.

    Raises BadOptions.
    """
    given = _pairs(text)
    name = given.pop(PRESET, None)
    if name is not None:
        given = {**_preset(name, presets), **given}
    return _built(given)


def names_preset(text: str) -> bool:
    """Whether options name a preset, so that what they stand for may change."""
    return any(part.startswith(f"{PRESET}=") for part in text.split(","))


def check_preset(name: str, text: str) -> None:
    """Refuse a preset that no address could use. Raises BadOptions."""
    if not _NAME.fullmatch(name):
        raise BadOptions(f"“{name}” is no name for a preset: small letters, digits and hyphens.")
    _built(_preset(name, {name: text}))


def _preset(name: str, presets: Mapping[str, str]) -> dict[str, str]:
    if name not in presets:
        raise BadOptions(f"There is no preset “{name[:40]}”.")
    given = _pairs(presets[name])
    if PRESET in given:
        raise BadOptions(f"The preset “{name}” names another one: it cannot.")
    return given


def _pairs(text: str) -> dict[str, str]:
    if len(text) > MOST_TEXT:
        raise BadOptions(f"The options are longer than {MOST_TEXT} characters.")
    found: dict[str, str] = {}
    for part in text.split(",") if text != NONE else ():
        key, equals, value = part.partition("=")
        if not equals or (key != PRESET and key not in READERS):
            known = ", ".join([*READERS, PRESET])
            raise BadOptions(f"There is no option “{part[:40]}”; there are: {known}.")
        if key in found:
            raise BadOptions(f"The option “{key}” is there twice.")
        found[key] = value
    return found


def _built(given: Mapping[str, str]) -> Options:
    values = {}
    for key, text in given.items():
        try:
            values[key] = READERS[key](text)
        except ValueError as error:
            raise BadOptions(f"The option “{key}” must be {error}, not “{text[:40]}”.") from error
    return Options(**values)


def canonical(options: Options) -> str:
    """The one short form: keys in order, defaults left out. Equal options give equal text."""
    parts = []
    for one in fields(options):
        value = getattr(options, one.name)
        if value != one.default:
            parts.append(f"{one.name}={_text(value)}")
    return ",".join(parts) or NONE


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ":".join(_text(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def settled(options: Options, **changes: Any) -> Options:
    """Options with what was open decided."""
    return replace(options, **changes)
