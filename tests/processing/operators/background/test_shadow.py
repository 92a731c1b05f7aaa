"""Shadows: where they lie, how dark they are, and the same on white where they are transparent."""

import numpy as np
import pytest

from dam.colour import linear_to_srgb
from processing.operators.background.replace_background import ReplaceBackground
from processing.operators.background.shadow import Shadow
from processing.operators.context import Context
from processing.operators.picture import Picture


def subject(depth: int = 8) -> Picture:
    """A red box in the middle of a transparent frame of 300 × 300."""
    pixels = np.zeros((300, 300, 4), np.uint8)
    pixels[100:200, 100:200] = (200, 30, 30, 255)
    return Picture.from_array(pixels.astype(np.uint16) * 257 if depth == 16 else pixels)


def laid(**parameters) -> np.ndarray:
    return Shadow(background="#ffffff", **parameters).run(subject(), Context()).picture.array()


def test_a_drop_shadow_is_the_subject_moved():
    made = laid(opacity=0.5, across=0.3, down=0.2, blur=0.0)
    wanted = round(float(linear_to_srgb(0.5)) * 255)  # half of the light, as it is coded
    assert tuple(made[210, 215]) == pytest.approx((wanted,) * 3, abs=2)
    assert tuple(made[150, 150]) == (200, 30, 30), "not on the subject"
    assert tuple(made[110, 215]) == (255, 255, 255)
    assert tuple(made[90, 95]) == (255, 255, 255)


def test_blur_makes_it_soft_and_opacity_dark():
    sharp, soft = laid(down=0.2, blur=0.01), laid(down=0.2, blur=0.1)
    column = slice(195, 260), 150, 0
    assert (
        np.abs(np.diff(soft[column].astype(int))).max()
        < np.abs(np.diff(sharp[column].astype(int))).max()
    )
    assert laid(opacity=0.8, down=0.2)[210, 150, 0] < laid(opacity=0.2, down=0.2)[210, 150, 0]


def test_a_contact_shadow_lies_where_the_subject_stands():
    made = laid(kind="contact").astype(int)[:, :, 0]
    assert made[202, 150] < 215
    assert made[230, 150] > 250
    assert made[60, 150] == 255
    assert made[202, 150] < made[202, 95]


@pytest.mark.parametrize("depth", [8, 16])
def test_transparent_and_on_white_look_the_same(depth):
    most = 255 if depth == 8 else 65535
    settings = {"kind": "both", "opacity": 0.6, "colour": "#101418"}
    clear = Shadow(**settings).run(subject(depth), Context()).picture
    assert clear.has_alpha
    assert clear.depth == depth
    whole = Shadow(**settings, background="#ffffff").run(subject(depth), Context()).picture
    white = ReplaceBackground(colour="#ffffff").run(clear, Context()).picture
    assert not whole.has_alpha
    away = np.abs(white.array().astype(float) - whole.array()) / most
    assert away.max() < 0.02


def test_what_falls_outside_is_measured():
    inside = Shadow(down=0.1).run(subject(), Context()).measures["cut"]
    outside = Shadow(down=1.0, across=1.0, blur=0.0).run(subject(), Context()).measures["cut"]
    assert inside < 0.01
    assert outside == pytest.approx(0.0, abs=0.03)
    far = Picture.from_array(np.roll(subject().array(), 90, axis=0))
    assert Shadow(down=0.5, blur=0.0).run(far, Context()).measures["cut"] > 0.3
