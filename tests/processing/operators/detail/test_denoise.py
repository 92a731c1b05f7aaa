import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.detail.denoise import Denoise
from processing.operators.detail.noise import noise_level
from processing.operators.picture import Picture
from tests.processing.operators.detail.scenes import noisy, picture, psnr, scene


@pytest.mark.parametrize("sigma", [4.0, 8.0, 16.0])
def test_the_level_of_known_noise_is_found(sigma: float):
    plane = noisy(scene(), sigma)[:, :, 1].astype(np.float32)
    assert noise_level([plane]) * 255 == pytest.approx(sigma, rel=0.12)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("sigma", "gain"), [(5.0, 6.0), (10.0, 7.0), (20.0, 8.0)])
def test_known_noise_goes_and_the_picture_stays(sigma: float, gain: float, depth: int):
    clean, dirty = picture(scene(), depth), picture(noisy(scene(), sigma), depth)
    outcome = Denoise().run(dirty, Context())
    assert psnr(outcome.picture, clean) > psnr(dirty, clean) + gain
    before, after = outcome.measures["noise_before"], outcome.measures["noise_after"]
    assert before["luminance_of_255"] > 3 * after["luminance_of_255"]


def test_clean_pictures_are_left_alone():
    clean = picture(scene())
    outcome = Denoise().run(clean, Context())
    assert outcome.picture is clean
    assert outcome.measures["changed"] is False
    assert Denoise(clean_too=True).run(clean, Context()).measures["changed"] is True


def test_brightness_and_colour_are_told_apart():
    grain = np.random.default_rng(1).normal(0, 10 / 255, (240, 320, 1)).repeat(3, axis=2)
    dirty = picture(scene() + grain)
    kept = Denoise(luminance=0.0).run(dirty, Context())
    assert kept.picture is dirty, "there is noise in brightness only"
    found = kept.measures["noise_before"]
    assert found["luminance_of_255"] == pytest.approx(10, rel=0.15)
    assert found["colour_of_255"] < 1


def test_less_strength_keeps_more():
    clean, dirty = picture(scene()), picture(noisy(scene(), 12))
    apart = [
        psnr(Denoise(luminance=share, colour=share).run(dirty, Context()).picture, dirty)
        for share in (0.3, 0.6, 1.0)
    ]
    assert apart == sorted(apart, reverse=True)
    assert psnr(dirty, clean) < apart[-1], "it never adds more than the noise was"


def test_tiles_leave_no_seams(monkeypatch):
    dirty = picture(noisy(scene(), 10))
    whole = Denoise().run(dirty, Context()).picture
    monkeypatch.setattr("processing.operators.tiles.boxes.__defaults__", (96,))
    tiled = Denoise().run(dirty, Context()).picture
    assert psnr(whole, tiled) > 48
    seam = tiled.floats()[:, 94:98].mean(axis=0) - whole.floats()[:, 94:98].mean(axis=0)
    assert np.abs(seam).max() < 1 / 255


def test_alpha_stays_and_tiny_pictures_pass():
    pixels = np.random.default_rng(2).integers(0, 255, (40, 50, 4), np.uint8)
    made = Denoise(clean_too=True).run(Picture.from_array(pixels), Context()).picture
    assert np.array_equal(made.array()[:, :, 3], pixels[:, :, 3])
    dot = Picture.from_array(np.full((1, 1, 3), 9, np.uint8))
    assert Denoise(clean_too=True).run(dot, Context()).picture.array().tolist() == [[[9, 9, 9]]]
