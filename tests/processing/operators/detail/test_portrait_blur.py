import numpy as np
import pytest

from dam.colour import linear_to_srgb, srgb_to_linear
from processing.operators.detail.lens import behind
from processing.operators.detail.portrait_blur import PortraitBlur
from processing.operators.geometry.resize import resized
from processing.operators.picture import Picture
from tests.processing.operators.detail.networks import Known
from tests.processing.operators.detail.scenes import picture

WIDTH, HEIGHT = 360, 240


def subject() -> np.ndarray:
    """An upright box in the middle, 1 inside."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[60:, 140:220] = 1
    return mask


def stage(depth: int = 8) -> Picture:
    """A red subject with stripes before a blue and white check pattern."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    check = ((x // 6 + y // 6) % 2)[:, :, None]
    pixels = np.where(check, (0.9, 0.9, 0.95), (0.1, 0.2, 0.6))
    inside = subject() > 0
    pixels[inside] = (0.85, 0.05, 0.05)
    pixels[inside & (y % 4 == 0)] = (0.6, 0.02, 0.02)
    return picture(pixels, depth)


def spread(pixels: np.ndarray) -> float:
    return float(pixels.astype(float).std(axis=(0, 1)).max())


@pytest.mark.parametrize("depth", [8, 16])
def test_the_subject_keeps_every_bit_and_the_ground_goes_out_of_focus(depth: int):
    before, known = stage(depth), Known(subject())
    outcome = PortraitBlur(blur=0.05, feather=0).run(before, known.context())
    old, new = before.array(), outcome.picture.array()
    assert np.array_equal(old[60:, 140:220], new[60:, 140:220])
    assert spread(new[20:200, 20:110]) < 0.15 * spread(old[20:200, 20:110])
    assert outcome.confidence == 0.8
    assert outcome.measures["subject_share"] == pytest.approx(1 / 6, abs=0.01)
    assert outcome.measures["background_detail_left"] < 0.2
    assert outcome.measures["blur_radius_px"] == 18.0


def test_the_subjects_colours_do_not_bleed():
    made = PortraitBlur(blur=0.05, feather=0).run(stage(), Known(subject()).context()).picture
    beside = made.array()[80:, 130:138].astype(int)
    red_over_blue = (beside[:, :, 0] - beside[:, :, 2]).max()
    assert red_over_blue < 5, "the ground is blue and white: no red halo"


def test_it_is_blurred_in_linear_light():
    made = PortraitBlur(blur=0.08, feather=0).run(stage(), Known(subject()).context()).picture
    light = srgb_to_linear(np.array([[0.9, 0.9, 0.95], [0.1, 0.2, 0.6]])).mean(axis=0)
    got = made.floats()[60:180, 40:100].mean(axis=(0, 1))
    assert got == pytest.approx(linear_to_srgb(light), abs=0.02)


def test_a_light_becomes_a_disc_and_not_a_bell():
    light = np.zeros((101, 101, 3), np.float32)
    light[50, 50] = 1.0
    disc = behind(light, np.zeros((101, 101), np.float32), 12.0)[:, :, 0]
    inside = disc[50, 42:59]
    assert inside.max() / inside.min() < 1.02, "even inside"
    assert disc[50, 64:].max() < 0.01 * disc[50, 50], "nothing outside"
    assert disc.sum() == pytest.approx(1.0, rel=0.01)


def test_a_soft_edge_is_soft():
    made = PortraitBlur(blur=0.05, feather=0.01).run(stage(), Known(subject()).context()).picture
    row = made.floats()[150, 120:160, 0]
    assert ((row > 0.65) & (row < 0.82)).sum() >= 3
    hard = PortraitBlur(blur=0.05, feather=0).run(stage(), Known(subject()).context()).picture
    assert np.abs(np.diff(hard.floats()[150, 120:160, 2])).max() > 0.4


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_without_a_subject_nothing_changes_and_nobody_is_sure(share: float):
    before = stage()
    known = Known(np.full((HEIGHT, WIDTH), share, np.float32), confidence=0.9)
    outcome = PortraitBlur().run(before, known.context())
    assert outcome.picture is before
    assert outcome.confidence == 0.0
    assert outcome.measures["changed"] is False


def test_the_network_can_be_chosen_and_large_pictures_are_asked_small():
    known = Known(subject())
    large = resized(stage(), 8 * WIDTH, 8 * HEIGHT)
    outcome = PortraitBlur(network="isnet", feather=0).run(large, known.context())
    assert known.asked == ["isnet"]
    old, new = large.array(), outcome.picture.array()
    assert np.array_equal(old[520:-40, 1160:1720], new[520:-40, 1160:1720])
    assert spread(new[200:1600, 200:900]) < 0.6 * spread(old[200:1600, 200:900])


def test_what_is_transparent_does_not_colour_the_ground():
    pixels = np.dstack([stage().array(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    pixels[:, :60] = (0, 255, 0, 0)
    made = PortraitBlur(blur=0.08).run(Picture.from_array(pixels), Known(subject()).context())
    after = made.picture.array()
    assert np.array_equal(after[:, :, 3], pixels[:, :, 3])
    green = after[60:180, 62:80].astype(int)
    assert (green[:, :, 1] - green[:, :, 2]).max() < 0, "still bluish: no green came in"
