"""Colour card: found wherever it lies, its colours put right, pictures without one left alone."""

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from processing.operators.context import Context
from processing.operators.light.card_finding import found_card
from processing.operators.light.card_fit import solved, terms
from processing.operators.light.card_reference import reference_light
from processing.operators.light.colour_card import ColourCard
from processing.operators.light.spaces import cielab, coded
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.light.cards import noisy, with_card
from tests.processing.operators.light.photographs import (
    LIGHTS,
    NAMES,
    difference,
    lit_by,
    photograph,
)


def test_published_values_are_those_of_srgb_charts():
    """D. Pascale, "RGB coordinates of the Macbeth ColorChecker", 2006, for the first patches."""
    known = [(115, 81, 67), (199, 147, 129), (91, 122, 156), (90, 108, 64), (130, 128, 176)]
    ours = coded(reference_light("2005"))[:5] * 255
    assert np.abs(ours - known).max() < 1
    editions = [cielab(coded(reference_light(one))) for one in ("2014", "2005")]
    assert deltaE_ciede2000(*editions).mean() < 1.5


@pytest.mark.parametrize(
    ("width", "degrees", "skew"),
    [
        (0.25, 0, 0.0),
        (0.4, 7, 0.05),
        (0.6, -20, 0.04),
        (0.4, 45, 0.0),
        (0.4, 90, 0.05),
        (0.4, 180, 0),
    ],
)
def test_the_card_is_found_and_read(width: float, degrees: float, skew: float):
    for number, name in enumerate(NAMES[:2]):
        scene = with_card(photograph(name, 900), width=width, degrees=degrees, skew=skew)
        card = found_card(noisy(lit_by(scene, LIGHTS["warm"]), seed=number))
        assert card is not None
        assert card.misfit < 3
        clean = found_card(scene)
        assert (
            deltaE_ciede2000(cielab(coded(clean.light)), cielab(coded(reference_light()))).mean()
            < 1.5
        )


@pytest.mark.parametrize("fit", ["matrix", "root-polynomial"])
def test_most_of_a_cast_goes(fit: str):
    before, after = [], []
    for number, light in enumerate(LIGHTS):
        scene = with_card(photograph(NAMES[number], 700), width=0.45, degrees=11, skew=0.03)
        cast = noisy(lit_by(scene, LIGHTS[light], ev=-0.5), 2.0)
        outcome = ColourCard(fit=fit).run(Picture.from_array(cast), Context())
        assert outcome.measures["delta_e_after"] < 0.3 * outcome.measures["delta_e_before"]
        assert outcome.confidence > 0.6
        before.append(difference(cast, scene))
        after.append(difference(outcome.picture, scene))
    assert np.mean(after) < 0.3 * np.mean(before)


def test_a_card_in_another_picture_of_the_shoot():
    class Shoot:
        def picture(self, reference: str) -> Picture:
            scene = with_card(photograph("coffee", 700), degrees=5)
            return Picture.from_array(lit_by(scene, LIGHTS["cool"]))

    scene = photograph("astronaut")
    cast = lit_by(scene, LIGHTS["cool"])
    shoot = Context(library=Shoot())
    made = ColourCard(card="asset:7").run(Picture.from_array(cast), shoot)
    assert difference(made.picture, scene) < 0.3 * difference(cast, scene)
    assert "corners" not in made.measures


def test_brightness_may_be_left():
    scene = with_card(photograph("coffee", 700))
    dark = lit_by(scene, LIGHTS["warm"], ev=-1.0)
    same = lit_by(scene, (1.0, 1.0, 1.0), ev=-1.0)
    made = ColourCard(exposure=False).run(Picture.from_array(dark), Context())
    assert difference(made.picture, same) < 0.3 * difference(dark, same)
    assert made.measures["delta_e_after"] < 3


def test_corners_are_told_from_dark_skin_clockwise():
    scene = with_card(photograph("coffee", 700), degrees=180)
    corners = np.array(ColourCard().run(Picture.from_array(scene), Context()).measures["corners"])
    assert (corners[0] > 0.5).all(), "dark skin is at the lower right, upside down"
    assert (corners[2] < 0.5).all()


@pytest.mark.parametrize("name", NAMES)
def test_no_card_is_no_card(name: str):
    picture = Picture.from_array(photograph(name, 700))
    left = ColourCard().run(picture, Context())
    assert left.picture is picture
    assert left.confidence == 0
    with pytest.raises(Unfit, match="no colour card"):
        ColourCard(missing="refuse").run(picture, Context())


def test_a_grid_of_other_colours_is_no_card():
    random = np.random.default_rng(5)
    wall = np.full((500, 700, 3), 30, np.uint8)
    for row in range(5):
        for column in range(7):
            y, x = 20 + row * 95, 20 + column * 95
            wall[y : y + 80, x : x + 80] = random.integers(0, 256, 3)
    assert found_card(wall) is None


def test_what_is_burnt_out_does_not_count():
    measured = np.clip(reference_light() * np.float32([1.6, 1.0, 0.7]), 0, 1)
    fitted = solved(measured, reference_light())
    assert np.diag(fitted) == pytest.approx([1 / 1.6, 1, 1 / 0.7], rel=0.03)


def test_the_polynomial_grows_with_the_light():
    light = np.array([[0.1, 0.2, 0.3]], np.float32)
    assert np.allclose(terms(light * 2, "root-polynomial"), terms(light, "root-polynomial") * 2)
