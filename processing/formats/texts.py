"""Bytes that may be text: in which encoding, and what they say."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_PLAIN_SHARE = 0.6  # of the letters of a text in a western language, at least
_WHITE = "\t\r\n\f\v\x1b"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the encoding that it was in, as people call it."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded | None:
    """Read bytes as text, or return None where they are none.

    A byte order mark decides; without one it is UTF-8 where that fits (a character cut off at the
    end is left out), else Windows-1252, the commonest of the older encodings, where most letters
    are plain ones. Text has no control characters but white space.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(codec, errors="ignore"), name)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return _older(data)
    return _checked(text, "ASCII" if text.isascii() else "UTF-8")


def _older(data: bytes) -> Decoded | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    plain = sum(character.isascii() for character in text)
    return _checked(text, "Windows-1252") if plain >= _PLAIN_SHARE * len(text) else None


def _checked(text: str, encoding: str) -> Decoded | None:
    if any(character < " " and character not in _WHITE for character in text):
        return None
    return Decoded(text, encoding)
