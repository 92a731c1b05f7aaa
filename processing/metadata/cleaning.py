"""Making a stranger's values safe to keep: bounded, without NUL, ready for JSON and PostgreSQL."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 4_000
MAX_ITEMS = 100
MAX_ENTRIES = 500
_MAX_DEPTH = 4

# NUL and the other control characters, lone surrogates and non-characters, which JSON, XML or the
# database do not take; and the marks that reverse the direction of text and so disguise it.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_UNSAFE = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u2069]")


def clean_text(value: str, limit: int = MAX_TEXT) -> str:
    """Printable text, at most ``limit`` characters, white space at the ends gone."""
    text = _UNSAFE.sub("", value[: limit * 2]).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_line(value: str, limit: int = MAX_TEXT) -> str:
    """``clean_text`` on one line: what could begin another one in a header or a log is a space."""
    return clean_text(" ".join(value[: limit * 2].split()), limit)


def clean_value(value: Any, depth: int = 0) -> Any:
    """A JSON-safe copy: text bounded, bytes and what is unknown become None, so do NaN and ±∞."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else None
    if isinstance(value, Mapping):
        return clean_mapping(value, depth + 1) if depth < _MAX_DEPTH else None
    if isinstance(value, list | tuple):
        return _clean_list(value, depth) if depth < _MAX_DEPTH else None
    return to_number(value)


def clean_mapping(values: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
    """``clean_value`` over a mapping with text keys; entries without a value are left out."""
    cleaned: dict[str, Any] = {}
    for key, value in list(values.items())[:MAX_ENTRIES]:
        kept = clean_value(value, depth)
        if kept is not None and kept != "":
            cleaned[clean_text(str(key), 100)] = kept
    return cleaned


def to_number(value: Any) -> float | None:
    """A finite float from numbers and EXIF rationals, else None (0/0 is common in real files)."""
    if isinstance(value, str | bytes) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return round(number, 9) if math.isfinite(number) else None


def _clean_list(values: list[Any] | tuple[Any, ...], depth: int) -> list[Any] | None:
    kept = [clean_value(value, depth + 1) for value in values[:MAX_ITEMS]]
    kept = [value for value in kept if value is not None]
    return kept or None
