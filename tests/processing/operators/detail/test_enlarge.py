import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from processing.operators.context import Context
from processing.operators.detail.enlarge import Enlarge
from processing.operators.geometry.resize import resized
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.detail.networks import Known
from tests.processing.operators.detail.scenes import picture, psnr, scene


class Perfect(Known):
    """Enlarges by repeating, so that the result reduced again is what it was."""

    def enlarge(self, rgb: np.ndarray, factor: int) -> np.ndarray:
        return rgb.repeat(factor, axis=0).repeat(factor, axis=1)


class Inventing(Known):
    def enlarge(self, rgb: np.ndarray, factor: int) -> np.ndarray:
        wanted = (rgb.shape[0] * factor, rgb.shape[1] * factor, 3)
        return np.random.default_rng(0).integers(0, 255, wanted, np.uint8)


class WrongSize(Known):
    def enlarge(self, rgb: np.ndarray, factor: int) -> np.ndarray:
        return rgb


@pytest.mark.parametrize("factor", [2, 4])
def test_the_networks_pixels_are_used(factor: int):
    before = picture(scene(80, 60))
    outcome = Enlarge(factor=factor).run(before, Perfect().context())
    expected = Picture.from_array(before.array().repeat(factor, axis=0).repeat(factor, axis=1))
    lanczos = resized(before, 80 * factor, 60 * factor)
    assert psnr(outcome.picture, expected) > psnr(lanczos, expected) + 3
    assert outcome.measures["method"] == "network"
    assert outcome.confidence > 0.6


def test_what_the_network_left_out_comes_back():
    class Painting(Known):
        def enlarge(self, rgb: np.ndarray, factor: int) -> np.ndarray:
            wide = rgb.repeat(factor, axis=0).repeat(factor, axis=1)
            return gaussian_filter(wide, (3, 3, 0))

    before = picture(scene(80, 60))
    outcome = Enlarge().run(before, Painting().context())
    measures = outcome.measures
    assert measures["faithfulness_after_db"] > measures["faithfulness_db"] + 4
    assert psnr(resized(outcome.picture, 80, 60), before) > measures["faithfulness_db"] + 4


def test_what_a_network_invents_is_not_trusted():
    outcome = Enlarge().run(picture(scene(80, 60)), Inventing().context())
    assert outcome.confidence == 0.0
    assert outcome.measures["faithfulness_db"] < 15


@pytest.mark.parametrize(
    ("parameters", "networks", "reason"),
    [
        ({}, Known(), "The weights are not here."),
        ({}, WrongSize(), "The network gave uint8"),
        ({"method": "lanczos"}, Perfect(), "The recipe asks for it."),
        ({"network_up_to": 0.001}, Perfect(), "0.0 megapixels, more than 0.001"),
    ],
)
def test_else_it_is_interpolated_and_says_why(parameters: dict, networks: Known, reason: str):
    before = picture(scene(80, 60))
    outcome = Enlarge(**parameters).run(before, networks.context())
    assert outcome.measures["method"] == "lanczos"
    assert reason in outcome.measures["reason"]
    assert np.array_equal(outcome.picture.array(), resized(before, 160, 120).array())


def test_sixteen_bits_stay_sixteen():
    before = picture(scene(80, 60), 16)
    made = Enlarge().run(before, Perfect().context()).picture
    assert made.depth == 16
    assert len(np.unique(made.array())) > 1000, "not eight bits made wide"
    assert psnr(made, picture(scene(80, 60).repeat(2, 0).repeat(2, 1), 16)) > 45


def test_hidden_colours_do_not_bleed_and_alpha_grows_along():
    pixels = np.full((60, 80, 4), (200, 100, 50, 255), np.uint8)
    pixels[:, 40:] = (0, 255, 0, 0)
    made = Enlarge().run(Picture.from_array(pixels), Perfect().context()).picture.array()
    assert made.shape == (120, 160, 4)
    assert made[:, :76, 3].min() == 255
    assert made[:, 84:, 3].max() == 0
    seen = made[made[:, :, 3] > 0][:, :3].astype(int)
    assert np.abs(seen - (200, 100, 50)).max() <= 2


def test_the_focus_stays_at_its_place():
    before = Picture(picture(scene(80, 60)).image, focus=(0.25, 0.75))
    assert Enlarge().run(before, Perfect().context()).picture.focus == (0.25, 0.75)


def test_too_large_is_refused():
    wide = Picture.from_array(np.zeros((40, 8000, 3), np.uint8))
    with pytest.raises(Unfit, match="32000 × 160 pixels"):
        Enlarge(factor=4).run(wide, Context())
