"""Colour mappings agree whichever way they are computed, and keep alpha and depth."""

import numpy as np
import pytest

from dam.colour import srgb_to_linear, srgb_to_oklab
from processing.operators.light import mapping, spaces
from processing.operators.picture import Picture


def noise(height: int, width: int, bands: int = 3, kind: type = np.uint8) -> np.ndarray:
    most = np.iinfo(kind).max
    return np.random.default_rng(3).integers(0, most + 1, (height, width, bands)).astype(kind)


def swapped(colours: np.ndarray) -> np.ndarray:
    return np.stack([colours[:, 2], colours[:, 0] ** 2, 1 - colours[:, 1]], axis=1)


@pytest.mark.parametrize("bands", [3, 4])
def test_looked_up_colours_are_the_computed_ones(bands: int):
    pixels = noise(640, 700, bands)
    made = mapping.each_colour(Picture.from_array(pixels), swapped).array()
    plain = swapped(pixels[..., :3].reshape(-1, 3).astype(np.float32) / 255)
    assert pixels.shape[0] * pixels.shape[1] > mapping._FEW
    assert np.array_equal(made[..., :3].reshape(-1, 3), np.rint(plain * 255).astype(np.uint8))
    assert np.array_equal(made[..., 3:], pixels[..., 3:])


def test_each_pixel_is_changed_once_for_each_colour_only():
    seen = []
    pixels = np.tile(noise(8, 8), (80, 80, 1))
    mapping.each_colour(Picture.from_array(pixels), lambda c: (seen.append(len(c)), c)[1])
    assert sum(seen) == 64


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_curves_by_channel(kind: type):
    pixels = noise(30, 40, 4, kind)
    curves = [lambda x: x, lambda x: 1 - x, lambda x: x * 2]
    made = mapping.each_channel(Picture.from_array(pixels), curves).array()
    most = np.iinfo(kind).max
    assert np.array_equal(made[..., 0], pixels[..., 0])
    assert np.array_equal(made[..., 1], most - pixels[..., 1])
    assert np.array_equal(made[..., 2], np.minimum(pixels[..., 2].astype(int) * 2, most))
    assert np.array_equal(made[..., 3], pixels[..., 3])


def test_quick_spaces_say_what_the_exact_ones_say():
    colours = noise(50, 60).reshape(-1, 3)
    quick = colours.astype(np.float32) / 255
    assert np.allclose(spaces.linear(quick), srgb_to_linear(colours), atol=1e-7)
    assert np.allclose(spaces.oklab(quick), srgb_to_oklab(colours), atol=2e-6)
    back = spaces.srgb_of_oklab(spaces.oklab(quick))
    assert np.abs(back - quick).max() * 65535 < 3
    assert np.allclose(spaces.cielab(np.ones((1, 3), np.float32)), [[100, 0, 0]], atol=0.01)


def test_what_no_screen_shows_keeps_its_hue_and_lightness():
    strong = np.array([[0.6, 0.05, -0.35], [0.8, 0.3, 0.2]], np.float32)
    shown = spaces.oklab(np.rint(spaces.srgb_of_oklab(strong) * 65535).astype(np.float32) / 65535)
    assert np.allclose(shown[:, 0], strong[:, 0], atol=0.003)
    hues = [np.arctan2(lab[:, 2], lab[:, 1]) for lab in (strong, shown)]
    assert np.allclose(*hues, atol=0.02)
    assert (np.hypot(*shown.T[1:]) < np.hypot(*strong.T[1:])).all()
