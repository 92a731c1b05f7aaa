"""What every operator promises: it takes any kind of picture or says why not, always the same."""

import inspect
from collections.abc import Callable

import numpy as np
import pytest

from processing.operators import catalogue
from processing.operators.base import Operator
from processing.operators.context import Context
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.cast import context
from tests.processing.operators.pictures import KINDS

EVERY = sorted(catalogue.operators())


def example(name: str) -> Operator:
    kind = catalogue.operator(name)
    return kind(**kind.example)


@pytest.fixture
def ready(tmp_path) -> Context:
    return context(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EVERY)
def test_any_kind_of_picture_or_a_sentence(name: str, kind: str, ready: Context):
    picture = KINDS[kind]()
    before, refused = picture.array().copy(), ""
    try:
        outcome = example(name).run(picture, ready)
    except Unfit as refusal:
        refused = str(refusal)
    if refused:
        assert refused.endswith("."), "a sentence"
        assert kind not in ("rgb", "rgba", "grey"), f"{name} takes ordinary pictures: {refused}"
        return
    made = outcome.picture
    assert made.width > 0
    assert made.height > 0
    assert made.image.bands == (4 if made.has_alpha or not made.is_rgb else 3)
    assert made.depth == picture.depth
    assert np.array_equal(picture.array(), before), "its input stays as it was"
    if outcome.confidence is not None:
        assert 0.0 <= outcome.confidence <= 1.0


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("kind", ["rgba", "16 bits"])
def test_twice_the_same_bytes(name: str, kind: str, ready: Context):
    def bytes_of(make: Callable[[], Picture]) -> bytes:
        return example(name).run(make(), ready).picture.array().tobytes()

    try:
        assert bytes_of(KINDS[kind]) == bytes_of(KINDS[kind])
    except Unfit:
        pytest.skip("it does not take these, and says so")


@pytest.mark.parametrize("name", EVERY)
def test_it_can_be_explained(name: str):
    kind = catalogue.operator(name)
    assert kind.title[0].isupper()
    assert "-" in name or name.isalpha()
    assert inspect.getdoc(kind) != inspect.getdoc(Operator), "a docstring of its own"
    assert inspect.getfile(kind).endswith(f"/operators/{kind.family}/{name.replace('-', '_')}.py")
    for field in kind.model_json_schema().get("properties", {}).values():
        assert field["description"]


def test_names_are_taken_once_and_unknown_ones_told():
    assert catalogue.operator("resize").title == "Resize"
    with pytest.raises(LookupError, match=r"no operator called “rezise”; known are: .*resize"):
        catalogue.operator("rezise")
    with pytest.raises(ValueError, match="two called “a”"):
        catalogue.unique([("a", 1), ("a", 2)])
