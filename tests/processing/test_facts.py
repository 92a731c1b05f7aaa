"""Measured facts separate good photographs from copies that were damaged on purpose."""

import numpy as np
import pytest

from processing.measures.facts import colourfulness, measure, noise, orientation, sharpness

from .pictures import PHOTOS, blurred, exposed, noised, photo


def grey(rgb):
    return rgb.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


@pytest.mark.parametrize("name", PHOTOS)
def test_twice_is_the_same(name):
    assert measure(photo(name)) == measure(photo(name))


@pytest.mark.parametrize("name", PHOTOS)
def test_blur_lowers_sharpness_step_by_step(name):
    values = [measure(blurred(photo(name), sigma)).sharpness for sigma in (0, 1, 2, 3, 5)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 1.6 * values[3]


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("sigma", [15, 25])
def test_noise_is_measured_in_levels(name, sigma):
    clean, dirty = measure(photo(name)), measure(noised(photo(name), sigma))
    assert clean.noise < 5
    # Luma averages three independent channels: sqrt(.299² + .587² + .114²) = 0.67 of their noise.
    assert dirty.noise == pytest.approx(0.67 * sigma, rel=0.25)


@pytest.mark.parametrize("name", PHOTOS)
def test_exposure_moves_light(name):
    dark, plain, light = (measure(exposed(photo(name), stops)) for stops in (-2, 0, 2))
    assert dark.brightness < plain.brightness < light.brightness
    assert dark.highlights < 0.65
    assert light.overexposure > plain.overexposure
    assert light.clipped_light > plain.clipped_light


def test_sharpness_does_not_depend_on_contrast():
    faint = (photo().astype(float) * 0.4 + 70).astype(np.uint8)
    assert measure(faint).sharpness == pytest.approx(measure(photo()).sharpness, rel=0.1)


def test_a_sharp_subject_before_a_soft_background_is_sharp():
    picture = blurred(photo("coffee.png"), 6)
    picture[100:300, 200:400] = photo("coffee.png")[100:300, 200:400]
    assert measure(picture).sharpness > 0.5


def test_nothing_to_judge_by():
    flat = np.full((50, 60, 3), 130, np.uint8)
    facts = measure(flat)
    assert facts.sharpness is None
    assert facts.noise == 0
    assert facts.contrast == 0
    assert facts.colourfulness == 0
    assert sharpness(np.zeros((4, 100), np.float32)) is None


def test_known_values():
    white, black = np.full((9, 9, 3), 255, np.uint8), np.zeros((9, 9, 3), np.uint8)
    assert (measure(white).brightness, measure(white).clipped_light) == (1.0, 1.0)
    assert (measure(black).brightness, measure(black).clipped_dark) == (0.0, 1.0)
    half = np.concatenate([white, black])
    assert measure(half).clipped_light == pytest.approx(0.5)
    # Hasler & Süsstrunk on pure red: no spread, mean rg = 255, yb = 127.5.
    red = np.zeros((5, 5, 3), np.uint8)
    red[..., 0] = 255
    assert colourfulness(red) == pytest.approx(0.3 * np.hypot(255, 127.5), rel=1e-5)


def test_immerkaer_on_pure_noise():
    values = np.random.default_rng(1).normal(128, 10, (400, 400)).astype(np.float32)
    assert noise(values) == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize(
    ("size", "word"),
    [((300, 200), "landscape"), ((200, 300), "portrait"), ((300, 296), "square")],
)
def test_orientation(size, word):
    assert orientation(*size) == word


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (7, 7), (33, 31)])
def test_tiny_pictures_can_be_measured(shape):
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert 0 <= measure(rgb).brightness <= 1


@pytest.mark.parametrize(
    "bad", [np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5, 3), np.uint8)]
)
def test_other_arrays_are_refused(bad):
    with pytest.raises(ValueError, match="uint8 pixels"):
        measure(bad)
