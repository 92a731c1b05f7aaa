"""Runs patterns over names: every character once, all ways through the pattern side by side.

This is Thompson's construction with Pike's way of keeping what fields hold (Cox, "Regular
Expression Matching: the Virtual Machine Approach", 2009). The work is at most the length of the
name times that of the program, whatever the pattern: nothing is tried twice. Where even that is
much, it ends after MOST_STEPS.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dam.naming.expressions import Characters, Either, Node, Repeat, Sequence

LONGEST_PROGRAM = 1_500  # instructions
MOST_STEPS = 30_000  # of one run, about a tenth of a second; an ordinary one takes a few hundred
END = -1  # the element that stands for the end of the name


class TooLong(ValueError):
    """A pattern that needs more instructions than LONGEST_PROGRAM."""


class TooMuch(ValueError):
    """A run that needs more than MOST_STEPS: a large pattern over a long name."""


class Expected(NamedTuple):
    """An element that could have gone on: its number, and where its text begins in the name."""

    element: int
    start: int


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: the span of each field, or what would have been expected where."""

    spans: tuple[tuple[int, int], ...] | None
    reached: int = 0
    expected: tuple[Expected, ...] = ()


class _Thread(NamedTuple):
    at: int
    saved: tuple[int, ...]
    element: int
    start: int


@dataclass(slots=True)
class Program:
    """A compiled pattern. Instructions are tuples, their kind first."""

    code: list[tuple] = field(default_factory=list)
    slots: int = 0

    def add(self, *instruction: object) -> int:
        if len(self.code) >= LONGEST_PROGRAM:
            raise TooLong
        self.code.append(instruction)
        return len(self.code) - 1

    def node(self, node: Node) -> None:
        """Append the instructions of an expression."""
        if isinstance(node, Characters):
            self.add("char", node)
        elif isinstance(node, Sequence):
            for part in node.parts:
                self.node(part)
        elif isinstance(node, Either):
            self.either([lambda option=option: self.node(option) for option in node.options])
        else:
            self._repeat(node)

    def either(self, options: list) -> None:
        """Append alternatives; each option is a function that appends itself."""
        ends = []
        for option in options[:-1]:
            split = self.add("split", 0, 0)
            option()
            ends.append(self.add("jump", 0))
            self.code[split] = ("split", split + 1, len(self.code))
        options[-1]()
        for end in ends:
            self.code[end] = ("jump", len(self.code))

    def maybe(self, part: object) -> None:
        """Append what may be left out; it is preferred to be there."""
        self.either([part, lambda: None])

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self.node(node.part)
        if node.most is None:
            split = self.add("split", 0, 0)
            self.node(node.part)
            self.add("jump", split)
            self.code[split] = ("split", split + 1, len(self.code))
            return
        splits = []
        for _ in range(node.most - node.least):
            splits.append(self.add("split", 0, 0))
            self.node(node.part)
        for split in splits:
            self.code[split] = ("split", split + 1, len(self.code))

    def run(self, text: str) -> Ran:
        """Match the whole of `text`. Raises TooMuch."""
        threads = self._settled([_Thread(0, (-1,) * self.slots, END, 0)], 0)
        steps = 0
        for position, char in enumerate(text):
            moved = [t._replace(at=t.at + 1) for t in threads if self._takes(t, char)]
            following = self._settled(moved, position + 1)
            steps += len(threads) + len(following)
            if steps > MOST_STEPS:
                raise TooMuch
            if not following:
                return Ran(None, position, tuple(_expected(threads, position)))
            threads = following
        for thread in threads:
            if self.code[thread.at][0] == "end":
                saved = thread.saved
                return Ran(tuple(zip(saved[::2], saved[1::2], strict=True)))
        return Ran(None, len(text), tuple(_expected(threads, len(text))))

    def _takes(self, thread: _Thread, char: str) -> bool:
        kind, *what = self.code[thread.at]
        return kind == "char" and what[0].holds(char)

    def _settled(self, threads: list[_Thread], position: int) -> list[_Thread]:
        """Follow each thread to where it wants a character, the preferred ones first."""
        seen: set[int] = set()
        settled: list[_Thread] = []
        stack = threads[::-1]
        while stack:
            thread = stack.pop()
            if thread.at in seen:
                continue
            seen.add(thread.at)
            kind, *what = self.code[thread.at]
            if kind == "jump":
                stack.append(thread._replace(at=what[0]))
            elif kind == "split":
                stack += [thread._replace(at=what[1]), thread._replace(at=what[0])]
            elif kind == "save":
                saved = list(thread.saved)
                saved[what[0]] = position
                stack.append(thread._replace(at=thread.at + 1, saved=tuple(saved)))
            elif kind == "enter":
                stack.append(_Thread(thread.at + 1, thread.saved, what[0], position))
            else:
                settled.append(thread)
        return settled


def _expected(threads: list[_Thread], position: int) -> Iterator[Expected]:
    """What the threads were in, each once; the one that began last says the most."""
    known = {Expected(t.element, t.start): None for t in threads}
    latest = max(start for _, start in known)
    yield from (one for one in known if one.start == latest)
