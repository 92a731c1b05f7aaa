"""The fields of the query language, and how the value of each is read.

Reading gives the value's one canonical spelling, and reading that again changes nothing. Whether
a tag, brand or collection exists is asked later (search/filters.py).
"""

import re
from collections.abc import Callable
from datetime import date

from dam.colour import parse_hex, to_hex
from dam.formats import ALL, SHOWN
from dam.models import Category

# Every spelling of a field's name, and the one that is kept.
FIELDS = {
    "tag": "tag",
    "colour": "colour",
    "color": "colour",
    "type": "type",
    "orientation": "orientation",
    "brand": "brand",
    "category": "category",
    "state": "state",
    "before": "before",
    "after": "after",
    "year": "year",
    "camera": "camera",
    "creator": "creator",
    "credit": "creator",
    "collection": "collection",
    "sku": "sku",
}
EXAMPLES = {
    "tag": "tag:dog",
    "colour": "color:#d33",
    "type": "type:jpeg",
    "orientation": "orientation:portrait",
    "brand": "brand:acme",
    "category": "category:product",
    "state": "state:approved",
    "before": "before:2024-06-01",
    "after": "after:2024-01-31",
    "year": "year:2024",
    "camera": "camera:canon",
    "creator": "creator:byron",
    "collection": "collection:summer",
    "sku": "sku:ABC1234",
}

# What other files are called; pictures go by their formats.
FAMILIES = {
    "document": "Documents",
    "table": "Tables",
    "archive": "Archives",
    "audio": "Audio",
    "video": "Video",
    "text": "Text",
    "code": "Code and data",
    "unknown": "Other files",
}


def _types() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the MIME types behind each name, and what people read for it."""
    found: dict[str, tuple[str, ...]] = {}
    labels = dict(FAMILIES)
    for media in ALL:
        name: str = media.family
        if media.kind in SHOWN:
            name = media.rule.lower().replace(" ", "_")
            labels[name] = media.rule
        found[name] = (*found.get(name, ()), media.mime)
    return found, labels


TYPES, TYPE_LABELS = _types()
CATEGORIES = tuple(Category.values)
ORIENTATIONS = ("landscape", "portrait", "square")
STATES = ("processing", "in_review", "approved", "rejected", "refused")
SYNONYMS = {
    "jpg": "jpeg",
    "tif": "tiff",
    "other": "unknown",
    "horizontal": "landscape",
    "vertical": "portrait",
    "review": "in_review",
}
# Plain colour names, placed where people point when they say them.
COLOURS = {
    "black": "#111111",
    "white": "#fafafa",
    "grey": "#808080",
    "gray": "#808080",
    "red": "#d32f2f",
    "orange": "#f57c00",
    "yellow": "#f5d130",
    "green": "#388e3c",
    "teal": "#00897b",
    "blue": "#1e6fd0",
    "purple": "#7b3fa0",
    "pink": "#ec6fa5",
    "brown": "#795548",
    "beige": "#e0d2b8",
}
YEARS = range(1000, 9000)  # what calendars and databases agree on
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")


class BadValue(ValueError):
    """A value that its field cannot have; the message is for the person who typed it."""


def read_value(field: str, given: str) -> str:
    """Return the canonical spelling of a value. Raises BadValue with a sentence."""
    if not given:
        raise BadValue(f"“{field}:” needs a value, like {EXAMPLES[field]}.")
    return _READERS.get(field, str)(given)


def _colour(given: str) -> str:
    try:
        return to_hex(parse_hex(COLOURS.get(given.lower(), given)))
    except ValueError:
        raise BadValue(
            f"“{given[:40]}” is not a colour: write it like #d33, #dd3333 or red."
        ) from None


def _one_of(what: str, allowed: tuple[str, ...]) -> Callable[[str], str]:
    def read(given: str) -> str:
        wanted = re.sub(r"[\s-]+", "_", given.lower().removeprefix("image/"))
        wanted = SYNONYMS.get(wanted, wanted)
        if wanted not in allowed:
            raise BadValue(f"“{given[:40]}” is not {what}: it is one of {', '.join(allowed)}.")
        return wanted

    return read


def _category(given: str) -> str:
    wanted = re.sub(r"[\s_]+", "-", given.lower())
    if wanted not in CATEGORIES:
        known = ", ".join(CATEGORIES)
        raise BadValue(f"“{given[:40]}” is not a kind of work: it is one of {known}.")
    return wanted


def _date(given: str) -> str:
    match = _DATE.fullmatch(given)
    try:
        year, month, day = (int(part or 1) for part in match.groups())  # type: ignore[union-attr]
        if year not in YEARS:
            raise ValueError
        return date(year, month, day).isoformat()
    except (AttributeError, ValueError):
        raise BadValue(
            f"“{given[:40]}” is not a date: write it like 2024, 2024-06 or 2024-06-30."
        ) from None


def _year(given: str) -> str:
    if not (given.isascii() and given.isdecimal() and int(given[:5]) in YEARS):
        raise BadValue(f"“{given[:40]}” is not a year: write it like 2024.")
    return given


_READERS: dict[str, Callable[[str], str]] = {
    "tag": str.lower,
    "colour": _colour,
    "type": _one_of("a type of file", tuple(TYPES)),
    "orientation": _one_of("an orientation", ORIENTATIONS),
    "category": _category,
    "state": _one_of("a state", STATES),
    "before": _date,
    "after": _date,
    "year": _year,
}
