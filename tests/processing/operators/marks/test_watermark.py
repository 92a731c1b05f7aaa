import numpy as np
import pytest

from dam.colour import linear_to_srgb, srgb_to_linear
from processing.operators.marks.laying import source_over
from processing.operators.marks.watermark import Watermark
from processing.operators.picture import Picture
from tests.processing.operators.marks.grounds import changed, holding, plain, see_through

# On 400 × 300 with a mark of 2 : 1, size 0.2 and margin 0.05: 80 × 40, 15 pixels from the edges.
PLACES = {
    "top-left": (15, 15),
    "top": (160, 15),
    "top-right": (305, 15),
    "left": (15, 130),
    "centre": (160, 130),
    "right": (305, 130),
    "bottom-left": (15, 245),
    "bottom": (160, 245),
    "bottom-right": (305, 245),
}


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("anchor", PLACES)
def test_it_lies_where_it_shall_to_the_pixel(anchor: str, depth: int):
    before = plain(depth=depth)
    mark = Watermark(picture="logo", anchor=anchor, size=0.2, margin=0.05)
    outcome = mark.run(before, holding())
    left, top = PLACES[anchor]
    assert changed(before, outcome.picture) == (left, top, left + 80, top + 40)
    inside = outcome.picture.array()[top : top + 40, left : left + 80]
    assert (inside == (65535 if depth == 16 else 255)).all()
    assert outcome.measures["left_px"] == left
    assert outcome.measures["width_px"] == 80


def test_a_high_mark_fits_the_box_too():
    outcome = Watermark(picture="x", size=0.2).run(plain(), holding(plain(10, 40)))
    assert (outcome.measures["width_px"], outcome.measures["height_px"]) == (15, 60)


def test_opacity_is_a_share():
    made = Watermark(picture="x", opacity=0.25, anchor="centre").run(plain(value=100), holding())
    assert made.picture.array()[150, 200].tolist() == [139] * 3, "100 + 0.25 · 155"


def test_linear_light_is_mixed_as_light():
    mark = Watermark(picture="x", opacity=0.5, anchor="centre", linear=True)
    made = mark.run(plain(value=0), holding()).picture
    expected = float(linear_to_srgb(0.5 * srgb_to_linear(np.uint8([255])))[0]) * 255
    assert made.array()[150, 200, 0] == pytest.approx(expected, abs=1)


def test_half_transparent_on_half_transparent():
    under = np.array([[0.2, 0.4, 0.6, 0.5]], np.float32)
    over = np.array([[1.0, 0.0, 0.0, 0.5]], np.float32)
    got = source_over(under, over)[0]
    # α = 0.5 + 0.5·0.5; colour = (1·0.5 + 0.2·0.25) / 0.75
    assert got.tolist() == pytest.approx([0.55 / 0.75, 0.1 / 0.75, 0.15 / 0.75, 0.75], abs=1e-6)


@pytest.mark.parametrize("depth", [8, 16])
def test_what_is_transparent_below_does_not_colour_the_mark(depth: int):
    made = Watermark(picture="x", opacity=0.5, anchor="centre").run(
        see_through(depth=depth), holding()
    )
    most = 65535 if depth == 16 else 255
    red, green, blue, alpha = made.picture.array()[150, 200].tolist()
    assert (red, green, blue) == (most, most, most), "no green of what nobody sees"
    assert alpha == pytest.approx(most / 2, abs=1)
    assert made.picture.array()[0, 0].tolist() == [0, most, 0, 0]


def test_a_transparent_mark_leaves_no_fringe():
    pixels = np.zeros((40, 80, 4), np.uint8)
    pixels[10:30, 20:60] = (255, 255, 255, 255)
    made = Watermark(picture="x", anchor="centre", size=0.6, angle=20)
    after = made.run(plain(value=255), holding(Picture.from_array(pixels))).picture
    assert after.array().min() >= 254, "white on white, black under it is not seen"


def test_tiled_covers_all_of_it_and_the_gap_shows():
    mark = Watermark(picture="x", tiled=True, size=0.1, gap=0.5)
    before = plain()
    after = mark.run(before, holding()).picture
    touched = (after.array() != before.array()).any(axis=2)
    assert touched.mean() == pytest.approx(1 / 2.25, abs=0.04)
    for quarter in (touched[:150, :200], touched[150:, :200], touched[:150, 200:]):
        assert quarter.mean() == pytest.approx(touched.mean(), abs=0.05)


@pytest.mark.parametrize(("ground", "expected"), [(230, 0), (60, 255)])
def test_it_adapts_to_what_lies_below(ground: int, expected: int):
    mark = Watermark(picture="x", adapt=True, anchor="centre")
    outcome = mark.run(plain(value=ground), holding(plain(20, 10, 128)))
    assert outcome.picture.array()[150, 200].tolist() == [expected] * 3
    assert outcome.measures["contrast_ratio"] >= 4.5


def test_grey_on_grey_is_told():
    outcome = Watermark(picture="x").run(plain(), holding(plain(20, 10, 130)))
    assert outcome.measures["contrast_ratio"] < 1.1


def test_turned_by_a_quarter():
    outcome = Watermark(picture="x", angle=90, size=0.2).run(plain(), holding())
    assert outcome.measures["height_px"] > outcome.measures["width_px"]
