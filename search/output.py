"""How hits are written by the commands: the JSON that others script against, and lines."""

from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from typing import Any

from search.ranking import Hit


def answer(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as the commands' JSON has them; `file` is the original's name."""
    return [
        {"asset": hit.asset.pk, "file": file_name(hit), "score": hit.score, "why": hit.why}
        for hit in hits
    ]


def lines(hits: Iterable[Hit]) -> Iterator[str]:
    """Yield a line for each hit, for people."""
    for hit in hits:
        score = "" if hit.score is None else f"{hit.score:4.0%}  "
        weak = " (weak)" if hit.weak else ""
        why = f"  {'; '.join(hit.why)}{weak}" if hit.why else ""
        yield f"{hit.asset.pk:>7}  {score}{file_name(hit)}{why}"


def file_name(hit: Hit) -> str:
    version = hit.asset.current_version
    return version.file_name if version else hit.asset.title


def positive(text: str) -> int:
    """Read a whole number of at least 1. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)
