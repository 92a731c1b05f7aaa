"""Exposure: errors of known size go, white and black stay, limits hold."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.context import Context
from processing.operators.light.brightness import Brightness
from processing.operators.light.exposure import Exposure
from processing.operators.light.gain import gained
from processing.operators.light.sample import sample
from processing.operators.light.spaces import linear
from processing.operators.picture import Picture
from tests.processing.operators.light.photographs import (
    NAMES,
    difference,
    lit_by,
    photograph,
    stops_apart,
)

WHITE = (1.0, 1.0, 1.0)


@pytest.mark.parametrize("measure", ["mean", "median"])
def test_most_of_an_error_of_exposure_goes(measure: str):
    before, after, colours = [], [], []
    for name in NAMES:
        scene = photograph(name)
        level = sample(Picture.from_array(scene)).luminance
        target = float(level.mean() if measure == "mean" else np.median(level))
        for ev in (-1.5, -0.7, 0.7):
            wrong = lit_by(scene, WHITE, ev)
            made = Exposure(target=target, measure=measure).run(
                Picture.from_array(wrong), Context()
            )
            before.append(stops_apart(wrong, scene))
            after.append(stops_apart(made.picture, scene))
            colours.append((difference(wrong, scene), difference(made.picture, scene)))
    assert np.mean(after) < 0.3 * np.mean(before)
    was, now = np.mean(colours, axis=0)
    assert now < 0.3 * was


def test_a_set_becomes_even():
    """Without knowing the original: three exposures of a scene end at the same level."""
    shots = [Picture.from_array(lit_by(photograph("coffee"), WHITE, ev)) for ev in (-1, 0, 0.5)]
    made = [Exposure().run(shot, Context()).picture for shot in shots]
    assert stops_apart(made[0], made[2]) < 0.1 * stops_apart(shots[0], shots[2])


def test_the_limit_holds_and_lowers_the_confidence():
    dark = Picture.from_array(lit_by(photograph("chelsea"), WHITE, -3))
    free = Exposure(limit=4).run(dark, Context())
    held = Exposure(limit=0.5).run(dark, Context())
    assert held.measures["ev"] == 0.5
    assert held.measures["limited"] is True
    assert free.measures["limited"] is False
    assert free.measures["ev_wanted"] == held.measures["ev_wanted"]
    assert held.confidence < free.confidence


def test_black_is_no_picture_to_expose():
    black = Picture.from_array(np.zeros((20, 30, 3), np.uint8))
    outcome = Exposure().run(black, Context())
    assert outcome.confidence == 0
    assert not outcome.picture.array().any()


def test_what_is_transparent_is_not_measured():
    scene = photograph("coffee")
    alpha = np.full((*scene.shape[:2], 1), 255, np.uint8)
    alpha[:, : scene.shape[1] // 2] = 0
    hidden = np.where(alpha, scene, 255).astype(np.uint8)
    whole, half = (
        Exposure().run(Picture.from_array(np.dstack([one, alpha])), Context()).measures["ev"]
        for one in (scene, hidden)
    )
    assert abs(whole - half) < 0.02


@pytest.mark.parametrize("protect", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("ev", [-2.0, -0.5, 0.5, 3.0])
def test_protected_light_keeps_black_white_and_order(ev: float, protect: float):
    light = np.linspace(0, 1, 2000, dtype=np.float32)
    changed = gained(light, ev, protect)
    assert changed[0] == 0
    assert changed[-1] == pytest.approx(1, abs=1e-5)
    assert (np.diff(changed) > 0).all(), "nothing is clipped"
    assert changed[1] / light[1] == pytest.approx(2**ev, rel=0.02)


def test_unprotected_light_is_multiplied_and_clipped():
    light = np.array([0.1, 0.3, 0.9], np.float32)
    assert np.allclose(gained(light, 1, 0), [0.2, 0.6, 1.0])
    assert np.allclose(gained(light, -1, 0), light / 2)


def test_brightness_adds_stops():
    grey = Picture.from_array(np.full((10, 10, 3), 100, np.uint8))
    made = Brightness(ev=1, protect=0.3).run(grey, Context()).picture
    before, after = sample(grey).luminance.mean(), sample(made).luminance.mean()
    assert after / before == pytest.approx(2, rel=0.02)
    with pytest.raises(ValidationError, match="less than or equal to 4"):
        Brightness(ev=5)


def test_a_tint_near_white_stays_a_tint_when_it_is_darkened():
    """Channel by channel, the curve's steep end would make a green of this grey."""
    tint = np.tile(np.array([230, 252, 235], np.uint8), (8, 8, 1))
    darker = Brightness(ev=-1.5).run(Picture.from_array(tint), Context()).picture.array()[0, 0]
    assert darker.max() < 245
    light = linear(np.array([tint[0, 0], darker], np.float32) / np.float32(255))
    shares = light / light.max(axis=1, keepdims=True)
    assert np.allclose(shares[0], shares[1], atol=0.01)
