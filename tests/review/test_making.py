"""What recipes make is doubted by its own checks, and by what its steps say of themselves."""

import pytest

from processing.models import Provenance
from processing.recipes.reading import read
from processing.rendering.actions import render_as_version
from review.actions import route
from review.making import made_doubts
from review.models import ReviewItem
from tests.processing.rendering.recipes import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(asset_factory):
    """A version that a recipe made, with what its steps and checks say."""

    def make(steps=(), checks=()):
        source = asset_factory().current_version
        version = asset_factory().current_version
        Provenance.objects.create(
            version=version,
            source=source,
            recipe="own",
            recipe_digest="0",
            output="main",
            steps=list(steps),
            checks=list(checks),
            milliseconds=1,
        )
        return version

    return make


def check(passed: bool, value=32, threshold=64) -> dict:
    sentence = "It is 32 pixels wide."
    return {
        "name": "size",
        "value": value,
        "threshold": threshold,
        "passed": passed,
        "sentence": sentence,
    }


def step(operator: str, confidence: float) -> dict:
    title = operator.replace("-", " ").capitalize()
    return {"operator": operator, "label": title, "parameters": {}, "confidence": confidence}


def test_what_a_person_brought_is_not_doubted_so(asset_factory):
    assert made_doubts(asset_factory().current_version) == []


def test_a_check_that_failed(made):
    (doubt,) = made_doubts(made(checks=[check(False), check(True)]))
    assert (doubt.code, doubt.measured, doubt.threshold) == ("made_size", 32, 64)
    assert doubt.sentence == "It is 32 pixels wide."


def test_figures_that_are_words_stay_in_the_sentence(made):
    (doubt,) = made_doubts(made(checks=[check(False, value="tiff", threshold="jpeg")]))
    assert (doubt.measured, doubt.threshold) == (None, None)


def test_the_step_that_is_least_sure(made):
    steps = [step("exposure", 0.9), step("remove-background", 0.41), step("straighten", 0.5)]
    (doubt,) = made_doubts(made(steps))
    assert doubt.code == "step_remove-background"
    assert doubt.confidence == 0.41
    assert doubt.sentence == "The step “Remove background” is only 41% sure of its result."


@pytest.mark.parametrize("steps", [[], [{"operator": "resize"}], [step("exposure", 0.6)]])
def test_sure_enough(made, steps):
    assert made_doubts(made(steps)) == []


def test_a_step_without_a_label_has_its_operators_name(made):
    (doubt,) = made_doubts(made([{"operator": "solarise", "confidence": 0.1}]))
    assert "“solarise”" in doubt.sentence


def test_it_waits_for_a_person_through_the_pipeline(ingest, run_jobs, picture, owner):
    version = ingest(picture((900, 700)), "chair.jpg").version
    recipe = read(SMALL + "checks:\n  - size: {width: 1, height: 1}\n")
    made = render_as_version(version=version, recipe=recipe, output="main", user=owner).version
    run_jobs()
    route(version=made)
    item = ReviewItem.objects.get(version=made)
    assert "made_size" in item.findings.values_list("code", flat=True)
