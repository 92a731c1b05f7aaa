"""White balance: casts of known size, with and without a point to go by."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.base import Outcome
from processing.operators.context import Context
from processing.operators.light.adaptation import adapting
from processing.operators.light.chroma import chroma_of, statistics
from processing.operators.light.spaces import linear, through
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

    def measured(**parameters: float) -> dict:
        return WhiteBalance(method="shades-of-grey", **parameters).run(cast, Context()).measures

    whole, half, held = measured(limit=4), measured(limit=4, strength=0.5), measured(limit=0.25)
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
        WhiteBalance(method="shades-of-grey").run(Picture.from_array(one), Context()).confidence
        for one in (lawn, np.repeat(greyish[..., 1:2], 3, axis=2))
    )
    assert doubted < 0.3 < 0.9 < trusted


def adapted(light: np.ndarray) -> np.ndarray:
    return np.linalg.inv(adapting(light))


def learned(pixels: np.ndarray) -> Outcome:
    return WhiteBalance(limit=4).run(Picture.from_array(pixels), Context())


def test_of_a_strong_cast_most_is_seen_and_goes():
    """Photographs that the trees have not seen, in the light of a lamp (fit_white_balance.py)."""
    before, after = [], []
    for name in NAMES:
        scene = photograph(name)
        cast = lit_by(scene, LIGHTS["incandescent"])
        before.append(difference(cast, scene))
        after.append(difference(learned(cast).picture, scene))
    assert np.mean(after) < 0.4 * np.mean(before)


def test_what_is_sure_of_nothing_changes_nothing():
    """A grey picture has no cast, and the brown of a table may be a lamp's."""
    grey = np.repeat(photograph("rocket")[..., 1:2], 3, axis=2)
    for pixels in (grey, photograph("coffee"), photograph("astronaut")):
        outcome = learned(pixels)
        assert outcome.measures["certainty"] < 0.3
        assert outcome.measures["removed_ev"] == 0.0
        assert outcome.confidence is None
        assert np.array_equal(outcome.picture.array(), pixels)


def test_the_certainty_grows_with_what_is_seen_of_a_cast():
    scene = photograph("coffee")
    strong, none = learned(lit_by(scene, LIGHTS["incandescent"])), learned(scene)
    assert strong.measures["certainty"] > 0.7 > none.measures["certainty"] + 0.3
    assert 0.7 < strong.confidence < 1.0


def test_transparent_pixels_say_nothing_of_the_light():
    scene = lit_by(photograph("coffee"), LIGHTS["incandescent"])
    alpha = np.full((*scene.shape[:2], 1), 255, np.uint8)
    shown = np.concatenate([scene, alpha], axis=2)
    hidden = np.concatenate([shown, shown], axis=1)
    hidden[:, scene.shape[1] :] = (0, 0, 255, 0)
    lights = [learned(one).measures["light_rgb_linear"] for one in (shown, hidden)]
    assert lights[0] == pytest.approx(lights[1], abs=0.1)


def test_a_shift_of_the_light_shifts_the_statistics():
    """Von Kries: chromas of the scene under another light are moved by that light's chroma."""
    scene = linear(photograph("coffee").reshape(-1, 3)[::7].astype(np.float32) / np.float32(255))
    lit = np.array([0.93, 1.0, 0.85])
    first, other = (statistics(one) for one in (scene * 0.5, through(scene * 0.5, adapted(lit))))
    moved = (other - first)[:36].reshape(-1, 2)
    assert moved == pytest.approx(np.tile(chroma_of(lit), (18, 1)), abs=0.05)


def test_a_point_is_for_picking():
    with pytest.raises(ValidationError, match="needs a point"):
        WhiteBalance(method="picked")
    with pytest.raises(ValidationError, match="needs a point"):
        WhiteBalance(method="grey-world", point=(0.5, 0.5))
