"""Reading a condition's text: tokens, then a tree, then whether it can ever make sense.

    or:       and { "or" and }
    and:      not { "and" not }
    not:      "not" not | compare
    compare:  operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand
                      | ["not"] "in" ( "[" operand { "," operand } "]" | fact ) ]
    operand:  fact | word | number | "text" | true | false | $variable | "(" or ")"

On the right of a sign a word that is no fact is a text: ``category == product``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from processing.recipes.conditions import Among, Ask, Both, Compare, Condition, Node, Not, Plain
from processing.recipes.conditions import Value as Literal
from processing.recipes.facts import FACTS, Fact, word
from processing.recipes.faults import listed, meant

LONGEST, DEEPEST, MOST_CHOICES = 500, 20, 50

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?\d+(?:\.\d+)?(?![\w.-]))
    | (?P<text>"(?:[^"\\]|\\["\\])*"|'[^']*')
    | (?P<variable>\$(?:\{[\w-]*\}|[\w-]*))
    | (?P<word>\w[\w-]*)
    | (?P<sign>==|!=|<=|>=|<|>|[()\[\],])
    )""",
    re.VERBOSE,
)
_KEYWORDS = ("and", "or", "not", "in")
_SIGNS = ("==", "!=", "<", "<=", ">", ">=")


class ConditionError(ValueError):
    """A condition that cannot be read: ``faults`` are places in its text, from 0, and sentences."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(sentence for _, sentence in faults))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word whose meaning depends on where it stands: a fact, or a text."""

    text: str
    at: int


_Operand = _Word | Node


def parse(
    text: str,
    variable: Callable[[str], Plain | None] = lambda name: None,
    facts: Mapping[str, Fact] = FACTS,
) -> Condition:
    """Read a condition. ``variable`` gives a variable's value, None for an unknown one.

    Raises ConditionError, with everything that is wrong as far as it could be read.
    """
    if len(text) > LONGEST:
        raise ConditionError([(LONGEST, f"A condition has at most {LONGEST} characters.")])
    parser = _Parser(_tokens(text), len(text), variable, facts)
    root = parser.whole()
    if parser.faults:
        raise ConditionError(parser.faults)
    return Condition(root)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError([_unreadable(text, at)])
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


def _unreadable(text: str, at: int) -> tuple[int, str]:
    at += len(text[at:]) - len(text[at:].lstrip())
    char = text[at]
    if char == "=":
        return at, "“=” alone means nothing: write “==” to compare."
    if char in "\"'":
        return at, "This text has no end: its closing quotation mark is missing."
    if text.startswith(("&&", "||", "!"), at):
        return at, "Write “and”, “or” and “not” as words."
    return at, f"“{char}” means nothing in a condition."


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    end: int
    variable: Callable[[str], Plain | None]
    facts: Mapping[str, Fact]
    faults: list[tuple[int, str]] = field(default_factory=list)
    index: int = 0
    depth: int = 0

    # Reading

    def whole(self) -> Node:
        if not self.tokens:
            raise ConditionError([(0, "The condition is empty: leave “if” out to run it always.")])
        root = self._truth(self._or(), 0)
        if self._next is not None:
            self._stop("an “and” or “or” was expected")
        return root

    @property
    def _next(self) -> _Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    @property
    def _at(self) -> int:
        return self._next.at if self._next else self.end

    def _is(self, *texts: str) -> bool:
        token = self._next
        return token is not None and token.kind in ("word", "sign") and token.text in texts

    def _take(self, *texts: str) -> str:
        """The next token's text where it is one of these; empty, and nothing taken, where not."""
        if not self._is(*texts):
            return ""
        self.index += 1
        return self.tokens[self.index - 1].text

    def _stop(self, expected: str) -> None:
        token = self._next
        found = f"not “{token.text}”" if token else "but the condition ends here"
        raise ConditionError([*self.faults, (self._at, f"Here {expected}, {found}.")])

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            sentence = f"Conditions may lie {DEEPEST} deep in each other."
            raise ConditionError([*self.faults, (self._at, sentence)])

    def _or(self) -> _Operand:
        return self._joined("or", self._and)

    def _and(self) -> _Operand:
        return self._joined("and", self._not)

    def _joined(self, keyword: str, inner: Callable[[], _Operand]) -> _Operand:
        at = self._at
        left = inner()
        while self._take(keyword):
            right_at = self._at
            left = Both(keyword, self._truth(left, at), self._truth(inner(), right_at))
        return left

    def _not(self) -> _Operand:
        if not self._take("not"):
            return self._compare()
        self._deeper()
        at = self._at
        inner = Not(self._truth(self._not(), at))
        self.depth -= 1
        return inner

    def _compare(self) -> _Operand:
        at = self._at
        left = self._operand()
        if sign := self._take(*_SIGNS):
            right_at = self._at
            return self._compared(sign, self._asked(left), at, self._operand(), right_at)
        if self._is("not") and self._followed_by_in():
            self.index += 2
            return Not(self._among(left, at))
        if self._take("in"):
            return self._among(left, at)
        return left

    def _followed_by_in(self) -> bool:
        after = self.tokens[self.index + 1 : self.index + 2]
        return bool(after) and after[0].text == "in"

    def _operand(self) -> _Operand:
        token = self._next
        if token is None or (token.kind == "word" and token.text in _KEYWORDS):
            self._stop("a fact or a value was expected")
        assert token is not None
        self.index += 1
        match token.kind:
            case "number":
                return Literal(float(token.text) if "." in token.text else int(token.text))
            case "text":
                return Literal(_unquoted(token.text))
            case "variable":
                return self._variable(token)
            case "word" if token.text in ("true", "false"):
                return Literal(token.text == "true")
            case "word":
                return _Word(token.text, token.at)
        self.index -= 1
        if not self._take("("):
            self._stop("a fact or a value was expected")
        return self._bracketed()

    def _bracketed(self) -> _Operand:
        self._deeper()
        inner = self._or()
        if not self._take(")"):
            self._stop("a “)” was expected")
        self.depth -= 1
        return inner

    def _variable(self, token: _Token) -> Literal:
        name = token.text.strip("${}")
        value = self.variable(name)
        if value is None:
            self.faults.append((token.at, f"There is no variable “{name}”."))
        return Literal("" if value is None else value)

    # Meaning

    def _asked(self, operand: _Operand) -> Node:
        """An operand on the left: a word must be a fact."""
        if not isinstance(operand, _Word):
            return operand
        if operand.text not in self.facts:
            sentence = f"There is no fact “{operand.text}”.{meant(operand.text, self.facts)}"
            self.faults.append((operand.at, sentence))
        return Ask(operand.text)

    def _value(self, operand: _Operand) -> Node:
        """An operand on the right: a word is a fact where there is one, else a text."""
        if isinstance(operand, _Word):
            known = operand.text in self.facts
            return Ask(operand.text) if known else Literal(operand.text)
        return operand

    def _truth(self, operand: _Operand, at: int) -> Node:
        """An operand that stands for itself: it must be true or false."""
        node = self._asked(operand)
        place = operand.at if isinstance(operand, _Word) else at
        kind = self._kind(node)
        if isinstance(node, Ask) and kind not in ("yes or no", ""):
            example = {"number": "> 100", "list": ""}.get(kind, "== …")
            how = f"“{node.fact} {example}”" if example else f"“… in {node.fact}”"
            self.faults.append((place, f"“{node.fact}” is a {kind}: compare it, as in {how}."))
        elif isinstance(node, Literal) and not isinstance(node.plain, bool):
            self.faults.append((place, f"“{node.plain}” is neither true nor false."))
        return node

    def _kind(self, node: Node) -> str:
        if isinstance(node, Ask):
            return self.facts[node.fact].kind if node.fact in self.facts else ""
        if isinstance(node, Literal):
            if isinstance(node.plain, bool):
                return "yes or no"
            return "text" if isinstance(node.plain, str) else "number"
        return "yes or no"

    def _compared(self, sign: str, left: Node, at: int, operand: _Operand, right_at: int) -> Node:
        right = self._value(operand)
        for node, place in ((left, at), (right, right_at)):
            if not isinstance(node, Ask | Literal):
                self.faults.append((place, "A comparison has a fact or a value on either side."))
                return left
        assert isinstance(left, Ask | Literal)
        assert isinstance(right, Ask | Literal)
        self._fits(sign, left, at, right, right_at)
        return Compare(sign, left, right)

    def _fits(self, sign: str, left: Ask | Literal, at: int, right: Node, right_at: int) -> None:
        kinds = self._kind(left), self._kind(right)
        if "" in kinds:
            return
        if "list" in kinds:
            named = left if kinds[0] == "list" else right
            self.faults.append((at, f"“{named}” is a list: write “… in {named}”."))
        elif sign not in ("==", "!=") and set(kinds) != {"number"}:
            wrong, place = (left, at) if kinds[0] != "number" else (right, right_at)
            sentence = f"“{sign}” compares numbers, and “{_shown(wrong)}” is none."
            self.faults.append((place, sentence))
        elif kinds[0] != kinds[1]:
            sentence = f"“{_shown(left)}” is a {kinds[0]}, “{_shown(right)}” is a {kinds[1]}."
            self.faults.append((right_at, sentence))
        else:
            self._chosen(left, right, right_at)

    def _chosen(self, left: Node, right: Node, at: int) -> None:
        """A text that its fact can never be is a slip of the pen."""
        if not (isinstance(left, Ask) and isinstance(right, Literal)):
            return
        choices = self.facts[left.fact].choices if left.fact in self.facts else ()
        if choices and isinstance(right.plain, str) and word(right.plain) not in (*choices, ""):
            known = f"“{left.fact}” is one of {listed(choices)}"
            self.faults.append((at, f"{known}; never “{right.plain}”."))

    def _among(self, left: _Operand, at: int) -> Among:
        if self._take("["):
            return self._in_list(self._asked(left), at)
        right_at = self._at
        operand = self._operand()
        if not isinstance(operand, _Word) or operand.text not in self.facts:
            self.faults.append((right_at, "After “in” comes a list, as in [a, b], or a fact."))
            return Among(Literal(""), ())
        held = Ask(operand.text)
        if self._kind(held) != "list":
            sentence = f"“{held.fact}” is no list: write “{held.fact} == …”."
            self.faults.append((right_at, sentence))
        searched = Literal(left.text) if isinstance(left, _Word) else left
        if isinstance(left, _Word) and left.text in self.facts:
            searched = Ask(left.text)
        assert isinstance(searched, Ask | Literal)
        return Among(searched, held)

    def _in_list(self, left: Node, at: int) -> Among:
        choices: list[Literal] = []
        while not self._take("]"):
            right_at = self._at
            operand = self._operand()
            value = Literal(operand.text) if isinstance(operand, _Word) else operand
            if not isinstance(value, Literal) or len(choices) >= MOST_CHOICES:
                self.faults.append((right_at, f"A list has up to {MOST_CHOICES} plain values."))
                value = Literal("")
            elif isinstance(left, Ask | Literal):
                self._fits("==", left, at, value, right_at)
            choices.append(value)
            if not self._is("]") and not self._take(","):
                self._stop("a “,” or a “]” was expected")
        if not isinstance(left, Ask | Literal):
            self.faults.append((at, "Before “in” stands a fact or a value."))
            left = Literal("")
        return Among(left, tuple(choices))


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if text[0] == '"' else inner


def _shown(node: Node) -> str:
    return str(node.plain) if isinstance(node, Literal) else str(node)
