import pytest
from pydantic import ValidationError

from processing.operators.context import Context
from processing.operators.marks.badge import Badge
from processing.operators.marks.laying import contrast, luminance_of
from tests.processing.operators.marks.grounds import changed, plain


def test_it_sits_in_its_corner():
    before = plain()
    made = Badge(text="New", margin=0.1, anchor="top-left").run(before, Context()).picture
    left, top, _, _ = changed(before, made)
    assert (left, top) == (30, 30)
    made = Badge(text="New", margin=0.1, anchor="bottom-right").run(before, Context()).picture
    _, _, right, bottom = changed(before, made)
    assert (right, bottom) == (370, 270)


def test_letters_that_are_hard_to_read_are_refused_with_a_better_colour():
    with pytest.raises(ValidationError, match=r"contrast of 1\.3:1.*#000000 would be read better"):
        Badge(text="x", colour="#ffffff", background="#e0e0e0")
    with pytest.raises(ValidationError, match="#ffffff would be read better"):
        Badge(text="x", colour="#000000", background="#202060")
    assert Badge(text="x", colour="#767676", background="#ffffff"), "4.54:1, the known limit"
    with pytest.raises(ValidationError):
        Badge(text="x", colour="#777777", background="#ffffff")
    assert Badge(text="x", colour="#777777", background="#ffffff", minimum_contrast=3.0)


def test_contrast_is_that_of_wcag():
    assert contrast(luminance_of((0, 0, 0)), luminance_of((255, 255, 255))) == pytest.approx(21)
    found = contrast(luminance_of((118, 118, 118)), luminance_of((255, 255, 255)))
    assert found == pytest.approx(4.54, abs=0.005)


def test_a_label_that_lets_through_is_measured_on_the_picture():
    badge = Badge(text="New", colour="#ffffff", background="#00000040")
    dark, light = (badge.run(plain(value=value), Context()) for value in (20, 250))
    assert dark.confidence == 1.0
    assert light.confidence < 0.5
    assert dark.measures["contrast_ratio"] > 4.5 > light.measures["contrast_ratio"]


def test_a_long_label_shrinks_into_the_picture():
    before = plain(120, 80)
    outcome = Badge(text="Only three left in store", size=0.3).run(before, Context())
    left, _, right, _ = changed(before, outcome.picture)
    assert left >= 0
    assert right <= 120
    assert outcome.measures["text_size_px"] < 24
