"""Trim: borders go, pictures stay."""

import numpy as np
import pytest

from processing.operators.geometry.pad import Pad
from processing.operators.geometry.trim import Trim
from processing.operators.picture import Picture
from tests.processing.operators import pictures
from tests.processing.operators.geometry.helping import is_marked, run, size, with_focus


def framed(border: int | tuple[int, int, int], kind: type = np.uint8) -> np.ndarray:
    pixels = np.empty((100, 140, 3), kind)
    pixels[:] = border
    pixels[20:90, 30:100] = pictures.motif(70, 70)
    return pixels


def test_a_border_goes_and_nothing_else():
    made = run(Trim(), Picture.from_array(framed((7, 250, 99))))
    assert np.array_equal(made.picture.array(), pictures.motif(70, 70))
    assert made.measures["trimmed"] is True
    assert made.measures["left_px"] == 30


def test_noise_and_specks_do_not_hold_a_border():
    noise = np.random.default_rng(1)
    pixels = framed((120, 120, 120)).astype(int) + noise.integers(-5, 6, (100, 140, 3))
    pixels[3, 4] = 255
    made = run(Trim(tolerance=0.06), Picture.from_array(np.clip(pixels, 0, 255).astype(np.uint8)))
    assert abs(made.picture.width - 70) <= 2
    assert abs(made.picture.height - 70) <= 2
    strict = run(Trim(tolerance=0.0), Picture.from_array(np.clip(pixels, 0, 255).astype(np.uint8)))
    assert strict.picture.width > 130, "without tolerance noise is content"


def test_transparency_is_a_border_whatever_colours_it_has():
    picture = run(Pad(top=9, left=5), pictures.rgba()).picture
    made = run(Trim(), picture).picture
    assert size(made) == (84, 80)
    assert made.has_alpha


def test_sixteen_bits_and_inks():
    wide = Picture.from_array(framed((7, 250, 99)).astype(np.uint16) * 257)
    assert size(run(Trim(), wide).picture) == (70, 70)
    image = Picture.from_array(framed((255, 255, 255))).image.icc_transform("cmyk", depth=8)
    inks = run(Trim(), Picture(image.copy_memory())).picture
    assert not inks.is_rgb
    assert inks.width <= 72


def test_bars_above_and_below():
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[15:75] = pictures.motif(120, 60)
    assert size(run(Trim(), Picture.from_array(pixels)).picture) == (120, 60)


def test_one_colour_alone_is_left_as_it_is():
    blank = Picture.from_array(np.full((30, 40, 3), 200, np.uint8))
    made = run(Trim(), blank)
    assert made.picture is blank
    assert made.measures["trimmed"] is False
    assert "one colour" in str(made.measures["why"])


def test_a_picture_without_a_border_is_left_as_it_is():
    picture = pictures.rgb()
    made = run(Trim(tolerance=0.01), picture)
    assert size(made.picture)[0] == 160
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    made = run(Trim(), Picture.from_array(noise))
    assert made.measures["trimmed"] is False
    assert np.array_equal(made.picture.array(), noise)


def test_a_colour_can_be_named():
    picture = Picture.from_array(framed((0, 0, 0)))
    assert size(run(Trim(colour="#000000"), picture).picture) == (70, 70)
    assert size(run(Trim(colour="#ffffff"), picture).picture) == (140, 100)


def test_room_can_be_left_and_the_focus_stays():
    picture = with_focus(framed((0, 0, 0)), 60, 50)
    made = run(Trim(keep=0.1), picture).picture
    assert size(made) == (84, 84)
    assert is_marked(made)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1)])
def test_the_smallest_pictures_are_left(shape):
    picture = Picture.from_array(np.full((shape[1], shape[0], 3), 9, np.uint8))
    assert run(Trim(), picture).picture is picture
