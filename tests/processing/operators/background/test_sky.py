"""Skies: found where they are, replaced without a trace, and dusk with lit windows."""

import numpy as np
import pytest
import skimage.data

from processing.operators.background.sky import Sky
from processing.operators.background.twilight import Twilight
from processing.operators.context import Context
from processing.operators.picture import Picture
from processing.vision import sky, windows
from processing.vision.looking import overlap
from tests.processing.operators.cast import context


def house(width: int = 480, height: int = 360) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A brick house with six dark windows on grass below a blue sky; its sky and its windows."""
    rng = np.random.default_rng(5)
    rgb = np.zeros((height, width, 3), np.float32)
    line = height * 6 // 10
    rgb[:line] = np.linspace((90, 140, 220), (190, 215, 245), line)[:, None]
    rgb[line:] = (70, 120, 50)
    above = np.zeros((height, width), np.float32)
    above[:line] = 1
    lit = np.zeros((height, width), np.float32)
    left, right, top = width // 4, width * 3 // 4, height // 4
    rgb[top : height * 5 // 6, left:right] = (172, 122, 96)
    above[top : height * 5 // 6, left:right] = 0
    for column in range(3):
        for row in range(2):
            x, y = left + 25 + column * 75, top + 30 + row * 75
            rgb[y : y + 40, x : x + 28] = (46, 50, 60)
            lit[y : y + 40, x : x + 28] = 1
    rgb[line:] += rng.normal(0, 9, (height - line, width, 1))
    rgb += rng.normal(0, 1.5, rgb.shape)
    return np.clip(rgb, 0, 255).astype(np.uint8), above, lit


def test_the_sky_is_found_and_sure():
    rgb, above, _ = house()
    found = sky.find(rgb)
    assert overlap(found.matte.alpha, above) > 0.95
    assert found.confidence > 0.6
    assert found.share == pytest.approx(above.mean(), abs=0.02)


def test_no_sky_is_no_sky():
    wall = skimage.data.coffee()
    picture = Picture.from_array(wall)
    outcome = Sky().run(picture, Context())
    assert outcome.confidence < 0.4
    if not outcome.measures["replaced"]:
        assert np.array_equal(outcome.picture.array(), wall)
    strict = Sky(least_confidence=0.9).run(picture, Context())
    assert strict.measures["replaced"] is False
    assert np.array_equal(strict.picture.array(), wall)


def test_another_sky_and_its_light():
    rgb, _, _ = house()
    outcome = Sky(top="#802010", bottom="#ffb060", light=1.0).run(
        Picture.from_array(rgb), Context()
    )
    made = outcome.picture.array().astype(int)
    assert tuple(made[2, 20]) == pytest.approx((0x80, 0x20, 0x10), abs=12)
    assert made[200, 20, 0] > 225
    red, _, blue = outcome.measures["light"]
    assert red > 1 > blue
    wall = (slice(240, 280), slice(125, 140))
    before, after = rgb[wall].mean(axis=(0, 1)), made[wall].mean(axis=(0, 1))
    assert after[0] / after[2] > 1.1 * before[0] / before[2]
    dull = Sky(top="#802010", bottom="#ffb060", light=0.0).run(Picture.from_array(rgb), Context())
    assert np.abs(dull.picture.array()[wall].astype(int) - rgb[wall]).mean() < 2


def test_a_sky_out_of_a_picture_and_16_bits(tmp_path):
    rgb, _, _ = house()
    picture = Picture.from_array(rgb.astype(np.uint16) * 257)
    made = Sky(picture="asset:1").run(picture, context(tmp_path)).picture
    assert made.depth == 16
    assert made.array().shape == (360, 480, 3)
    assert not np.array_equal(made.array()[:60], picture.array()[:60])


def test_windows_are_found():
    rgb, above, lit = house()
    found = windows.find(rgb, above)
    assert found.count == 6
    assert overlap(found.mask, lit) > 0.85


def test_dusk_is_darker_and_its_windows_are_lit():
    rgb, _, lit = house()
    outcome = Twilight().run(Picture.from_array(rgb), Context())
    made = outcome.picture.array().astype(float)
    assert outcome.measures["windows"] == 6
    wall = (slice(250, 290), slice(125, 140))
    assert made[wall].mean() < 0.7 * rgb[wall].mean()
    inside = made[lit > 0]
    assert inside.mean() > 150, "lit"
    assert inside[:, 0].mean() > inside[:, 2].mean() + 40, "warm"
    assert made[5, 20, 2] > made[5, 20, 0], "deep blue above"
    assert made[205, 20, 0] > made[205, 20, 2], "warm at the horizon"
    dark = Twilight(windows=0.0).run(Picture.from_array(rgb), Context()).picture.array()
    assert dark[lit > 0].mean() < 60
    day = Twilight(amount=0.0).run(Picture.from_array(rgb), Context()).picture.array()
    assert np.abs(day.astype(int) - rgb).max() <= 1
    assert 0 < outcome.confidence <= 1
