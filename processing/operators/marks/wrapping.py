"""Break text into lines that fit a width."""

from __future__ import annotations

from collections.abc import Callable

import regex

_GRAPHEMES = regex.compile(r"\X")  # what a reader takes for one character (UAX #29)

Measure = Callable[[str], float]


def wrapped(text: str, width: float, measure: Measure) -> tuple[list[str], bool]:
    """The lines, and whether a word had to be broken.

    Breaks at spaces and where the text does; a word that is wider than the width is broken between
    graphemes, of which a line has one at least.
    """
    lines: list[str] = []
    broken = False
    for paragraph in text.split("\n"):
        line = ""
        for word in filter(None, paragraph.split(" ")):
            longer = f"{line} {word}" if line else word
            if measure(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            pieces = _pieces(word, width, measure)
            broken = broken or len(pieces) > 1
            lines += pieces[:-1]
            line = pieces[-1]
        lines.append(line)
    return lines, broken


def shortened(line: str, width: float, measure: Measure) -> str:
    """As much of a line as fits together with “…”."""
    characters = _GRAPHEMES.findall(line)
    fits = _longest(characters, lambda start: measure(start + "…") <= width)
    return "".join(characters[:fits]).rstrip() + "…"


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    pieces, rest = [], _GRAPHEMES.findall(word)
    while rest:
        most = max(1, _longest(rest, lambda start: measure(start) <= width))
        pieces.append("".join(rest[:most]))
        rest = rest[most:]
    return pieces


def _longest(characters: list[str], fits: Callable[[str], bool]) -> int:
    """How many of the first characters fit together, by halving."""
    low, high = 0, len(characters)
    while low < high:
        middle = (low + high + 1) // 2
        if fits("".join(characters[:middle])):
            low = middle
        else:
            high = middle - 1
    return low
