"""Reads the text of a pattern into its parts. docs/reference/naming-patterns.md has the grammar."""

import unicodedata
from dataclasses import dataclass, field

from dam.naming import expressions as ex
from dam.naming.kinds import Kind, kind_of, word
from dam.naming.machine import END, Program, TooLong
from dam.naming.parts import Field, Literal, Optional, Part

LONGEST, MOST_FIELDS, DEEPEST = 300, 20, 5
CASES = {"upper": "upper", "lower": "lower", "nocase": "any"}


@dataclass(frozen=True, slots=True)
class Read:
    """A pattern's text as it was read: its parts, and the program that runs it.

    `elements` are the literals and fields in the order in which the program numbers them.
    """

    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    program: Program
    elements: tuple[Literal | Field, ...]


def read(text: str) -> Read:
    """Read a pattern. Raises PatternError, which names the place."""
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
    return Read(parts, tuple(parsing.fields), program, tuple(elements))


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
