"""Expressions for the values of fields: characters, groups, choices and repetitions.

A small part of what regular expressions can do, read into a tree. The machine that runs it
(`dam/naming/machine.py`) looks at each character once, so that no expression can make it slow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

MOST_REPEATS = 64
DIGIT, WORD, SPACE, ANY, TEXT = "digit", "word", "space", "any", "text"
CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE}
# What no file name can hold on one system or another.
FORBIDDEN = frozenset('/\\:*?"<>|')


class PatternError(ValueError):
    """A pattern that cannot be read: the message names the place and what was expected there.

    `position` counts characters from 0.
    """

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(f"At character {position + 1}: {sentence}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set. `case` is "upper", "lower" or "any"; empty: as it is written."""

    ranges: tuple[tuple[str, str], ...] = ()
    classes: frozenset[str] = frozenset()
    negated: bool = False
    case: str = ""

    def holds(self, char: str) -> bool:
        """Whether a character is one of these."""
        if self.case == "upper" and char != char.upper():
            return False
        if self.case == "lower" and char != char.lower():
            return False
        forms = {char, char.lower(), char.upper()} if self.case else {char}
        return any(self._holds(form) for form in forms if len(form) == 1)

    def _holds(self, char: str) -> bool:
        inside = any(first <= char <= last for first, last in self.ranges)
        return (inside or any(_is(kind, char) for kind in self.classes)) != self.negated


def _is(kind: str, char: str) -> bool:
    if kind == DIGIT:
        return char.isascii() and char.isdigit()
    if kind == WORD:
        return char.isalnum()
    if kind == SPACE:
        return char == " "
    return char.isprintable() and char not in FORBIDDEN  # ANY and TEXT


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several; the first that leads to the end is taken."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Several times, as often as possible; `most` None means without a bound."""

    part: "Node"
    least: int
    most: int | None


Node = Characters | Sequence | Either | Repeat


def literal(text: str) -> Sequence:
    """Return the expression for exactly this text."""
    return Sequence(tuple(Characters(((char, char),)) for char in text))


def in_case(node: Node, case: str) -> Node:
    """Return an expression with a rule for the case of its letters."""
    if isinstance(node, Characters):
        return replace(node, case=case)
    if isinstance(node, Sequence):
        return Sequence(tuple(in_case(part, case) for part in node.parts))
    if isinstance(node, Either):
        return Either(tuple(in_case(part, case) for part in node.options))
    return replace(node, part=in_case(node.part, case))


def choices(node: Node) -> list[str] | None:
    """Return the texts that an expression lists, or None where it is more than a list."""
    options = node.options if isinstance(node, Either) else (node,)
    texts = [_text_of(option) for option in options]
    return None if None in texts else [text for text in texts if text is not None]


def _text_of(node: Node) -> str | None:
    if isinstance(node, Characters):
        plain = len(node.ranges) == 1 and not node.classes and not node.negated
        first, last = node.ranges[0] if plain else ("", "-")
        return first if first == last else None
    if isinstance(node, Sequence):
        parts = [_text_of(part) for part in node.parts]
        return None if None in parts else "".join(part for part in parts if part)
    return None


@dataclass(slots=True)
class Reader:
    """Reads one pattern's text from left to right."""

    text: str
    at: int = 0

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.next
        self.at += 1
        return char

    def expression(self, end: str = "}!") -> Node:
        """Read up to one of the characters in `end`, which is left to be read."""
        options = [self._sequence(end)]
        while self.next == "|":
            self.at += 1
            options.append(self._sequence(end))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self, end: str) -> Node:
        start, parts = self.at, list(self._parts(end + "|"))
        if not parts:
            raise PatternError(start, "what the value looks like was expected here.")
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _parts(self, end: str) -> Iterator[Node]:
        while self.next and self.next not in end:
            yield self._repeated(self._one(end))

    def _one(self, end: str) -> Node:
        start, char = self.at, self.take()
        if char == "[":
            return self._set(start)
        if char == "(":
            inside = self.expression(end=")")
            if self.take() != ")":
                raise PatternError(start, "this “(” has no “)”.")
            return inside
        if char == "\\":
            return self._escaped(start)
        if char == ".":
            return Characters(classes=frozenset({ANY}))
        if char in "{*+?)]^$":
            raise PatternError(start, f"“{char}” has nothing to stand after; write “\\{char}”.")
        return Characters(((char, char),))

    def _escaped(self, start: int) -> Characters:
        char = self.take()
        if not char:
            raise PatternError(start, "a character was expected after “\\”.")
        if char in CLASSES:
            return Characters(classes=frozenset({CLASSES[char]}))
        if char.isalnum():
            raise PatternError(start, f"“\\{char}” means nothing here; \\d, \\w and \\s do.")
        return Characters(((char, char),))

    def _set(self, start: int) -> Characters:
        negated = self.next == "^"
        self.at += negated
        ranges: list[tuple[str, str]] = []
        classes: set[str] = set()
        while self.next != "]":
            if not self.next:
                raise PatternError(start, "this “[” has no “]”.")
            one = self._set_member()
            ranges += one.ranges
            classes |= one.classes
        self.at += 1
        if not ranges and not classes:
            raise PatternError(start, "this “[]” holds no character.")
        return Characters(tuple(ranges), frozenset(classes), negated)

    def _set_member(self) -> Characters:
        start, char = self.at, self.take()
        first = self._escaped(start) if char == "\\" else Characters(((char, char),))
        further = self.text[self.at + 1 : self.at + 2]
        if self.next != "-" or further in ("]", "") or first.classes:
            return first
        self.at += 1
        char, last = first.ranges[0][0], self.take()
        if last == "\\":
            last = self.take()
        if last < char:
            raise PatternError(start, f"“{char}-{last}” runs backwards.")
        return Characters(((char, last),))

    def _repeated(self, part: Node) -> Node:
        signs: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        while self.next and self.next in "*+?{":
            start, sign = self.at, self.take()
            least, most = signs[sign] if sign != "{" else self._bounds(start)
            part = Repeat(part, least, most)
        return part

    def _bounds(self, start: int) -> tuple[int, int | None]:
        """Read `3}`, `1,3}` or `2,}`."""
        end = self.text.find("}", self.at)
        first, comma, last = self.text[self.at : max(end, self.at)].partition(",")
        if end < 0 or not _is_count(first) or (last and not _is_count(last)):
            raise PatternError(start, "how often was expected, like {3} or {1,3}.")
        self.at = end + 1
        least = int(first)
        most = (int(last) if last else None) if comma else least
        if least > MOST_REPEATS or (most or 0) > MOST_REPEATS:
            raise PatternError(start, f"at most {MOST_REPEATS} times can be asked for.")
        if most is not None and (most < least or most == 0):
            raise PatternError(start, "the larger number comes last, and is not 0.")
        return least, most


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
