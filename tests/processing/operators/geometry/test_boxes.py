"""Crop, fit, cover, contain and pad: sizes, places, colours, and the focus."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.geometry.contain import Contain
from processing.operators.geometry.cover import Cover
from processing.operators.geometry.crop import Crop
from processing.operators.geometry.fit import Fit
from processing.operators.geometry.pad import Pad
from processing.operators.picture import Picture, Unfit
from tests.processing.operators import pictures
from tests.processing.operators.geometry.helping import is_marked, run, size, with_focus

WHITE, RED = "#ffffff", "#ff0000"


def blank(width: int, height: int) -> Picture:
    return Picture.from_array(pictures.motif(width, height))


def test_a_crop_by_pixels_is_those_pixels():
    made = run(Crop(left=10, top=20, width=30, height=40, unit="px"), pictures.rgb())
    assert np.array_equal(made.picture.array(), pictures.motif()[20:60, 10:40])
    assert made.measures == {
        "left_px": 10,
        "top_px": 20,
        "width_px": 30,
        "height_px": 40,
        "kept_share": 0.0625,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"left": 0.25}, (120, 120)),
        ({"left": 0.5, "top": 0.5, "width": 0.9, "height": 0.9}, (80, 60)),
        ({"aspect": "1:1"}, (120, 120)),
        ({"aspect": "16:9"}, (160, 90)),
        ({"width": 0.5, "aspect": "4:3"}, (80, 60)),
        ({"left": 100, "unit": "px"}, (60, 120)),
    ],
)
def test_a_crop_has_the_size_that_was_asked_for(given, expected):
    assert size(run(Crop(**given), pictures.rgb()).picture) == expected


def test_a_crop_keeps_samples_of_every_kind():
    for make in (pictures.wide, pictures.rgba, pictures.press):
        picture = make()
        made = run(Crop(left=3, top=4, width=20, height=30, unit="px"), picture).picture
        assert np.array_equal(made.array(), picture.array()[4:34, 3:23])
        assert made.image.interpretation == picture.image.interpretation
        assert made.profile == picture.profile


def test_a_crop_outside_of_the_picture_is_refused():
    with pytest.raises(Unfit, match="outside of the picture, which has 160×120"):
        run(Crop(left=160, unit="px"), pictures.rgb())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give a box"),
        ({"width": 0}, "has a width"),
        ({"width": 200}, "unit: px"),
        ({"aspect": "wide"}, "no aspect"),
        ({"aspect": "1:0"}, "no aspect"),
        ({"aspect": "1000:1"}, "no aspect"),
    ],
)
def test_crops_that_say_nothing_are_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        Crop(**given)


def test_anchors_and_the_focus_say_what_stays():
    left = run(Crop(aspect="1:1", anchor="left"), pictures.rgb()).picture
    assert np.array_equal(left.array(), pictures.motif()[:, :120])
    picture = with_focus(pictures.motif(), 150, 30)
    made = run(Crop(aspect="1:2"), picture)
    assert made.measures["left_px"] == 100
    assert is_marked(made.picture)


@pytest.mark.parametrize(
    ("how", "expected"), [("inside", (100, 75)), ("outside", (133, 100)), ("stretch", (100, 100))]
)
def test_fit_inside_outside_and_stretched(how, expected):
    fit = Fit(width=100, height=100, how=how)
    assert size(run(fit, pictures.rgb()).picture) == expected
    assert fit.longest_needed(160, 120) == {"inside": 100, "outside": 134, "stretch": 134}[how]


def test_nothing_is_enlarged_where_it_may_not_be():
    small = blank(40, 20)
    assert size(run(Fit(width=80, height=80, enlarge=False), small).picture) == (40, 20)
    assert size(run(Fit(width=80, height=10, how="stretch", enlarge=False), small).picture) == (
        40,
        10,
    )
    assert size(run(Cover(width=80, height=80, enlarge=False), small).picture) == (20, 20)
    shown = run(Contain(width=80, height=80, background=WHITE, enlarge=False), small).picture
    assert size(shown) == (80, 80)
    assert np.array_equal(shown.array()[30:50, 20:60], pictures.motif(40, 20))


def test_a_result_too_large_for_memory_is_refused():
    for operator in (
        Fit(width=30_000, height=30_000, how="stretch"),
        Pad(right=30_000),
        Pad(aspect="100:1"),
    ):
        with pytest.raises(Unfit, match="megapixels"):
            run(operator, blank(40, 400))


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 5), (101, 100), (99, 250)])
@pytest.mark.parametrize("target", [(1, 1), (50, 20), (100, 100), (3, 90)])
def test_cover_and_contain_have_exactly_their_size(shape, target):
    pixels = np.full((shape[1], shape[0], 3), (10, 200, 90), np.uint8)
    picture = Picture.from_array(pixels)
    width, height = target
    covering = run(Cover(width=width, height=height), picture).picture
    assert size(covering) == target
    assert (covering.array() == (10, 200, 90)).all()
    containing = run(Contain(width=width, height=height, background="#0ac85a"), picture).picture
    assert size(containing) == target
    assert (containing.array() == (10, 200, 90)).all()


def test_cover_is_not_resampled_after_a_decoder_has_scaled():
    cover = Cover(width=77, height=50)
    needed = cover.longest_needed(6000, 4000)
    assert needed == 77
    for width, height in ((77, 51), (78, 50), (77, 50)):
        picture = blank(width, height)
        made = run(cover, picture).picture
        columns = picture.array()[:, (width - 77) // 2 :][:, :77]
        assert size(made) == (77, 50)
        assert any(np.array_equal(made.array(), columns[at : at + 50]) for at in (0, 1))


@pytest.mark.parametrize("size_of", [(6000, 4000), (4000, 6000), (1234, 777), (5001, 33)])
@pytest.mark.parametrize("target", [(800, 600), (100, 100), (13, 17)])
def test_what_a_decoder_leaves_is_enough_for_cover(size_of, target):
    needed = Cover(width=target[0], height=target[1]).longest_needed(*size_of)
    if needed is None:
        return
    scale = needed / max(size_of)
    assert round(size_of[0] * scale) >= target[0]
    assert round(size_of[1] * scale) >= target[1]


def test_cover_and_contain_take_the_focus_along():
    picture = with_focus(pictures.motif(), 140, 100)
    assert is_marked(run(Cover(width=60, height=120), picture).picture)
    made = run(Contain(width=300, height=200, background=WHITE, anchor="top-left"), picture).picture
    assert is_marked(made)
    assert is_marked(run(Pad(left=33, top=7, background=WHITE), picture).picture)
    assert is_marked(run(Fit(width=90, height=200, how="stretch"), picture).picture)


def test_a_background_shows_around_and_through():
    made = run(Contain(width=240, height=120, background=RED), pictures.rgba()).picture
    assert not made.has_alpha
    assert (made.array()[:, :40] == (255, 0, 0)).all(), "around"
    assert (made.array()[:20, 40:200] == (255, 0, 0)).all(), "through what is transparent"
    half = made.array()[50, 40 + 37].astype(int)
    expected = (pictures.motif()[50, 37] * 128.0 + np.array([255, 0, 0]) * 127) / 255
    assert np.abs(half - expected).max() <= 1


def test_padding_is_transparent_without_a_colour():
    for picture in (pictures.rgb(), pictures.rgba(), pictures.wide()):
        made = run(Pad(top=10, left=0.0), picture).picture
        assert size(made) == (160, 130)
        assert made.has_alpha
        assert not made.array()[:10].any()
        assert np.array_equal(made.array()[10:, :, :3], picture.array()[:, :, :3])


def test_a_translucent_background_is_laid_under_what_is_translucent():
    made = run(Pad(top=4, background="#0000ff80"), pictures.rgba()).picture.array().astype(int)
    assert (made[0] == (0, 0, 255, 128)).all()
    assert (made[4, 0] == (0, 0, 255, 128)).all(), "where the picture was transparent"
    colour, alpha = made[60, 37, :3], made[60, 37, 3]
    assert alpha == round(128 + 128 * 127 / 255)
    below = np.array([0, 0, 255]) * 128 * 127 / 255
    expected = (pictures.motif()[56, 37] * 128.0 + below) / alpha
    assert np.abs(colour - expected).max() <= 1


def test_pads_sides_and_aspect():
    assert size(run(Pad(aspect="1:1"), pictures.rgb()).picture) == (160, 160)
    assert size(run(Pad(left=0.1, unit="share"), pictures.rgb()).picture) == (176, 120)
    made = run(Pad(aspect="2:1", anchor="left", background=WHITE), pictures.rgb()).picture
    assert np.array_equal(made.array()[:, :160], pictures.motif())
    assert (made.array()[:, 160:] == 255).all()
    with pytest.raises(ValidationError, match="room on a side"):
        Pad()


def test_inks_take_no_background():
    for operator in (Pad(top=1, background=WHITE), Contain(width=9, height=9, background=WHITE)):
        with pytest.raises(Unfit):
            run(operator, pictures.press())


def test_a_colour_is_meant_in_srgb_whatever_the_profile():
    picture = pictures.rgb()
    p3 = picture.image.icc_transform("p3", depth=8, intent="relative")
    wide = Picture(p3.copy_memory())
    assert not wide.is_srgb
    made = run(Pad(top=4, background=RED), wide).picture
    assert made.profile == wide.profile
    back = Picture.of(made.image).array()[0, 0].astype(int)
    assert np.abs(back - (255, 0, 0)).max() <= 3
    assert np.abs(made.array()[0, 0].astype(int) - (234, 51, 35)).max() <= 3, "P3's own numbers"
