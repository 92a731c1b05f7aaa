"""Sentences: which figure is told, in which direction, and whether of subject, ground or both."""

from dataclasses import replace

import pytest

from processing.consistency import wording
from processing.consistency.scoring import Reference, figures_of
from tests.processing.consistency.sets import PLAIN

REFERENCE = Reference.of([PLAIN] * 3)


def told(**other: float) -> dict[str, str]:
    return wording.reasons(figures_of(replace(PLAIN, **other)), REFERENCE)


@pytest.mark.parametrize(
    ("other", "aspect", "sentence"),
    [
        ({"stops": -0.8}, "exposure", "Its subject is 1.3 stops darker than the reference's."),
        (
            {"ground_l": 0.76},
            "exposure",
            "Its background is 1.0 stops darker than the reference's.",
        ),
        ({"stops": -0.8, "ground_l": 0.71}, "exposure", "1.3 stops darker than the reference."),
        ({"contrast": 0.05}, "exposure", "Its subject is flatter than the reference's."),
        ({"b": 0.05}, "colour", "Its subject is a little warmer than the reference's."),
        ({"ground_b": -0.1}, "colour", "Its background is much cooler than the reference's."),
        ({"ground_a": 0.05}, "colour", "Its background is more magenta than the reference's."),
        (
            {"left": 0.3, "right": 0.9},
            "framing",
            "The subject sits 10% of the frame further to the right.",
        ),
        ({"top": 0.1, "bottom": 0.7}, "framing", "The subject sits 10% of the frame further up."),
        (
            {"left": 0.1, "right": 0.9},
            "framing",
            "The subject fills more of the width: 80%, not 60%.",
        ),
        (
            {"width": 1500, "height": 1000},
            "size",
            "Smaller than the reference: 1.5 megapixels, not 6.0.",
        ),
        (
            {"width": 2000, "height": 3000},
            "size",
            "A taller frame than the reference's: 0.67 to 1, not 1.50 to 1.",
        ),
    ],
)
def test_a_difference_is_told_with_its_figure(other, aspect, sentence):
    assert told(**other) == {aspect: sentence}


def test_what_is_near_enough_is_not_told():
    assert told(stops=0.7, b=0.04, left=0.22) == {}


def test_the_worst_comes_first():
    assert list(told(stops=-0.5, b=0.2, left=0.3, right=0.9)) == ["colour", "framing", "exposure"]


def test_a_set_is_told_of_in_the_plural():
    darker = figures_of(replace(PLAIN, stops=-0.5))
    assert wording.drift(darker, 40, REFERENCE) == {
        "exposure": "Subjects are 1.0 stops darker than the reference's."
    }
