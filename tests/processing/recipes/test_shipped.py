"""The recipes that come with Loupe: they can be read, and they make what they say."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from processing.engine.running import run
from processing.operators.picture import Picture
from processing.recipes import shipped
from processing.recipes.reading import read
from processing.recipes.schema import schema
from processing.recipes.sources import from_texts
from tests.processing.operators.cast import context
from tests.processing.operators.pictures import motif

SMALL = {"size": 160, "width": 120, "height": 150}


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


@pytest.mark.parametrize("name", sorted(shipped.texts()))
def test_each_makes_its_outputs(name: str, tmp_path):
    """With small sizes where it has variables for them."""
    own = shipped.recipe(name).variables
    variables = {key: value for key, value in SMALL.items() if key in own}
    recipe = read(shipped.texts()[name], include=from_texts(shipped.texts()), variables=variables)
    picture = Picture.from_array(motif(240, 180))
    made = list(run(recipe, picture, context(tmp_path)))
    assert [one.output.name for one in made] == [one.name for one in recipe.outputs]
    for one in made:
        assert one.encoded.data
        assert one.output.exporter.format in one.encoded.media.names
        sizes = [check.parameters for check in one.output.checks if check.name == "size"]
        for size in sizes:
            if size["height"] is not None:  # a hero is as wide as a small picture lets it be
                assert (one.encoded.width, one.encoded.height) == (size["width"], size["height"])


def test_what_is_light_on_purpose_is_not_darkened(tmp_path):
    """Snow, a white wall: where the library knows that a picture is light."""
    recipe = shipped.recipe("event")
    light = Picture.from_array((255 - motif(240, 180) // 8).astype("uint8"))
    for brightness, skipped in ((0.8, True), (0.3, False), (None, False)):
        facts = {} if brightness is None else {"brightness": brightness}
        (made,) = run(recipe, light, replace(context(tmp_path), facts=facts))
        (step,) = [one for one in made.records if one.operator == "exposure"]
        assert step.skipped is skipped
