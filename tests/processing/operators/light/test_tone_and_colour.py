"""Curves, contrast, saturation and vibrance: what changes, and what must not."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.context import Context
from processing.operators.light.contrast import Contrast
from processing.operators.light.curves import Curves, bent
from processing.operators.light.saturation import Saturation
from processing.operators.light.spaces import oklab
from processing.operators.light.vibrance import Vibrance
from processing.operators.picture import Picture
from tests.processing.operators.light.photographs import floats, photograph


def lab(picture: Picture | np.ndarray) -> np.ndarray:
    return oklab(floats(picture.array() if isinstance(picture, Picture) else picture))


def chroma(values: np.ndarray) -> np.ndarray:
    return np.hypot(values[:, 1], values[:, 2])


def swatch(*colours: tuple[int, int, int]) -> Picture:
    return Picture.from_array(np.array([colours], np.uint8))


def test_curves_go_through_their_points_and_never_overshoot():
    points = [(0.1, 0.0), (0.3, 0.6), (0.6, 0.6), (0.9, 1.0)]
    levels = np.linspace(0, 1, 1001, dtype=np.float32)
    curve = bent(levels, points)
    for x, y in points:
        assert curve[round(x * 1000)] == pytest.approx(y, abs=1e-4)
    assert (np.diff(curve) >= -1e-7).all()
    assert curve[300:601] == pytest.approx(0.6, abs=1e-5)
    assert curve[0] == 0
    assert curve[-1] == 1


def test_a_channels_curve_comes_before_that_of_all():
    curves = Curves(red=[(0, 0.2), (1, 0.2)], all=[(0, 1), (1, 0)])
    made = curves.run(swatch((10, 20, 30)), Context())
    assert made.picture.array()[0, 0].tolist() == [204, 235, 225]


@pytest.mark.parametrize(
    "points", [[(0.5, 0), (0.2, 1)], [(0, 0)], [(0, 0), (0, 1)], [(0, 0), (1, 2)]]
)
def test_points_that_make_no_curve_are_refused(points):
    with pytest.raises(ValidationError):
        Curves(all=points)


def test_contrast_spreads_lightness_around_its_pivot():
    scene = photograph("astronaut")
    more = Contrast(amount=0.5).run(Picture.from_array(scene), Context()).picture
    less = Contrast(amount=-0.5).run(Picture.from_array(scene), Context()).picture
    spread = [lab(one)[:, 0].std() for one in (less, scene, more)]
    assert spread[0] < 0.6 * spread[1]
    assert spread[2] > 1.1 * spread[1]
    ends = Contrast(amount=0.8).run(swatch((0, 0, 0), (118, 118, 118), (255, 255, 255)), Context())
    assert ends.picture.array()[0, :, 0].tolist() == pytest.approx([0, 118, 255], abs=2)


def test_saturation_scales_chroma_and_nothing_else():
    scene = photograph("coffee")
    made = Saturation(amount=-0.5).run(Picture.from_array(scene), Context()).picture
    was, now = lab(scene), lab(made)
    assert np.median(chroma(now) / np.maximum(chroma(was), 0.02)) == pytest.approx(0.5, abs=0.05)
    assert np.abs(now[:, 0] - was[:, 0]).mean() < 0.003
    grey = Saturation(amount=-1).run(Picture.from_array(scene), Context()).picture.array()
    assert np.ptp(grey.astype(int), axis=2).max() <= 1


def test_vibrance_spares_skin_and_strong_colours():
    sky, skin, strong = (150, 165, 180), (194, 150, 130), (230, 20, 20)
    picture = swatch(sky, skin, strong)
    made = Vibrance(amount=1).run(picture, Context()).picture
    gain = chroma(lab(made)) / chroma(lab(picture))
    assert gain[0] > 1.6
    assert 1.0 <= gain[1] < 1.3
    assert gain[2] == pytest.approx(1, abs=0.05)
    free = Vibrance(amount=1, protect_skin=0).run(picture, Context()).picture
    assert (chroma(lab(free)) / chroma(lab(picture)))[1] > 1.5


@pytest.mark.parametrize("kind", [Contrast, Saturation, Vibrance])
def test_nothing_asked_nothing_done(kind):
    picture = Picture.from_array(photograph("coffee"))
    assert kind(amount=0).run(picture, Context()).picture is picture
