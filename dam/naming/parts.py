"""What a pattern is made of: literal text, fields, and parts that may be left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dam.naming.kinds import Kind, Value
from dam.naming.machine import Program, TooMuch


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
        try:
            fits = self.program.run(text).spans is not None
        except TooMuch as error:
            raise FormatError(f"{self.name}: its expression is too large for “{text}”.") from error
        if not fits:
            raise FormatError(f"{self.name}: “{text}” is not {self.kind.words}.")
        return text


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that may be left out: written where all the fields in it are known."""

    parts: tuple["Part", ...]


Part = Literal | Field | Optional
CASE_WORDS = {"": "", "upper": ", in capitals", "lower": ", in small letters", "any": ""}


def needed(parts: tuple[Part, ...]) -> Iterator[Field]:
    yield from (part for part in parts if isinstance(part, Field))


def written(parts: tuple[Part, ...], known: Mapping[str, Value]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Literal):
            yield part.text
        elif isinstance(part, Field):
            yield part.write(known[part.name])
        elif all(one.name in known for one in needed(part.parts)):
            yield from written(part.parts, known)
