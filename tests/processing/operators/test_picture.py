"""Pictures themselves: what they take, keep and refuse, and what resizing does to them."""

import numpy as np
import pytest

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.geometry.resize import Resize, resized
from processing.operators.picture import Picture, Unfit
from tests.processing.operators import pictures
from tests.processing.operators.pictures import KINDS

SIZES = [(1, 1), (1, 200), (200, 1), (3, 2), (2000, 7)]


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("colour", [(7, 99, 200), (0, 0, 0), (255, 255, 255)])
@pytest.mark.parametrize("alpha", [None, 255, 128, 3, 1])
def test_resizing_one_colour_gives_that_colour(depth, colour, alpha):
    scale = 257 if depth == np.uint16 else 1
    told = np.array(colour if alpha is None else (*colour, alpha)) * scale
    pixels = np.empty((60, 90, len(told)), depth)
    pixels[:] = told
    for size in ((45, 31), (140, 61), (90, 1)):
        made = resized(Picture.from_array(pixels), *size).array()
        assert made.shape[:2] == size[::-1]
        assert np.abs(made.astype(int) - told).max() == 0


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("target", [(1, 1), (50, 50), (1, 90), (300, 2)])
def test_any_shape_becomes_any_size(shape, target):
    pixels = np.full((shape[1], shape[0], 3), 40, np.uint8)
    made = resized(Picture.from_array(pixels), *target)
    assert (made.width, made.height) == target
    assert (made.array() == 40).all()


def test_a_sliver_is_not_enlarged_beyond_memory():
    sliver = Picture.from_array(np.zeros((3000, 1, 3), np.uint8))
    with pytest.raises(Unfit, match="megapixels"):
        Resize(width=30_000, enlarge=True).apply(sliver, None)


@pytest.mark.parametrize("kind", KINDS)
def test_other_pixels_keep_depth_kind_profile_and_focus(kind):
    picture = KINDS[kind]()
    picture = Picture(picture.image, (0.25, 0.75))
    for made in (picture.with_array(picture.array()), picture.with_image(picture.image * 1.0)):
        assert np.array_equal(made.array(), picture.array())
        assert made.profile == picture.profile
        assert made.image.interpretation == picture.image.interpretation
        assert made.image.format == picture.image.format
        assert made.focus == (0.25, 0.75)


def test_floating_point_is_rounded_and_not_cut_off():
    picture = pictures.rgb()
    assert np.array_equal(picture.with_image(picture.image - 0.4).array(), picture.array())
    assert np.array_equal(picture.with_image(picture.image + 0.4).array(), picture.array())


@pytest.mark.parametrize("kind", ["rgb", "rgba", "16 bits"])
def test_strips_are_the_whole_whatever_their_height(kind, monkeypatch):
    picture = KINDS[kind]()
    monkeypatch.setattr("processing.operators.picture._STRIP_BYTES", 160 * 3 * 4 * 7)
    made = picture.by_strips(lambda colours: 1 - colours)
    most = 65535 if picture.depth == 16 else 255
    assert np.array_equal(made.array()[:, :, :3], most - picture.array()[:, :, :3])
    assert np.array_equal(made.array()[:, :, 3:], picture.array()[:, :, 3:])


def test_inks_are_not_taken_for_colours():
    press = pictures.press()
    with pytest.raises(Unfit):
        press.by_strips(lambda colours: colours)
    with pytest.raises(Unfit):
        press.with_alpha(np.ones((120, 160), np.float32))
    seen = press.rgb8()
    assert seen.shape == (120, 160, 3)
    assert np.abs(seen.astype(int) - pictures.motif()).mean() < 12
    bare = Picture(to_vips(np.full((4, 5, 4), 9, np.uint8), "cmyk"))
    assert bare.profile == b""
    assert bare.with_image(bare.image).profile == b"", "inks do not become sRGB by the way"


@pytest.mark.parametrize("kind", ["rgb", "rgba", "16 bits"])
def test_alpha_goes_in_and_comes_out(kind):
    picture = KINDS[kind]()
    ramp = np.linspace(0, 1, 160, dtype=np.float32)[None].repeat(120, axis=0)
    made = picture.with_alpha(ramp)
    assert made.depth == picture.depth
    assert np.array_equal(made.array()[:, :, :3], picture.array()[:, :, :3])
    assert np.abs(made.alpha() - ramp).max() <= 0.5 / 255
    with pytest.raises(Unfit):
        picture.with_alpha(ramp[1:])


def test_a_focus_that_leaves_the_frame_is_kept_at_its_edge():
    picture = Picture(pictures.rgb().image, (0.9, 0.5))
    made = picture.moved(picture.image.crop(0, 0, 80, 60), lambda x, y: (x, y))
    assert made.focus == (1.0, 1.0)


def test_pictures_of_one_pixel_have_the_shape_of_pictures():
    for bands in (3, 4):
        dot = Picture.from_array(np.zeros((1, 1, bands), np.uint8))
        assert dot.array().shape == (1, 1, bands)
        assert dot.rgb8().shape == (1, 1, 3)
        assert dot.proxy(16).array().shape == (1, 1, bands)


def test_grey_with_alpha_becomes_rgb_with_alpha():
    pixels = np.dstack([pictures.motif()[:, :, 1], np.full((120, 160), 90, np.uint8)])
    made = Picture.of(to_vips(pixels, "b-w"))
    assert made.has_alpha
    assert (made.array()[:, :, 3] == 90).all()
    wide = Picture.of(to_vips(pixels.astype(np.uint16) * 257, "grey16"))
    assert wide.depth == 16
    assert (wide.array()[:, :, 3] == 90 * 257).all()


def test_a_shrunken_edge_has_its_own_colour():
    """Red on transparent green, shrunk: nowhere a mixture that was in neither."""
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[:, :, 1] = 255
    pixels[50:150, 50:150] = (255, 0, 0, 255)
    made = resized(Picture.from_array(pixels), 37, 37).array().astype(int)
    shown = made[made[:, :, 3] > 8]
    assert (shown[:, 0] > 250).all()
    assert (shown[:, 1] < 6).all()


def test_memory_of_pixels_outlives_the_array_that_they_came_from():
    pixels = np.full((50, 60, 3), 33, np.uint8)
    picture = Picture(vips.in_memory(Picture.from_array(pixels).image))
    del pixels
    _ = [np.zeros((50, 60, 3), np.uint8) for _ in range(50)]
    assert (picture.with_image(picture.image.flipver()).array() == 33).all()
