"""Typefaces: the one that is there by default, or a file of the library."""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from processing.operators.context import Context
from processing.operators.picture import Unfit

Weight = Literal["light", "regular", "medium", "bold", "black"]
Font = ImageFont.FreeTypeFont

_LARGEST_FILE = 20 * 1024**2
_SIGNATURES = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
_NO_CHARACTER = "\uffff"  # never assigned: what is drawn for it is drawn for all that are missing
_UNSEEN = ("Zs", "Zl", "Zp", "Cf", "Mn", "Me")  # spaces, marks of direction, joiners, accents


def typeface(reference: str | None, weight: Weight, context: Context) -> bytes:
    """A font's file: that of the library, or Roboto (Apache-2.0). Raises Unfit."""
    if reference is None:
        return _default(weight)
    path = context.library.file(reference)
    if path.stat().st_size > _LARGEST_FILE:
        raise Unfit(f"The font “{reference}” is larger than {_LARGEST_FILE // 1024**2} MiB.")
    data = Path(path).read_bytes()
    if not data.startswith(_SIGNATURES):
        raise Unfit(f"“{reference}” is no TrueType or OpenType font.")
    return data


@cache
def _default(weight: Weight) -> bytes:
    return (files("font_roboto") / "files" / f"Roboto-{weight.capitalize()}.ttf").read_bytes()


def sized(data: bytes, size: int, text: str) -> Font:
    """The font at that size in pixels, laid out by Raqm (both directions, ligatures) if it can.

    Raises Unfit for a font that cannot be read or has no such size.
    """
    try:
        font = ImageFont.truetype(io.BytesIO(data), size)
    except (OSError, ValueError) as error:
        raise Unfit("The font cannot be read, or not at this size.") from error
    try:
        for line in text.split("\n"):
            font.getbbox(line)
    except RuntimeError:  # Raqm gives up on a few combinations of characters and fonts
        return font.font_variant(layout_engine=ImageFont.Layout.BASIC)
    return font


def cleaned(text: str) -> str:
    """The text without control characters; line breaks stay, half surrogates become “�”."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(map(_drawable, line)) for line in lines)


def _drawable(character: str) -> str:
    kind = unicodedata.category(character)
    return {"Cc": "", "Cs": "\ufffd", "Cn": "\ufffd", "Zl": " ", "Zp": " "}.get(kind, character)


def missing(data: bytes, text: str) -> list[str]:
    """The characters that the font has not, in order, each once."""
    font = ImageFont.truetype(io.BytesIO(data), 24, layout_engine=ImageFont.Layout.BASIC)
    nothing = _drawn(font, _NO_CHARACTER)
    seen = dict.fromkeys(text)
    return [one for one in seen if _shown(one) and _drawn(font, one) == nothing]


def _shown(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) not in _UNSEEN


def _drawn(font: Font, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)
