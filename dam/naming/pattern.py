"""Patterns of file names: `{brand}_{sku:[A-Z]{3}\\d{4}}[_{view:front|back}]_v{version:02}.{ext}`.

docs/reference/naming-patterns.md has the grammar. A pattern reads the fields out of a name, or says
in words where the name first does not fit; and it writes a name from fields.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from dam.naming import expressions as ex
from dam.naming.cleaning import MOST_BYTES, safe_name
from dam.naming.kinds import Kind, Value, kind_of, word
from dam.naming.machine import END, Expected, Program, Ran, TooLong

LONGEST, MOST_FIELDS, DEEPEST = 300, 20, 5
LONGEST_NAME = 300  # characters that are looked at
CASES = {"upper": "upper", "lower": "lower", "nocase": "any"}
SHOWN = 40
SEPARATORS = "_-. "


class FormatError(ValueError):
    """Fields from which a pattern cannot write a name; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in the name as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A named value. `slot` is where the machine keeps its span."""

    name: str
    kind: Kind
    case: str
    slot: int
    program: Program = field(repr=False, compare=False)

    @property
    def words(self) -> str:
        """What is expected of it, for a sentence."""
        return f"{self.name} ({self.kind.words}{CASE_WORDS[self.case]})"

    def write(self, value: Value) -> str:
        """Return a value's text. Raises FormatError for one that the field does not take."""
        try:
            text = self.kind.write(value)
        except ValueError as error:
            raise FormatError(f"{self.name}: {error}.") from error
        text = {"upper": text.upper(), "lower": text.lower()}.get(self.case, text)
        if self.program.run(text).spans is None:
            raise FormatError(f"{self.name}: “{text}” is not {self.kind.words}.")
        return text


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that may be left out: written where all the fields in it are known."""

    parts: tuple["Part", ...]


Part = Literal | Field | Optional
CASE_WORDS = {"": "", "upper": ", in capitals", "lower": ", in small letters", "any": ""}


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
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    program: Program = field(repr=False, compare=False)
    elements: tuple[Literal | Field, ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a pattern. Raises PatternError, which names the place."""
        return _parsed(cls, text)

    def __contains__(self, name: str) -> bool:
        return any(one.name == name for one in self.fields)

    def match(self, name: str) -> Match:
        """Read the fields out of a name; where it does not fit, the reason is in words."""
        said = unicodedata.normalize("NFC", name)[: LONGEST_NAME + 1]
        ran = self.program.run(said)
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
        missing = [one.name for one in _needed(self.parts) if one.name not in known]
        if missing:
            raise FormatError(f"There is no {' and no '.join(missing)} to write.")
        name = unicodedata.normalize("NFC", "".join(_written(self.parts, known)))
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


def _needed(parts: tuple[Part, ...]) -> Iterator[Field]:
    yield from (part for part in parts if isinstance(part, Field))


def _written(parts: tuple[Part, ...], known: Mapping[str, Value]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Literal):
            yield part.text
        elif isinstance(part, Field):
            yield part.write(known[part.name])
        elif all(one.name in known for one in _needed(part.parts)):
            yield from _written(part.parts, known)


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
    element = pattern.elements[expected.element]
    return f"“{element.text}”" if isinstance(element, Literal) else element.words


def _snippet(rest: str) -> str:
    """The piece of a name up to the next separator."""
    end = next((n for n, char in enumerate(rest) if n and char in SEPARATORS), len(rest))
    return rest[: min(end, SHOWN)] + "…" * (end > SHOWN)


@lru_cache(maxsize=512)
def _parsed(cls: type[Pattern], text: str) -> Pattern:
    if len(text) > LONGEST:
        raise ex.PatternError(LONGEST, f"a pattern is up to {LONGEST} characters long.")
    parsing = _Parsing(ex.Reader(text))
    parts = parsing.parts()
    if parsing.reader.next:
        raise ex.PatternError(parsing.reader.at, "this “]” has no “[” before it.")
    if not parsing.fields:
        raise ex.PatternError(len(text), "a field was expected somewhere, like {sku}.")
    program = Program(slots=2 * len(parsing.fields))
    elements: list[Literal | Field] = []
    try:
        _compile(parts, program, elements)
        program.add("enter", END)
        program.add("end")
    except TooLong:
        raise ex.PatternError(0, "the pattern is too large: ask for fewer repetitions.") from None
    return cls(text, parts, tuple(parsing.fields), program, tuple(elements))


def _compile(parts: tuple[Part, ...], program: Program, elements: list[Literal | Field]) -> None:
    for part in parts:
        if isinstance(part, Optional):
            program.maybe(lambda part=part: _compile(part.parts, program, elements))
            continue
        program.add("enter", len(elements))
        elements.append(part)
        if isinstance(part, Literal):
            program.node(ex.literal(part.text))
        else:
            program.add("save", 2 * part.slot)
            program.node(ex.in_case(part.kind.node, part.case) if part.case else part.kind.node)
            program.add("save", 2 * part.slot + 1)


@dataclass(slots=True)
class _Parsing:
    """The reading of one pattern's text into parts."""

    reader: ex.Reader
    fields: list[Field] = field(default_factory=list)

    def parts(self, depth: int = 0) -> tuple[Part, ...]:
        found: list[Part] = []
        literal = ""
        while (char := self.reader.next) and char != "]":
            if char not in "{[":
                literal += self._literal()
                continue
            if literal:
                found.append(Literal(literal))
                literal = ""
            found.append(self._field() if char == "{" else self._optional(depth))
        if literal:
            found.append(Literal(literal))
        return tuple(found)

    def _literal(self) -> str:
        start, char = self.reader.at, self.reader.take()
        if char == "\\":
            char = self.reader.take()
            if char not in "{}[]" or not char:
                raise ex.PatternError(start, "“\\” stands before {, }, [ or ] only.")
            return char
        if char == "}":
            raise ex.PatternError(start, "this “}” has no “{” before it.")
        if char in ex.FORBIDDEN or not char.isprintable():
            raise ex.PatternError(start, f"“{char}” cannot be in a file name.")
        return unicodedata.normalize("NFC", char)

    def _optional(self, depth: int) -> Optional:
        start = self.reader.at
        if depth >= DEEPEST:
            raise ex.PatternError(start, f"parts may lie {DEEPEST} deep in each other.")
        self.reader.at += 1
        parts = self.parts(depth + 1)
        if self.reader.take() != "]":
            raise ex.PatternError(start, "this “[” has no “]”.")
        if not any(isinstance(part, Field) for part in parts):
            raise ex.PatternError(
                start, "a part that may be left out needs a field, which says when to write it."
            )
        return Optional(parts)

    def _field(self) -> Field:
        reader = self.reader
        start = reader.at
        reader.at += 1
        name = self._name()
        kind = word()
        if reader.next == ":":
            reader.at += 1
            kind, length = kind_of(reader.text[reader.at :], reader.at)
            reader.at += length
        case = self._case() if reader.next == "!" else ""
        if reader.take() != "}":
            raise ex.PatternError(start, "this “{” has no “}”.")
        if any(one.name == name for one in self.fields):
            raise ex.PatternError(start, f"“{name}” is there already; each field stands once.")
        if len(self.fields) >= MOST_FIELDS:
            raise ex.PatternError(start, f"a pattern has up to {MOST_FIELDS} fields.")
        return self._made(name, kind, case)

    def _made(self, name: str, kind: Kind, case: str) -> Field:
        program = Program()
        try:
            program.node(ex.in_case(kind.node, case) if case else kind.node)
            program.add("end")
        except TooLong:
            raise ex.PatternError(
                self.reader.at, f"“{name}” is too large: ask for fewer repetitions."
            ) from None
        made = Field(name, kind, case, len(self.fields), program)
        self.fields.append(made)
        return made

    def _name(self) -> str:
        reader, start = self.reader, self.reader.at
        while (
            reader.next and (reader.next.isalnum() or reader.next == "_") and reader.next.isascii()
        ):
            reader.at += 1
        name = reader.text[start : reader.at]
        if not name or name != name.lower() or name[0].isdigit() or len(name) > 40:
            raise ex.PatternError(
                start, "a field's name was expected: small letters, digits and _, like sku."
            )
        return name

    def _case(self) -> str:
        reader, start = self.reader, self.reader.at
        reader.at += 1
        end = reader.text.find("}", reader.at)
        said = reader.text[reader.at : end] if end >= 0 else ""
        if said not in CASES:
            raise ex.PatternError(start, "!upper, !lower or !nocase was expected here.")
        reader.at = end
        return CASES[said]
