import numpy as np
import pytest

from dam.colour import srgb_to_linear
from processing.operators.context import Context
from processing.operators.detail.vignette import Vignette
from processing.operators.picture import Picture
from tests.processing.operators.detail.scenes import picture, psnr, scene
from tests.processing.operators.pictures import rgba


def light(made: Picture) -> np.ndarray:
    return srgb_to_linear(made.floats()[:, :, :3])


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_corners_lose_that_share_of_light_and_the_centre_none(spread: float, depth: int):
    grey = picture(np.full((101, 151, 3), 0.7), depth)
    made = Vignette(amount=0.4, spread=spread).run(grey, Context()).picture
    shares = light(made) / light(grey)
    assert shares[0, 0] == pytest.approx([0.6] * 3, abs=0.01)
    assert shares[-1, -1] == pytest.approx([0.6] * 3, abs=0.01)
    assert shares[50, 75] == pytest.approx([1.0] * 3, abs=0.01)


def test_more_spread_reaches_further_in():
    grey = picture(np.full((100, 100, 3), 0.7), 16)
    means = [
        Vignette(amount=0.5, spread=spread).run(grey, Context()).picture.floats().mean()
        for spread in (0.0, 0.5, 1.0)
    ]
    assert means == sorted(means, reverse=True)


def test_removing_undoes_adding():
    before = picture(scene(), 16)
    lost = Vignette(amount=0.5).run(before, Context()).picture
    back = Vignette(amount=0.5, mode="remove").run(lost, Context())
    assert psnr(lost, before) < 30
    assert psnr(back.picture, before) > 60
    assert back.measures["corner_gain"] == 2.0


def test_what_is_driven_into_white_is_told():
    bright = picture(np.full((64, 64, 3), 0.9))
    measures = Vignette(amount=0.5, mode="remove").run(bright, Context()).measures
    assert measures["clipped_share"] > 0.1


def test_nothing_is_nothing_and_alpha_stays():
    before = rgba()
    made = Vignette(amount=0.0).run(before, Context()).picture
    assert np.abs(made.array().astype(int) - before.array()).max() <= 1
    dark = Vignette(amount=0.8).run(before, Context()).picture
    assert np.array_equal(dark.array()[:, :, 3], before.array()[:, :, 3])
