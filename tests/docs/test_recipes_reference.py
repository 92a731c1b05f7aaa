"""docs/reference/recipes.md is in step: facts, shipped recipes, keys, limits, and its example."""

import re

from processing.recipes import reading, sources, tree, variables
from processing.recipes.expressions import LONGEST
from tests.docs.reading import document, first_codes, sections
from tests.docs.recipe_tables import PAGE, written


def test_facts_and_shipped_recipes_are_in_the_reference():
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text), "bring it up to date: python -m tests.docs.recipe_tables"


def test_every_key_is_explained():
    assert first_codes(sections(document("reference/recipes.md"))["The keys"]) == set(sources.KEYS)


def test_limits_are_as_told():
    text = sections(document("reference/recipes.md"))["Faults"]
    told = [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text.split("|---|")[1])]
    assert told[:3] == [tree.LONGEST // 1024, tree.DEEPEST, tree.MOST_NODES]
    assert told[3:7] == [reading.MOST_STEPS, reading.MOST_OUTPUTS, variables.MOST, LONGEST]
