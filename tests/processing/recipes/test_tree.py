"""YAML from strangers: bounded, nothing obeyed, every place told."""

import pytest

from processing.recipes.faults import RecipeError
from processing.recipes.tree import Items, Scalar, Table, parse


def refused(text: str) -> str:
    with pytest.raises(RecipeError) as refusal:
        parse(text)
    assert len(refusal.value.faults) == 1
    return str(refusal.value)


def values(text: str) -> list:
    root = parse(text)
    assert isinstance(root, Items)
    return [item.value for item in root.items if isinstance(item, Scalar)]


def test_plain_values_are_those_of_yaml_1_2():
    assert values(
        "[1, -2, 2.5, 1e3, true, false, null, ~, no, yes, on, 012, 1_000, 2026-01-01]"
    ) == [
        *(1, -2, 2.5, 1000.0, True, False, None, None),
        *("no", "yes", "on", 12, "1_000", "2026-01-01"),
    ]
    assert values("['1', \"true\", 1e999, 99999999999999999999]") == [
        *("1", "true", "1e999", "99999999999999999999"),
    ]


def test_places_count_from_one():
    root = parse("a: 1\nb:\n  - {c: 'x'}\n")
    assert isinstance(root, Table)
    (_, one), (_, items) = root.entries
    assert (one.line, one.column) == (1, 4)
    assert isinstance(items, Items)
    assert isinstance(items.items[0], Table)
    (key, value) = items.items[0].entries[0]
    assert (key.line, key.column, value.line, value.column) == (3, 6, 3, 9)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1: There is nothing here."),
        ("a: !!python/object:os.system x", "1:4: Tags (with “!”) mean nothing"),
        ("a: !x y", "1:4: Tags"),
        ("a: *b", "1:4: Nothing before this is marked “&b”."),
        ("a: &a [*a]", "1:8: Nothing before this is marked"),
        ("a: b: c", "1:5: This is no YAML: "),
        ("a:\n\t- b", "2:1: This is no YAML: "),
        ("a: 1\n---\nb: 1", "3:1: A recipe is one document"),
        ("? [a]\n: b", "1:3: A name was expected"),
        ("a: x\x00y", "1:5: Here is a character"),
        ("[" * 5000, "1:13: Things may lie 12 deep"),
        ("- " * 5000, "1:25: Things may lie 12 deep"),
        ("- a\n" * 4000, "4000:3: A recipe has at most 4000 values."),
        ("a" * 65537, "0:0: A recipe has at most 64 thousand characters."),
    ],
)
def test_what_is_refused(text: str, fault: str):
    assert refused(text).startswith(fault)


def test_aliases_count_each_time():
    laughs = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        laughs += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    assert "at most 4000 values" in refused(laughs)
    deep = "a: &a [[[[[[1]]]]]]\nb: [[[[[[*a]]]]]]"
    assert "12 deep" in refused(deep)
    root = parse("a: &a {x: 1}\nb: *a")
    assert isinstance(root, Table)
    assert root.entries[0][1] == root.entries[1][1]
