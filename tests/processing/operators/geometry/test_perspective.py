"""Perspective: the quality bar of half a degree, and when nothing is done."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.geometry.lines import lines_of
from processing.operators.geometry.perspective import Perspective
from processing.operators.geometry.plane import through
from processing.operators.geometry.quads import quad_matrix
from processing.operators.geometry.resize import resized
from processing.operators.geometry.uprights import found_tilt, levelling
from processing.operators.picture import Picture, Unfit
from tests.processing.operators import pictures
from tests.processing.operators.geometry.facades import facade, leaning, project, turned
from tests.processing.operators.geometry.helping import is_marked, psnr, run, size, with_focus

TILTS = [
    {"pitch": 8},
    {"pitch": -12, "roll": 3},
    {"pitch": 15, "roll": -4, "yaw": 20},
    {"pitch": 20, "roll": 2, "yaw": 10, "noise": 12},
    {"pitch": 10, "roll": 1, "yaw": 25, "noise": 20, "clutter": 60},
]


@pytest.mark.parametrize("tilt", TILTS)
def test_upright_lines_are_within_half_a_degree(tilt):
    seen = facade(**tilt)
    assert np.abs(leaning(seen.upright)).max() > 4
    found = found_tilt(seen.picture, 28)
    after = leaning(project(levelling(seen.picture, found), seen.upright))
    assert np.abs(after).max() < 0.5
    assert abs(abs(found.pitch) - abs(tilt["pitch"])) < 0.3
    assert found.roll == pytest.approx(tilt.get("roll", 0), abs=0.3)
    assert found.confidence > 0.8


def test_lines_found_in_the_result_are_upright_too():
    made = run(Perspective(), facade(pitch=15, roll=-4, noise=8).picture)
    assert made.measures["corrected"] is True
    lines = lines_of(made.picture)
    lean = np.degrees(np.arctan(lines.along[:, 0] / lines.along[:, 1]))
    uprights = lines.only(np.abs(lean) < 15)
    assert len(uprights.length) > 20
    assert np.quantile(np.abs(lean[np.abs(lean) < 15]), 0.9) < 0.5
    grey = made.picture.array().mean(axis=2)
    assert grey.min() > 20, "no black corners"


def test_any_focal_length_makes_them_parallel():
    seen = facade(pitch=14, roll=2)
    for focal_length in (14, 28, 85):
        matrix = levelling(seen.picture, found_tilt(seen.picture, focal_length))
        assert np.abs(leaning(project(matrix, seen.upright))).max() < 0.5


def test_half_the_strength_leaves_about_half():
    seen = facade(pitch=14)
    tilt = found_tilt(seen.picture, 28)
    before = np.abs(leaning(seen.upright)).max()
    after = np.abs(leaning(project(levelling(seen.picture, tilt, 0.5), seen.upright))).max()
    assert 0.4 < after / before < 0.6


@pytest.mark.parametrize(
    ("picture", "operator", "why"),
    [
        (facade(roll=0).picture, Perspective(), "parallel already"),
        (pictures.rgb(), Perspective(), "Too few lines"),
        (facade(pitch=20).picture, Perspective(limit=5), "more than the limit"),
    ],
)
def test_it_leaves_alone_and_says_why(picture, operator, why):
    made = run(operator, picture)
    assert made.picture is picture
    assert why in str(made.measures["why"])
    assert made.measures["corrected"] is False


def test_noise_is_no_building():
    noise = np.random.default_rng(3).integers(0, 256, (600, 800, 3)).astype(np.uint8)
    made = run(Perspective(), Picture.from_array(noise))
    assert made.confidence < 0.3
    assert made.measures["corrected"] is False


def test_the_background_is_filled_or_transparent():
    picture = facade(pitch=12).picture
    made = run(Perspective(corners="background", background="#ff0000"), picture).picture
    assert (made.array() == (255, 0, 0)).all(axis=2).any()
    clear = run(Perspective(corners="background"), picture).picture
    assert clear.has_alpha


def test_four_corners_become_the_picture_that_they_were():
    motif = pictures.motif(300, 200)
    whole = np.array([(0.0, 0), (300, 0), (300, 200), (0, 200)])
    quad = np.array([(60.0, 40), (330, 70), (300, 290), (40, 250)])
    seen = through(Picture.from_array(motif), quad_matrix(whole, quad), 400, 320, (0, 0, 0, 255))
    shares = (quad / (400, 320)).tolist()
    made = run(Perspective(quad=shares, aspect="3:2"), seen).picture
    assert made.width / made.height == pytest.approx(1.5, abs=0.01)
    again = run(Perspective(quad=shares, aspect="3:2"), seen).picture
    assert np.array_equal(again.array(), made.array())
    assert psnr(resized(made, 300, 200).array()[4:-4, 4:-4], motif[4:-4, 4:-4]) > 28


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.6, 3.0])
def test_the_proportions_of_a_sheet_are_found_without_being_told(shape):
    matrix = turned(25, 5, 30)
    wide, tall = 200 * shape**0.5, 200 / shape**0.5
    corners = np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)]) * 0.8
    quad = project(matrix, corners + np.array([(450.0, 350.0)])) / (900, 700)
    picture = Picture.from_array(np.zeros((700, 900, 3), np.uint8))
    made = run(Perspective(quad=quad.tolist()), picture).picture
    assert made.width / made.height == pytest.approx(shape, rel=0.02)


def test_a_rectangle_in_the_picture_is_just_cropped():
    quad = [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]
    made = run(Perspective(quad=quad), pictures.rgb()).picture
    assert size(made) == (80, 60)
    assert psnr(made.array(), pictures.motif()[30:90, 40:120]) > 45


def test_the_focus_moves_along():
    picture = with_focus(pictures.motif(), 70, 60)
    quad = [[0.1, 0.05], [0.95, 0.1], [0.9, 0.95], [0.05, 0.9]]
    assert is_marked(run(Perspective(quad=quad), picture).picture)


@pytest.mark.parametrize(
    "quad",
    [
        [[0, 0], [0, 1], [1, 1], [1, 0]],
        [[0, 0], [1, 0], [0.1, 0.1], [0, 1]],
        [[0, 0], [0.5, 0], [1, 0], [0, 1]],
        [[0, 0], [1, 0], [1, 1]],
    ],
)
def test_corners_that_are_none_are_refused(quad):
    with pytest.raises(ValidationError):
        Perspective(quad=quad)


def test_a_result_too_large_is_refused():
    picture = Picture.from_array(np.zeros((20, 5000, 3), np.uint8))
    quad = [[0, 0], [1, 0], [1, 1], [0, 1]]
    with pytest.raises(Unfit, match="megapixels"):
        run(Perspective(quad=quad, aspect="1:20"), picture)
