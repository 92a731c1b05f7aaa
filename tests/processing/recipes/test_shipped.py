"""The recipes that come with Loupe can be read, with all that they name."""

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from processing.recipes import shipped
from processing.recipes.schema import schema


@pytest.mark.parametrize("name", sorted(shipped.texts()))
def test_each_can_be_read(name: str):
    made = shipped.recipe(name)
    assert made.name == name, "named like its file"
    assert made.title
    assert made.description
    assert made.outputs, "it can be run"


def test_each_fits_the_schema():
    validator = Draft202012Validator(schema())
    for name, text in shipped.texts().items():
        faults = list(validator.iter_errors(YAML(typ="safe").load(text)))
        assert faults == [], name
