"""Kinds of fields: what their text looks like, what it says, and how a value is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dam.naming import expressions as ex
from dam.naming.wording import in_words

Value = str | int
MOST_DIGITS = 15
LATIN_DIGIT = ex.Characters(classes=frozenset({ex.DIGIT}))
_DATE = re.compile(r"(?=.*YY)(?=.*MM)(?=.*DD)(?:YYYY|YY|MM|DD|[-_. ])+")
_TOKENS = re.compile(r"YYYY|YY|MM|DD|[-_. ]")
_DIGITS = {"YYYY": r"\d{4}", "YY": r"\d\d", "MM": r"0[1-9]|1[0-2]", "DD": r"0[1-9]|[12]\d|3[01]"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field takes: an expression, words for it, and the way to and from a value.

    `read` and `write` raise ValueError, in words, for what is no value of the kind.
    """

    node: ex.Node
    words: str
    read: Callable[[str], Value]
    write: Callable[[Value], str]


def kind_of(spec: str, position: int) -> tuple[Kind, int]:
    """Read what stands between a field's colon and its end; return the kind and its length."""
    plain = re.match(r"[^}!]*", spec)
    name = plain.group() if plain else ""
    if name in NAMED:
        return NAMED[name](), len(name)
    if re.fullmatch(r"0[1-9]\d?", name) and int(name) <= MOST_DIGITS:
        return _number(int(name)), len(name)
    if name.isdigit():
        raise ex.PatternError(
            position, f"a width is written like 02 (at least 2 digits, up to 0{MOST_DIGITS})."
        )
    if _DATE.fullmatch(name) and len(name) < 20:
        return _date(name, position), len(name)
    reader = ex.Reader(spec)
    try:
        node = reader.expression()
    except ex.PatternError as error:
        sentence = str(error).partition(": ")[2]
        raise ex.PatternError(position + error.position, sentence) from error
    return Kind(node, in_words(node), str, str), reader.at


def word() -> Kind:
    """Letters, digits and hyphens: what stands between the usual separators."""
    chars = ex.Characters((("-", "-"),), frozenset({ex.WORD}))
    return Kind(ex.Repeat(chars, 1, None), "letters, digits or hyphens", str, str)


def text() -> Kind:
    """Anything that a file name can hold, as much as fits."""
    chars = ex.Characters(classes=frozenset({ex.TEXT}))
    return Kind(ex.Repeat(chars, 1, None), "any text", str, str)


def _number(width: int = 1) -> Kind:
    """A whole number with leading zeros up to a width, and none beyond it."""
    exact = ex.Repeat(LATIN_DIGIT, width, width)
    first = ex.Characters((("1", "9"),))
    longer = ex.Sequence((first, ex.Repeat(LATIN_DIGIT, width, MOST_DIGITS - 1)))
    node = ex.Either((longer, exact)) if width < MOST_DIGITS else exact
    words = "a number" if width == 1 else f"a number of at least {width} digits"
    return Kind(node, words, int, lambda value: _digits(value, width))


def _digits(value: Value, width: int) -> str:
    try:
        number = int(value)
    except ValueError:
        raise ValueError(f"“{value}” is not a number") from None
    if number < 0 or len(str(number)) > MOST_DIGITS:
        raise ValueError(f"{number} is not between 0 and {MOST_DIGITS} digits")
    return f"{number:0{width}d}"


def _date(form: str, position: int) -> Kind:
    tokens = _TOKENS.findall(form)
    parts = [token for token in tokens if token in _DIGITS]
    if len(set(parts)) != len(parts) or {"YYYY", "YY"} <= set(parts):
        raise ex.PatternError(position, "a date has one year, one month and one day.")
    nodes = [ex.Reader(_DIGITS[t]).expression() if t in _DIGITS else ex.literal(t) for t in tokens]
    return Kind(
        ex.Sequence(tuple(nodes)),
        f"a date like {_written(date(2026, 3, 9), tokens)}",
        lambda said: _read_date(said, tokens),
        lambda value: _written(_as_date(value), tokens),
    )


def _written(day: date, tokens: list[str]) -> str:
    year = f"{day.year:04d}"
    parts = {"YYYY": year, "YY": year[2:], "MM": f"{day.month:02d}", "DD": f"{day.day:02d}"}
    return "".join(parts.get(token, token) for token in tokens)


def _read_date(said: str, tokens: list[str]) -> str:
    parts, at = {}, 0
    for token in tokens:
        parts[token] = said[at : at + len(token)]
        at += len(token)
    year = parts.get("YYYY") or "20" + parts["YY"]
    try:
        return date(int(year), int(parts["MM"]), int(parts["DD"])).isoformat()
    except ValueError:
        raise ValueError(f"“{said}” is a date that is in no calendar") from None


def _as_date(value: Value) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ValueError(f"“{value}” is not a date like 2026-03-09") from None


NAMED: dict[str, Callable[[], Kind]] = {
    "": word,
    "word": word,
    "text": text,
    "number": _number,
    "date": lambda: _date("YYYY-MM-DD", 0),
}
