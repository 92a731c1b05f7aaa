"""The language of the search field: words, "exact phrases", -not this, and field:value.

    sunset harbour "fishing boat" -people tag:"golden hour" color:#d33 after:2023-05 -type:png

`parse` understands any text: what it cannot use it names in a sentence (`Query.problems`) and
leaves out. `Query.to_string` writes a query so that `parse` reads the same query again.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from search.values import FIELDS, BadValue, read_value

Item = TypeVar("Item")
LONGEST = 500  # characters; what is longer was pasted by mistake

_QUOTES = str.maketrans("“”„«»", '"' * 5)
_DASHES = "-−–"
# Only a known field's name before a colon is special, so that "16:9" stays text.
_TOKEN = re.compile(
    r"""
    (?P<minus>[-−–]?)
    (?: (?P<field>FIELDS):(?: "(?P<quoted>[^"]*)"? | (?P<plain>[^\s"]*) )
      | "(?P<phrase>[^"]*)"?
      | (?P<word>[^\s"]+) )
    """.replace("FIELDS", "|".join(FIELDS)),
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One `field:value`; `field` and `value` are in their one canonical spelling."""

    field: str
    value: str
    negated: bool = False

    def __str__(self) -> str:
        return f"{'-' * self.negated}{self.field}:{_quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Values are checked for their form, not yet against the library.

    `text` is searched by meaning and by word; `phrases` must occur as they are; `without` (words
    or phrases) must not occur. Filters of one field widen each other (`tag` excepted, which
    narrows); different fields narrow. `problems` are sentences about what was not understood.
    """

    text: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[str, ...] = field(default=(), compare=False)

    def to_string(self) -> str:
        """Return the query as one would type it."""
        parts = [self.text] if self.text else []
        parts += [f'"{phrase}"' for phrase in self.phrases]
        parts += [f"-{_quoted(words)}" for words in self.without]
        parts += [str(one) for one in self.filters]
        return " ".join(parts)

    @property
    def empty(self) -> bool:
        """Whether it asks for everything."""
        return not (self.text or self.phrases or self.without or self.filters)

    @property
    def meant(self) -> str:
        """The words that are searched by meaning: the text and the phrases."""
        return " ".join([*([self.text] if self.text else []), *self.phrases])

    def of(self, name: str, *, negated: bool = False) -> tuple[str, ...]:
        """Return the values of one field's filters."""
        return tuple(f.value for f in self.filters if f.field == name and f.negated == negated)

    def plus(self, name: str, value: str) -> "Query":
        """Return the query narrowed by a filter, as a facet's link does."""
        added = Filter(name, value)
        return self if added in self.filters else replace(self, filters=(*self.filters, added))

    def minus(self, unwanted: Filter) -> "Query":
        """Return the query without a filter, as a chip's cross does."""
        return replace(self, filters=tuple(f for f in self.filters if f != unwanted))


def parse(text: str) -> Query:
    """Read what somebody typed. Never raises: problems are in the query."""
    reading = _Reading()
    if len(text) > LONGEST:
        reading.problems.append(f"Only the first {LONGEST} characters were searched for.")
    for match in _TOKEN.finditer(_cleaned(text[:LONGEST])):
        reading.take(match)
    return reading.query()


class _Reading:
    """A query while it is being read, token by token."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.phrases: list[str] = []
        self.without: list[str] = []
        self.filters: list[Filter] = []
        self.problems: list[str] = []

    def take(self, match: re.Match[str]) -> None:
        negated = bool(match["minus"])
        if match["field"]:
            given = match["quoted"] if match["quoted"] is not None else match["plain"]
            self._filter(match["field"].lower(), _squeezed(given), negated)
        elif match["phrase"] is not None:
            self._phrase(_squeezed(match["phrase"]), negated)
        else:
            self._word(match["word"].lstrip(_DASHES), negated)

    def _phrase(self, phrase: str, negated: bool) -> None:
        if phrase:
            (self.without if negated else self.phrases).append(phrase)

    def _word(self, word: str, negated: bool) -> None:
        if word:
            (self.without if negated else self.words).append(word)

    def _filter(self, name: str, given: str, negated: bool) -> None:
        try:
            self.filters.append(Filter(FIELDS[name], read_value(FIELDS[name], given), negated))
        except BadValue as problem:
            self.problems.append(str(problem))

    def query(self) -> Query:
        return Query(
            " ".join(self.words),
            tuple(_once(self.phrases)),
            tuple(_once(self.without)),
            tuple(_once(self.filters)),
            tuple(_once(self.problems)),
        )


def _cleaned(text: str) -> str:
    """One kind of quote, and nothing that cannot be seen: control characters become spaces."""
    plain = text.translate(_QUOTES)
    return "".join(c if c.isprintable() else " " for c in plain)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _once(items: Iterable[Item]) -> Iterator[Item]:
    return iter(dict.fromkeys(items))


def _quoted(value: str) -> str:
    bare = value and not re.search(r"\s", value) and value[0] not in _DASHES
    return value if bare and ":" not in value else f'"{value}"'
