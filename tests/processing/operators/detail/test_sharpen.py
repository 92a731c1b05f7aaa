import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from processing.operators.context import Context
from processing.operators.detail.sharpen import Sharpen
from processing.operators.picture import Picture
from tests.processing.operators.detail.scenes import noisy, picture, psnr, scene


def edge(low: float = 0.3, high: float = 0.6) -> np.ndarray:
    """A soft upright edge between two greys."""
    step = np.where(np.arange(200) < 100, low, high)
    return gaussian_filter(np.tile(step, (80, 1)), (0, 1.5))[:, :, None].repeat(3, axis=2)


def slope(made: Picture) -> float:
    return float(np.abs(np.diff(made.floats()[40, :, 1])).max())


@pytest.mark.parametrize("amount", [0.6, 4.0])
@pytest.mark.parametrize("halo", [0.0, 0.02, 0.1])
def test_edges_get_steeper_and_overshoot_no_more_than_allowed(amount: float, halo: float):
    sharpen = Sharpen(amount=amount, halo=halo, radius=2.0)
    made = sharpen.run(picture(edge(), 16), Context()).picture
    assert slope(made) > 1.1 * slope(picture(edge(), 16))
    assert made.floats().max() <= 0.6 + halo + 1e-4
    assert made.floats().min() >= 0.3 - halo - 1e-4


def test_without_the_limit_it_would_overshoot():
    made = Sharpen(amount=4.0, halo=1.0, radius=2.0).run(picture(edge(), 16), Context()).picture
    assert made.floats().max() > 0.65


def test_noise_is_not_made_worse():
    flat = picture(noisy(np.full((128, 128, 3), 0.5), 0.6), 16)
    made = Sharpen(amount=2.0, threshold=0.012).run(flat, Context()).picture
    assert psnr(made, flat) > 70


def test_colours_keep_their_tint():
    pixels = edge() * np.array([1.2, 0.9, 0.6])
    made = Sharpen(amount=2.0, radius=1.5).run(picture(pixels, 16), Context()).picture.floats()
    before = picture(pixels, 16).floats()
    for one, other in ((0, 1), (1, 2)):
        apart = (made[:, :, one] - made[:, :, other]) - (before[:, :, one] - before[:, :, other])
        assert np.abs(apart).max() < 1e-4, "colour differences stay"


def test_the_radius_fits_what_it_is_for():
    def radius(**parameters: object) -> float:
        return Sharpen(**parameters).run(picture(edge()), Context()).measures["radius_px"]

    assert radius(output="screen") == 0.6
    assert radius(output="print", dpi=300) == 1.5
    assert radius(output="print", dpi=600) == 3.0
    assert radius(output="print", radius=2.5) == 2.5


def test_it_tells_how_much_clearer_it_is():
    measures = Sharpen(radius=1.5, amount=1.5).run(picture(scene()), Context()).measures
    assert measures["acutance_after"] > 1.05 * measures["acutance_before"]
