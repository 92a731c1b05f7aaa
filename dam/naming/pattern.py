"""Patterns of file names: `{brand}_{sku:[A-Z]{3}\\d{4}}[_{view:front|back}]_v{version:02}.{ext}`.

docs/reference/naming-patterns.md has the grammar. A pattern reads the fields out of a name, or says
in words where the name first does not fit; and it writes a name from fields.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dam.naming.cleaning import MOST_BYTES, safe_name
from dam.naming.kinds import Value
from dam.naming.machine import END, Expected, Ran, TooMuch
from dam.naming.parsing import Read, read
from dam.naming.parts import Field, FormatError, Literal, needed, written

LONGEST_NAME = 300  # characters that are looked at
SHOWN = 40
SEPARATORS = "_-. "
TOO_LARGE = "The pattern is too large for a name as long as this: make its expressions simpler."


@dataclass(frozen=True, slots=True)
class Match:
    """What a pattern found in a name: its fields, or where and why it does not fit.

    True where it fits. `position` counts characters of the name from 0.
    """

    fields: dict[str, Value] | None
    reason: str = ""
    position: int = 0

    def __bool__(self) -> bool:
        return self.fields is not None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read. `Pattern.parse` makes one."""

    text: str
    read: Read

    @staticmethod
    def parse(text: str) -> "Pattern":
        """Read a pattern. Raises PatternError, which names the place."""
        return _parsed(text)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields in their order."""
        return self.read.fields

    def __contains__(self, name: str) -> bool:
        return any(one.name == name for one in self.fields)

    def match(self, name: str) -> Match:
        """Read the fields out of a name; where it does not fit, the reason is in words."""
        said = unicodedata.normalize("NFC", name)[: LONGEST_NAME + 1]
        try:
            ran = self.read.program.run(said)
        except TooMuch:
            return Match(None, TOO_LARGE)
        if ran.spans is None:
            return _misfit(self, said, ran)
        found: dict[str, Value] = {}
        for one in self.fields:
            start, end = ran.spans[one.slot]
            if end < 0 or start < 0:
                continue
            try:
                found[one.name] = one.kind.read(said[start:end])
            except ValueError as error:
                return Match(None, f"{one.name}: {error}.", start)
        return Match(found)

    def format(self, fields: Mapping[str, Value | None], *, exact: bool = True) -> str:
        """Write a name: the inverse of `match`.

        Raises FormatError for a field that is missing or does not fit, a name that is too long or
        that some system does not take; and, where `exact`, for one that would be read otherwise.
        """
        known = {name: value for name, value in fields.items() if value not in (None, "")}
        missing = [one.name for one in needed(self.read.parts) if one.name not in known]
        if missing:
            raise FormatError(f"There is no {' and no '.join(missing)} to write.")
        name = unicodedata.normalize("NFC", "".join(written(self.read.parts, known)))
        if len(name.encode()) > MOST_BYTES:
            raise FormatError(f"“{name[:SHOWN]}…” is longer than {MOST_BYTES} bytes.")
        if safe_name(name) != name:
            raise FormatError(f"“{name}” is a name that some systems do not take.")
        if exact and self.match(name).fields != {
            one.name: one.kind.read(one.write(known[one.name]))
            for one in self.fields
            if one.name in known
        }:
            raise FormatError(f"“{name}” would be read with other fields than these.")
        return name


def _misfit(pattern: Pattern, name: str, ran: Ran) -> Match:
    """Say what was expected where a name first does not fit, and what is there instead."""
    start = ran.expected[0].start
    if start == 0:
        where = "At the beginning"
    else:
        where = f"After “{'…' * (start > SHOWN)}{name[:start][-SHOWN:]}”"
    wanted = " or ".join(dict.fromkeys(_wanted(pattern, one) for one in ran.expected))
    there = _snippet(name[start:])
    found = f"“{there}” is there" if there else "the name ends there"
    return Match(None, f"{where} {wanted} was expected, but {found}.", start)


def _wanted(pattern: Pattern, expected: Expected) -> str:
    if expected.element == END:
        return "the end of the name"
    element = pattern.read.elements[expected.element]
    return f"“{element.text}”" if isinstance(element, Literal) else element.words


def _snippet(rest: str) -> str:
    """The piece of a name up to the next separator."""
    end = next((n for n, char in enumerate(rest) if n and char in SEPARATORS), len(rest))
    return rest[: min(end, SHOWN)] + "…" * (end > SHOWN)


@lru_cache(maxsize=512)
def _parsed(text: str) -> Pattern:
    return Pattern(text, read(text))
