"""Matching a reference and a palette."""

import numpy as np
import pytest
from pydantic import ValidationError

from dam.colour import delta_ok, hex_to_oklab
from processing.operators.context import Context
from processing.operators.light.match import Match
from processing.operators.light.palette import palette
from processing.operators.light.palette_match import PaletteMatch
from processing.operators.light.spaces import oklab
from processing.operators.picture import Picture
from tests.processing.operators.light.photographs import (
    LIGHTS,
    NAMES,
    difference,
    floats,
    lit_by,
    photograph,
)


class One:
    """A library that has one picture."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels

    def picture(self, reference: str) -> Picture:
        return Picture.from_array(self.pixels)


def matched(pixels: np.ndarray, reference: np.ndarray, **parameters):
    context = Context(library=One(reference))
    return Match(reference="asset:1", **parameters).run(Picture.from_array(pixels), context)


@pytest.mark.parametrize("light", LIGHTS)
def test_most_of_a_cast_goes(light: str):
    before, after = [], []
    for name in NAMES:
        scene = photograph(name)
        cast = lit_by(scene, LIGHTS[light], ev=-0.7)
        outcome = matched(cast, scene)
        assert outcome.measures["distance_after"] < 0.3 * outcome.measures["distance_before"]
        before.append(difference(cast, scene))
        after.append(difference(outcome.picture, scene))
    assert np.mean(after) < 0.3 * np.mean(before)


def test_another_framing_of_the_scene_serves():
    scene = photograph("chelsea")
    cast = lit_by(scene, LIGHTS["warm"])
    framed = np.ascontiguousarray(scene[30:, 40:])
    made = matched(cast, framed)
    assert difference(made.picture, scene) < 0.5 * difference(cast, scene)


def test_parts_and_strength():
    scene, other = photograph("coffee"), photograph("rocket")
    before = oklab(floats(scene))
    colour = oklab(floats(matched(scene, other, parts="colour").picture.array()))
    light = oklab(floats(matched(scene, other, parts="lightness").picture.array()))
    assert np.abs(colour[:, 0] - before[:, 0]).mean() < 0.01
    assert np.abs(light[:, 0] - before[:, 0]).mean() > 0.05
    assert np.abs(light[:, 1:] - before[:, 1:]).mean() < 0.02
    assert difference(matched(scene, other, strength=0).picture, scene) < 0.1
    halves = [difference(matched(scene, other, strength=s).picture, scene) for s in (0.5, 1.0)]
    assert halves[0] < 0.75 * halves[1]


def test_a_picture_without_colour_or_contrast_matches_too():
    flat = np.full((40, 50, 3), 120, np.uint8)
    made = matched(flat, photograph("coffee")).picture.array()
    assert np.ptp(made.reshape(-1, 3), axis=0).max() <= 1, "one colour stays one colour"
    assert matched(photograph("coffee"), flat).picture.array().std() < 12


def test_a_palette_is_what_a_picture_consists_of():
    pixels = np.zeros((90, 90, 3), np.uint8)
    pixels[:50], pixels[50:80], pixels[80:] = (200, 30, 30), (20, 90, 200), (240, 240, 240)
    colours, shares = palette(oklab(floats(pixels)), 6)
    wanted = [hex_to_oklab(one) for one in ("#c81e1e", "#145ac8", "#f0f0f0")]
    assert len(colours) == 3, "no more colours than there are"
    assert delta_ok(colours, np.array(wanted)).max() < 0.01
    assert shares == pytest.approx([5 / 9, 3 / 9, 1 / 9], abs=0.01)


def test_colours_move_to_the_brands():
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[:, :50], pixels[:, 50:] = (190, 60, 50), (60, 100, 180)
    wanted = ["#0a7d32", "#c22a1e"]
    made = PaletteMatch(palette=wanted, count=2, strength=1, lightness=1).run(
        Picture.from_array(pixels), Context()
    )
    got = oklab(floats(made.picture.array()[:1, [0, 80]]))
    assert (
        delta_ok(got, np.array([hex_to_oklab(one) for one in ("#c22a1e", "#0a7d32")])).max() < 0.02
    )
    assert made.measures["palette_after"] == ["#c22a1e", "#0a7d32"]


def test_a_reference_gives_its_palette_and_light_stays():
    scene, other = photograph("coffee"), photograph("rocket")
    context = Context(library=One(other))
    made = PaletteMatch(reference="asset:1", strength=1).run(Picture.from_array(scene), context)
    was, now = oklab(floats(scene)), oklab(floats(made.picture.array()))
    goal = oklab(floats(other)).mean(axis=0)
    apart = [float(np.hypot(*(one.mean(axis=0) - goal)[1:])) for one in (was, now)]
    assert apart[1] < 0.6 * apart[0]
    assert np.abs(now[:, 0] - was[:, 0]).mean() < 0.02


def test_one_of_reference_and_palette():
    for wrong in ({}, {"palette": ["#fff"], "reference": "asset:1"}):
        with pytest.raises(ValidationError, match="one of them"):
            PaletteMatch(**wrong)
