"""Outputs are looked at after they are made: real files, real checks."""

import numpy as np
import pytest
from skimage import data

from processing.engine.checking import checked, failed
from processing.engine.running import Made, run
from processing.operators.context import Context
from processing.operators.picture import Picture
from processing.recipes.reading import read


@pytest.fixture(scope="module")
def photo() -> Picture:
    return Picture.from_array(data.astronaut())


def made(text: str, picture: Picture, tmp_path) -> Made:
    recipe = read(f"recipe: test\n{text}")
    (one,) = checked(run(recipe, picture, Context()), picture, tmp_path)
    assert not list(tmp_path.iterdir())
    return one


GOOD = """\
steps:
  - resize: {width: 300}
outputs:
  main:
    export: {format: jpeg, quality: 90}
checks:
  - size: {width: 300, height: 300}
  - blank: {}
  - blockiness: {}
"""


def test_a_good_output_passes_every_check(photo, tmp_path):
    one = made(GOOD, photo, tmp_path)
    assert [verdict.name for verdict in one.verdicts] == ["size", "blank", "blockiness"]
    assert failed(one.verdicts) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("width: 300}\noutputs", "width: 200}\noutputs", "size"),
        ("quality: 90", "quality: 5", "blockiness"),
    ],
)
def test_a_defect_is_found_in_the_file_itself(photo, tmp_path, old, new, name):
    one = made(GOOD.replace(old, new), photo, tmp_path)
    assert [verdict.name for verdict in failed(one.verdicts)] == [name]
    assert failed(one.verdicts)[0].sentence.endswith(".")


def test_what_became_blank_is_found(tmp_path):
    white = Picture.from_array(np.full((300, 300, 3), 255, np.uint8))
    assert "blank" in [one.name for one in failed(made(GOOD, white, tmp_path).verdicts)]


def test_sixteen_bits_are_looked_at_too(photo, tmp_path):
    deep = Picture.from_array(photo.array().astype(np.uint16) * 257)
    one = made(GOOD.replace("format: jpeg, quality: 90", "format: png"), deep, tmp_path)
    assert failed(one.verdicts) == []


def test_an_output_without_checks_is_not_decoded(photo, tmp_path, monkeypatch):
    monkeypatch.setattr("processing.engine.checking.load_srgb", None)
    one = made(GOOD[: GOOD.index("checks:")], photo, tmp_path)
    assert one.verdicts == ()
