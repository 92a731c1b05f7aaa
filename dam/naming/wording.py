"""Expressions in words: `[A-Z]{3}\\d{4}` is "three capital letters and four digits"."""

from dam.naming import expressions as ex

NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
SETS = {
    ((("A", "Z"),), frozenset[str]()): ("capital letter", "capital letters"),
    ((("a", "z"),), frozenset[str]()): ("small letter", "small letters"),
    ((("0", "9"),), frozenset[str]()): ("digit", "digits"),
    ((("A", "Z"), ("a", "z")), frozenset[str]()): ("letter", "letters"),
    ((), frozenset({ex.DIGIT})): ("digit", "digits"),
    ((), frozenset({ex.WORD})): ("letter or digit", "letters or digits"),
    ((), frozenset({ex.SPACE})): ("space", "spaces"),
    ((), frozenset({ex.ANY})): ("character", "characters"),
}


def in_words(node: ex.Node) -> str:
    """Say what an expression takes."""
    listed = ex.choices(node)
    if listed is not None:
        return _listed([f"“{text}”" for text in listed], "or")
    if isinstance(node, ex.Either):
        return _listed([in_words(option) for option in node.options], "or")
    parts = node.parts if isinstance(node, ex.Sequence) else (node,)
    return _listed([_part(part) for part in _merged(parts)], "and")


def _merged(parts: tuple[ex.Node, ...]) -> list[ex.Node]:
    """Bring characters that stand side by side together: `\\d\\d` is two digits, `ab` is "ab"."""
    merged: list[ex.Node] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, ex.Characters) and not ex.choices(part):
            if isinstance(last, ex.Repeat) and last.part == part and last.least == last.most:
                merged[-1] = ex.Repeat(part, last.least + 1, last.least + 1)
                continue
            part = ex.Repeat(part, 1, 1)
        elif isinstance(part, ex.Characters) and isinstance(last, ex.Sequence):
            merged[-1] = ex.Sequence((*last.parts, part))
            continue
        elif isinstance(part, ex.Characters):
            part = ex.Sequence((part,))
        merged.append(part)
    return merged


def _part(node: ex.Node) -> str:
    if not isinstance(node, ex.Repeat):
        return in_words(node)
    one, several = _names(node.part)
    if node.least == node.most:
        return f"{_count(node.least)} {one if node.least == 1 else several}"
    if node.most is None:
        return f"{_count(node.least)} or more {several}" if node.least else f"any {several}"
    if (node.least, node.most) == (0, 1):
        return f"perhaps one {one}"
    return f"{_count(node.least)} to {_count(node.most)} {several}"


def _names(node: ex.Node) -> tuple[str, str]:
    """What one of it is called, and what several are."""
    if isinstance(node, ex.Characters):
        known = SETS.get((tuple(sorted(node.ranges)), node.classes))
        if known and not node.negated:
            return known
        if ex.choices(node):
            return f"“{node.ranges[0][0]}”", f"of “{node.ranges[0][0]}”"
        said = ", ".join(_range(first, last) for first, last in node.ranges)
        said = ", ".join(
            [part for part in (said, *(_class(k) for k in sorted(node.classes))) if part]
        )
        kind = "character other than" if node.negated else "character of"
        return f"{kind} {said}", f"{kind.replace('character', 'characters')} {said}"
    return f"group of {in_words(node)}", f"groups of {in_words(node)}"


def _range(first: str, last: str) -> str:
    return f"“{first}”" if first == last else f"{first}–{last}"


def _class(kind: str) -> str:
    return SETS[((), frozenset({kind}))][1]


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _listed(parts: list[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
