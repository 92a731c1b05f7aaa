"""The page about naming patterns says what the language does: its tables are read and tried."""

import pytest

from dam.naming import Pattern
from dam.naming.downloads import KNOWN, with_ending
from dam.naming.expressions import CLASSES, FORBIDDEN, MOST_REPEATS
from dam.naming.kinds import MOST_DIGITS, NAMED
from dam.naming.parsing import CASES, DEEPEST, LONGEST, MOST_FIELDS
from tests.docs.reading import codes, document, rows, sections

PAGE = document("reference/naming-patterns.md")


def _examples() -> list[tuple[str, str, str]]:
    table = rows(sections(PAGE)["Examples"])
    return [(codes(pattern)[0], codes(name)[0], said) for pattern, name, said in table]


def test_there_are_examples():
    assert len(_examples()) >= 8


@pytest.mark.parametrize(("pattern", "name", "said"), _examples())
def test_examples_are_true(pattern: str, name: str, said: str):
    match = Pattern.parse(with_ending(pattern)).match(name)
    if match.fields is None:
        assert match.reason == said
    else:
        assert ", ".join(f"{key} `{value}`" for key, value in match.fields.items()) == said


def test_fields_for_writing_are_listed():
    said = {codes(row[0])[0]: row[1] for row in rows(PAGE) if len(row) == 2 and codes(row[0])}
    assert said.items() >= KNOWN.items()


def test_kinds_classes_cases_and_bounds_are_told():
    for name in NAMED:
        assert f"`{name}`" in PAGE or not name
    for letter in CLASSES:
        assert f"`\\{letter}`" in PAGE
    for case in CASES:
        assert f"!{case}" in PAGE
    for char in FORBIDDEN:
        assert f"`{char}`" in PAGE
    for words in (
        f"up to {LONGEST} characters",
        f"up to {MOST_FIELDS} fields",
        f"up to {DEEPEST} deep",
        f"up to {MOST_REPEATS} times",
        f"`0{MOST_DIGITS}`",
    ):
        assert words in PAGE
