"""The JSON Schema of the language: it takes what is read and refuses what a schema can know."""

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from processing.recipes.schema import schema
from tests.processing.recipes.cast import KNOWN, faults, named
from tests.processing.recipes.test_digest import ONE
from tests.processing.recipes.test_reading import WHOLE


def fits(text: str) -> bool:
    return Draft202012Validator(schema(KNOWN)).is_valid(YAML(typ="safe").load(named(text)))


def test_it_is_a_schema():
    Draft202012Validator.check_schema(schema())
    width = schema()["$defs"]["resize"]["properties"]["width"]
    assert width["description"] == "The most that it is wide."
    assert width["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 30000, "unit": "px"}


@pytest.mark.parametrize(
    "text",
    [
        *(WHOLE, ONE, "recipe: a", "steps: [shade]", "steps:\n  - shade:\n", "steps:"),
        "steps:\n  - shade: {stops: [{at: 0, colour: a}], point: [0, 1], size: all}",
        "variables: {a: 0.3}\nsteps:\n  - shade: {strength: $a}",
        "checks: [blank, {size: {width: 3}}]",
        "checks:\n  - blank:\n",
    ],
)
def test_what_is_read_fits(text: str):
    assert faults(text) == []
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        *("recipe: A b", "recipe: a\ntilte: x", "title: x\nrecipe2: x", "colours: cmyk"),
        *("steps: {a: b}", "steps: [shad]", "steps:\n  - shad: {}", "steps: [{}]"),
        "steps:\n  - shade: {strength: 3}",
        "steps:\n  - shade: {stops: [{at: 3, colour: a}]}",
        "steps:\n  - shade: {stops: [{at: 0, colour: a, b: 1}]}",
        "steps:\n  - shade: {strong: 3}",
        "steps:\n  - shade: {}\n    resize: {width: 1}",
        *("outputs: {a: {}}", "outputs: {a: {export: jepg}}", "outputs: {A: {export: plain}}"),
        "outputs: {a: {export: {quality: 3}}}",
        "outputs: {a: {export: {format: plain, quality: 300}}}",
        *("checks: [sise]", "checks: [{size: {width: a}}]", "variables: {a: [1]}"),
    ],
)
def test_what_is_refused_does_not_fit(text: str):
    assert faults(text) != []
    assert not fits(text)
