"""What is to be written into a file: the library's values, cut to what a brand's rule lets out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from processing.metadata.cleaning import MAX_ITEMS, clean_line, clean_text
from processing.metadata.mapping import FIELDS, MANY

# Part of every written file's key: raise it when the same values would give other bytes.
WRITER_VERSION = 2
MAX_KEYWORD = 120
SEPARATOR = ";"  # between several creators, as EXIF's Artist has it (Metadata Working Group, 2010)
_LINES = {"caption", "copyright", "usage_terms"}

Embed = Literal["all", "rights", "none"]


@dataclass(frozen=True, slots=True)
class Values:
    """Metadata to write. ``texts`` and ``lists`` go by the names of ``mapping.FIELDS``.

    ``camera`` holds EXIF's names (Make, Model, ExposureTime in seconds, FNumber, ISO, FocalLength
    in millimetres, LensModel, DateTimeOriginal, OffsetTimeOriginal). gps is (latitude, longitude)
    in degrees. document and version name the picture and its state (xmpMM). dpi is the file's
    resolution for print and srgb whether its colours are that, which EXIF tells too.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    camera: Mapping[str, str | float] = field(default_factory=dict)
    gps: tuple[float, float] | None = None
    document: str = ""
    version: str = ""
    dpi: float | None = None
    srgb: bool = True

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say; identifiers alone are no message."""
        return not (self.texts or self.lists or self.keywords or self.camera or self.gps)

    def digest(self) -> str:
        """SHA-256 (hex) over everything that decides the bytes that are written."""
        text = json.dumps([asdict(self), WRITER_VERSION], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def creators(self) -> tuple[str, ...]:
        """The creator's field taken apart into persons."""
        parts = self.texts.get("creator", "").split(SEPARATOR)
        return tuple(part.strip() for part in parts if part.strip())


def chosen(values: Values, embed: Embed, *, strip_place: bool) -> Values:
    """Return what may be written: under the rule ``embed``, without places where they are left out.

    Texts are cleaned here, whatever they went through before: what is written is read by others.
    """
    if embed == "none":
        return Values()
    scopes = {"rights"} if embed == "rights" else {"rights", "all"}
    named = [one for one in FIELDS if one.scope in scopes and not (one.place and strip_place)]
    texts = {one.name: _clean(one.name, values.texts.get(one.name, "")) for one in named}
    lists = {
        one.name: tuple(filter(None, map(clean_line, values.lists.get(one.name, ())[:MAX_ITEMS])))
        for one in named
        if one.name in MANY
    }
    kept = replace(
        values,
        texts={name: text for name, text in texts.items() if text and name not in MANY},
        lists={name: items for name, items in lists.items() if items},
    )
    if embed == "rights":
        return replace(kept, keywords=(), camera={}, gps=None)
    words = (clean_line(word, MAX_KEYWORD) for word in kept.keywords[:MAX_ITEMS])
    return replace(
        kept,
        keywords=tuple(dict.fromkeys(filter(None, words))),
        camera={name: _plain(value) for name, value in kept.camera.items()},
        gps=None if strip_place else kept.gps,
    )


def _clean(name: str, text: str) -> str:
    return clean_text(text) if name in _LINES else clean_line(text)


def _plain(value: Any) -> str | float:
    return clean_line(value, 200) if isinstance(value, str) else float(value)
