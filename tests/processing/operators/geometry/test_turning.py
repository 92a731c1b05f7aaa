"""Rotate and flip, and the plane that they move in."""

import numpy as np
import pytest

from processing.operators.geometry.flip import Flip
from processing.operators.geometry.plane import corners_of, inscribed
from processing.operators.geometry.rotate import Rotate
from processing.operators.picture import Picture, Unfit
from tests.processing.operators import pictures
from tests.processing.operators.geometry.helping import is_marked, psnr, run, size, with_focus

ALL = (pictures.rgb, pictures.rgba, pictures.wide, pictures.press)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize(("angle", "times"), [(90, 3), (180, 2), (-90, 1), (270, 1), (360, 0)])
def test_right_angles_lose_nothing(make, angle, times):
    picture = make()
    made = run(Rotate(angle=angle), picture).picture
    assert np.array_equal(made.array(), np.rot90(picture.array(), times))
    assert made.profile == picture.profile


@pytest.mark.parametrize("make", ALL)
def test_flips_lose_nothing(make):
    picture = make()
    for direction, axis in (("horizontal", 1), ("vertical", 0), ("both", (0, 1))):
        made = run(Flip(direction=direction), picture).picture
        assert np.array_equal(made.array(), np.flip(picture.array(), axis))


@pytest.mark.parametrize("angle", [90, 180, 270, 7, -31, 45, 123.4])
def test_the_focus_turns_along(angle):
    picture = with_focus(pictures.motif(), 90, 50)
    made = run(Rotate(angle=angle, corners="background", background="#fff"), picture).picture
    assert is_marked(made)


@pytest.mark.parametrize("direction", ["horizontal", "vertical", "both"])
def test_the_focus_is_mirrored_along(direction):
    assert is_marked(run(Flip(direction=direction), with_focus(pictures.motif(), 20, 90)).picture)


def smooth(width: int = 240, height: int = 180) -> np.ndarray:
    """Waves that any filter can carry, so that what is lost is the geometry's doing."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    waves = [np.sin(x / 9 + k) * np.cos(y / 11 - k) * 90 + 128 for k in range(3)]
    return np.dstack(waves).astype(np.uint8)


@pytest.mark.parametrize("angle", [3.0, -17.5, 45.0])
def test_pixels_go_clockwise_to_where_they_belong(angle):
    pixels = smooth()
    made = run(Rotate(angle=angle, corners="background"), Picture.from_array(pixels)).picture
    turn, array = np.radians(angle), made.array()
    for x, y in ((60, 50), (180, 130), (120, 90)):
        dx, dy = x + 0.5 - 120, y + 0.5 - 90
        to_x = made.width / 2 + dx * np.cos(turn) - dy * np.sin(turn) - 0.5
        to_y = made.height / 2 + dx * np.sin(turn) + dy * np.cos(turn) - 0.5
        found = array[round(to_y), round(to_x), :3].astype(int)
        assert np.abs(found - pixels[y, x]).max() <= 16, "within half a pixel of a slope"


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p.astype(np.uint16) * 257])
def test_there_and_back_again(make):
    pixels = make(smooth())
    away = run(Rotate(angle=17, corners="background"), Picture.from_array(pixels)).picture
    home = run(Rotate(angle=-17, corners="background"), away).picture
    left, top = (home.width - 240) // 2, (home.height - 180) // 2
    found = home.array()[top : top + 180, left : left + 240, :3][8:-8, 8:-8]
    scale = 257 if pixels.dtype == np.uint16 else 1
    assert psnr(found / scale, pixels[8:-8, 8:-8] / scale) > 50


def test_a_crop_has_none_of_the_corners_and_is_as_large_as_can_be():
    grey = Picture.from_array(np.full((300, 400, 3), 77, np.uint8))
    for angle in (1, 5, 30, 45, 60, 89, 133):
        made = run(Rotate(angle=angle), grey).picture
        assert (made.array() == 77).all()
        assert abs(made.width * made.height - largest_area(400, 300, angle)) < 2 * (400 + 300)


def largest_area(width: float, height: float, angle: float) -> float:
    """The area by the known formula of the largest rectangle in a turned one."""
    long, short = max(width, height), min(width, height)
    sine, cosine = abs(np.sin(np.radians(angle))), abs(np.cos(np.radians(angle)))
    if short <= 2 * sine * cosine * long or abs(sine - cosine) < 1e-9:
        half = short / 2
        return half / sine * half / cosine
    twice = cosine**2 - sine**2
    return (width * cosine - height * sine) / twice * (height * cosine - width * sine) / twice


def test_a_crop_may_keep_the_proportions():
    picture = Picture.from_array(np.full((300, 400, 3), 77, np.uint8))
    made = run(Rotate(angle=8, keep_aspect=True), picture).picture
    assert made.width / made.height == pytest.approx(4 / 3, abs=0.01)
    assert (made.array() == 77).all()


def test_corners_take_the_colour_and_edges_are_smooth():
    white = Picture.from_array(np.full((100, 100, 3), 255, np.uint8))
    made = run(Rotate(angle=10, corners="background", background="#ff0000"), white).picture
    array = made.array().astype(int)
    assert not made.has_alpha
    assert (array[0, 0] == (255, 0, 0)).all()
    assert (array[:, :, 0] == 255).all(), "no dark seam between red and white"
    assert ((array[:, :, 1] > 60) & (array[:, :, 1] < 200)).sum() > 100, "neither red nor white"
    clear = run(Rotate(angle=10, corners="background"), white).picture.array()
    assert (clear[clear[:, :, 3] > 0][:, :3] == 255).all(), "no colour bleeds in"
    assert abs(clear[:, :, 3].sum() / 255 - 10_000) < 30, "as much as there was"


def test_what_is_transparent_does_not_bleed():
    pixels = np.zeros((80, 80, 4), np.uint8)
    pixels[:, :, 1] = 255  # green, but transparent
    pixels[20:60, 20:60] = (255, 0, 0, 255)
    made = run(Rotate(angle=20), Picture.from_array(pixels)).picture.array().astype(int)
    shown = made[made[:, :, 3] > 8]
    assert (shown[:, 0] > 240).all()
    assert (shown[:, 1] < 16).all()


def test_inks_turn_but_take_no_background():
    made = run(Rotate(angle=5), pictures.press()).picture
    assert made.image.interpretation == "cmyk"
    assert not made.is_rgb
    with pytest.raises(Unfit):
        run(Rotate(angle=5, corners="background"), pictures.press())


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 2)])
def test_the_smallest_pictures_turn(shape):
    picture = Picture.from_array(np.full((shape[1], shape[0], 3), 9, np.uint8))
    for angle in (1, 45, 90):
        made = run(Rotate(angle=angle), picture).picture
        assert min(size(made)) >= 1
        assert (made.array() == 9).all()


def test_the_largest_rectangle_in_known_shapes():
    diamond = np.array([(50.0, 0.0), (100.0, 50.0), (50.0, 100.0), (0.0, 50.0)])
    found = inscribed(diamond)
    assert found == pytest.approx((25, 25, 75, 75), abs=0.1)
    assert inscribed(corners_of(30, 20)) == pytest.approx((0, 0, 30, 20))
    assert inscribed(corners_of(30, 20), shape=1.0) == pytest.approx((5, 0, 25, 20), abs=0.01)
    roof = np.array([(20.0, 0.0), (80.0, 0.0), (100.0, 60.0), (0.0, 60.0)])
    left, top, right, bottom = inscribed(roof)
    assert (right - left) * (bottom - top) == pytest.approx(60 * 60, rel=0.03)
