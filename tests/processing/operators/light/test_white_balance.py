"""White balance: casts of known size, with and without a point to go by."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.context import Context
from processing.operators.light.white_balance import WhiteBalance
from processing.operators.picture import Picture
from tests.processing.operators.light.photographs import (
    LIGHTS,
    NAMES,
    difference,
    lit_by,
    photograph,
)


def balanced(pixels: np.ndarray, **parameters) -> Picture:
    return WhiteBalance(limit=4, **parameters).run(Picture.from_array(pixels), Context()).picture


@pytest.mark.parametrize("light", LIGHTS)
def test_a_picked_grey_removes_the_cast(light: str):
    """A grey card lies in the scene; the point is somewhere on it."""
    before, after = [], []
    for name in NAMES:
        scene = photograph(name).copy()
        scene[20:50, 20:50] = 128
        cast = lit_by(scene, LIGHTS[light])
        made = balanced(cast, method="picked", point=(35 / scene.shape[1], 35 / scene.shape[0]))
        before.append(difference(cast, scene))
        after.append(difference(made, scene))
    assert np.mean(after) < 0.3 * np.mean(before)


@pytest.mark.parametrize("method", ["grey-world", "white-patch", "shades-of-grey"])
def test_a_scene_ends_alike_under_any_light(method: str):
    """What a method takes for neutral does not depend on the cast that was put on the scene."""
    before, after = [], []
    for name in NAMES:
        scene = photograph(name)
        plain = balanced(scene, method=method)
        for light in ("warm", "cool", "green"):
            cast = lit_by(scene, LIGHTS[light])
            before.append(difference(cast, scene))
            after.append(difference(balanced(cast, method=method), plain))
    assert np.mean(after) < 0.3 * np.mean(before)


@pytest.mark.parametrize("adaptation", ["bradford", "von-kries", "rgb"])
def test_neutral_things_become_neutral_and_keep_their_luminance(adaptation: str):
    grey = np.repeat(np.linspace(20, 200, 64).astype(np.uint8)[None, :, None], 3, axis=2)
    grey = np.repeat(grey, 64, axis=0)
    made = balanced(lit_by(grey, LIGHTS["warm"]), method="grey-world", adaptation=adaptation)
    assert np.ptp(made.array().astype(int), axis=2).max() <= 2
    assert difference(made, grey) < 0.5


def test_strength_and_limit():
    cast = Picture.from_array(lit_by(photograph("coffee"), LIGHTS["warm"]))
    whole = WhiteBalance(limit=4).run(cast, Context()).measures
    half = WhiteBalance(limit=4, strength=0.5).run(cast, Context()).measures
    held = WhiteBalance(limit=0.25).run(cast, Context()).measures
    assert half["removed_ev"] == pytest.approx(whole["removed_ev"] / 2, abs=0.002)
    assert held["removed_ev"] == pytest.approx(0.25, abs=0.002)
    assert held["limited"] is True
    assert whole["limited"] is False


def test_burnt_out_white_stays_white():
    cast = lit_by(photograph("coffee"), LIGHTS["warm"])
    cast[:20, :20] = 255
    made = balanced(cast, method="shades-of-grey").array()
    assert (made[:20, :20] == 255).all()


def test_a_burnt_out_point_is_doubted():
    pixels = photograph("coffee").copy()
    pixels[:40, :40], pixels[:40, 60:100] = 255, 140
    at = [
        (20 / pixels.shape[1], 20 / pixels.shape[0]),
        (80 / pixels.shape[1], 20 / pixels.shape[0]),
    ]
    burnt, clear = (
        WhiteBalance(method="picked", point=point).run(Picture.from_array(pixels), Context())
        for point in at
    )
    assert burnt.confidence < 0.5 < clear.confidence


def test_methods_that_disagree_are_doubted():
    lawn = np.zeros((80, 80, 3), np.uint8)
    lawn[:] = (60, 140, 40)
    lawn[:10] = (250, 240, 235)
    greyish = photograph("rocket")
    doubted, trusted = (
        WhiteBalance().run(Picture.from_array(one), Context()).confidence
        for one in (lawn, np.repeat(greyish[..., 1:2], 3, axis=2))
    )
    assert doubted < 0.3 < 0.9 < trusted


def test_a_point_is_for_picking():
    with pytest.raises(ValidationError, match="needs a point"):
        WhiteBalance(method="picked")
    with pytest.raises(ValidationError, match="needs a point"):
        WhiteBalance(method="grey-world", point=(0.5, 0.5))
