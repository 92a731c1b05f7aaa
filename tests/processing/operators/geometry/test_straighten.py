"""Straighten: how exactly it is level afterwards, and when nothing is done."""

import numpy as np
import pytest

from processing.operators.geometry.rotate import rotated
from processing.operators.geometry.straighten import Straighten, tilt
from processing.operators.picture import Picture
from tests.processing.operators import pictures
from tests.processing.operators.geometry.facades import facade
from tests.processing.operators.geometry.helping import is_marked, run


def seascape(noise: float = 4.0) -> Picture:
    """A horizon between a sky and a sea, both with texture."""
    chance = np.random.default_rng(2)
    y, x = np.mgrid[0:600, 0:900].astype(float)
    sky = np.dstack([170 - y / 9, 195 - y / 14, 225 + 0 * y])
    waves = 6 * np.sin(y / 3 + np.sin(x / 37)) * np.sin(x / 23 + y / 50)
    sea = np.dstack([30 + waves, 70 + waves, 96 + waves])
    pixels = np.where((y < 340)[:, :, None], sky, sea) + chance.normal(0, noise, (600, 900, 3))
    return Picture.from_array(np.clip(pixels, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("angle", [-6.0, -1.5, 2.0, 5.0])
@pytest.mark.parametrize("make", [seascape, lambda: facade(noise=8, clutter=20).picture])
def test_a_known_tilt_is_found_and_undone(angle, make):
    tilted = rotated(make(), angle)
    made = run(Straighten(), tilted)
    assert made.measures["tilt_degrees"] == pytest.approx(angle, abs=0.3)
    assert made.measures["straightened"] is True
    left, confidence, _ = tilt(made.picture, 8)
    assert abs(left) < 0.3
    assert confidence > 0.5


@pytest.mark.parametrize("camera", [{"pitch": 8}, {"yaw": 15}, {"pitch": -6, "yaw": -12}])
def test_lines_that_converge_do_not_mislead(camera):
    angle, _, _ = tilt(facade(roll=3, noise=8, **camera).picture, 8)
    assert angle == pytest.approx(3, abs=0.4)


def test_what_is_level_is_left_alone():
    picture = seascape()
    made = run(Straighten(), picture)
    assert made.picture is picture
    assert "level already" in str(made.measures["why"])


def test_what_is_unsure_is_left_alone():
    noise = np.random.default_rng(5).integers(0, 256, (500, 700, 3)).astype(np.uint8)
    smooth = np.linspace(0, 255, 700)[None, :, None].repeat(500, 0).repeat(3, 2).astype(np.uint8)
    for pixels in (noise, smooth, pictures.motif(1, 1), np.full((4, 900, 3), 9, np.uint8)):
        picture = Picture.from_array(pixels)
        made = run(Straighten(), picture)
        assert made.picture is picture
        assert made.confidence < 0.5
        assert "Too few lines" in str(made.measures["why"])


def test_more_than_the_limit_is_intended():
    tilted = rotated(facade().picture, 5)
    made = run(Straighten(limit=4), tilted)
    assert made.picture is tilted
    assert "limit" in str(made.measures["why"])


def test_the_focus_turns_along():
    picture = rotated(facade(noise=4).picture, 3)
    pixels = picture.array().copy()
    pixels[198:203, 298:303] = (0, 255, 0)
    marked = Picture(
        Picture.from_array(pixels).image, (300.5 / picture.width, 200.5 / picture.height)
    )
    assert is_marked(run(Straighten(), marked).picture)
