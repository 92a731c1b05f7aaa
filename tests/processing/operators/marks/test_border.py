import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.marks.border import Border
from processing.operators.picture import Picture, Unfit
from processing.operators.shapes import rounded_box
from tests.processing.operators.marks.grounds import plain, see_through


@pytest.mark.parametrize("depth", [8, 16])
def test_an_outer_border_goes_around(depth: int):
    most = 65535 if depth == 16 else 255
    before = plain(200, 100, depth=depth)
    outcome = Border(width=0.1, colour="#ff0000").run(before, Context())
    pixels = outcome.picture.array()
    assert pixels.shape == (120, 220, 3)
    assert np.array_equal(pixels[10:-10, 10:-10], before.array())
    for edge in (pixels[:10], pixels[-10:], pixels[:, :10], pixels[:, -10:]):
        assert (edge == (most, 0, 0)).all()
    assert outcome.measures["width_px"] == 10


def test_the_focus_moves_along():
    before = Picture(plain(200, 100).image, focus=(0.0, 1.0))
    focus = Border(width=0.1).run(before, Context()).picture.focus
    assert focus == pytest.approx((10 / 220, 110 / 120))


def test_an_inner_border_covers_the_edge_alone():
    before = plain(200, 100)
    pixels = Border(width=0.1, place="inner", colour="#0000ff").run(before, Context()).picture
    assert pixels.array().shape == before.array().shape
    touched = (pixels.array() != before.array()).any(axis=2)
    assert not touched[10:-10, 10:-10].any()
    assert touched.sum() == 200 * 100 - 180 * 80


def test_a_border_that_lets_through_mixes_once():
    made = Border(width=0.1, place="inner", colour="#00000080").run(plain(200, 100), Context())
    assert set(np.unique(made.picture.array()).tolist()) == {64, 128}, "corners are not laid twice"


@pytest.mark.parametrize("depth", [8, 16])
def test_round_corners_are_transparent_and_smooth(depth: int):
    most = 65535 if depth == 16 else 255
    made = Border(width=0, radius=0.2).run(plain(200, 100, depth=depth), Context()).picture
    alpha = made.array()[:, :, 3]
    assert alpha[0, 0] == alpha[0, -1] == alpha[-1, 0] == alpha[-1, -1] == 0
    assert (alpha[:, 20:-20] == most).all()
    assert (alpha[20:-20] == most).all()
    assert np.array_equal(alpha, alpha[::-1])
    assert np.array_equal(alpha, alpha[:, ::-1])
    covered = (1 - alpha[:20, :20] / most).sum()
    assert covered == pytest.approx((1 - np.pi / 4) * 400, rel=0.02)
    assert ((alpha > 0) & (alpha < most)).sum() > 40, "not in steps"


def test_round_corners_keep_what_was_transparent_and_can_be_filled():
    assert (
        Border(width=0, radius=0.2).run(see_through(), Context()).picture.array()[:, :, 3].max()
        == 0
    )
    filled = Border(width=0, radius=0.2, corners="#00ff00").run(plain(200, 100), Context()).picture
    assert not filled.has_alpha
    assert filled.array()[0, 0].tolist() == [0, 255, 0]
    assert filled.array()[50, 100].tolist() == [128] * 3


def test_a_transparent_outer_border_adds_alpha():
    made = Border(width=0.1, colour="#00000000").run(plain(200, 100), Context()).picture
    assert made.array()[0, 0, 3] == 0
    assert made.array()[60, 110].tolist() == [128, 128, 128, 255]


def test_beyond_the_longest_edge_it_says_so():
    wide = plain(29_990, 40)
    with pytest.raises(Unfit, match="longer than 30000 pixels"):
        Border(width=0.5).run(wide, Context())


@pytest.mark.parametrize("radius", [0, 3.5, 20])
def test_a_shape_covers_what_geometry_says(radius: float):
    covered = rounded_box(60, 40, radius).sum()
    assert covered == pytest.approx(2400 - (4 - np.pi) * radius**2, rel=0.002)
