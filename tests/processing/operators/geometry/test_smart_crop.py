"""Smart crop: who is asked first, and what stays in the frame."""

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.context import Context, Face
from processing.operators.geometry.saliency import saliency
from processing.operators.geometry.smart_crop import SmartCrop
from processing.operators.picture import Picture
from tests.processing.operators import pictures
from tests.processing.operators.cast import FakeNetworks
from tests.processing.operators.geometry.helping import is_marked, run, size, with_focus


class Faces(FakeNetworks):
    def __init__(self, *found: Face) -> None:
        self.found = found
        self.asked = 0

    def faces(self, rgb: np.ndarray) -> list[Face]:
        self.asked += 1
        return list(self.found)


def scene(x: int, y: int, width: int = 600, height: int = 400) -> Picture:
    """A lawn with texture and an orange ball with its centre at (x, y)."""
    chance = np.random.default_rng(4)
    pixels = np.empty((height, width, 3))
    pixels[:] = (70, 130, 60)
    pixels += chance.normal(0, 12, (height, width, 1))
    down, across = np.mgrid[0:height, 0:width]
    pixels[np.hypot(across - x, down - y) < 45] = (240, 130, 20)
    return Picture.from_array(np.clip(pixels, 0, 255).astype(np.uint8))


def box(outcome) -> tuple[int, int, int, int]:
    told = outcome.measures
    return told["left_px"], told["top_px"], told["width_px"], told["height_px"]


@pytest.mark.parametrize("x", [60, 200, 300, 420, 540])
def test_what_stands_out_stays_whole(x):
    made = run(SmartCrop(aspect="1:2"), scene(x, 200))
    left, _, width, _ = box(made)
    assert left <= max(0, x - 45)
    assert left + width >= min(600, x + 45)
    assert made.measures["by"] == "saliency"
    assert "no network" in str(made.measures["no_faces_because"])


@pytest.mark.parametrize("y", [60, 200, 340])
def test_and_upwards_and_downwards_too(y):
    made = run(SmartCrop(aspect="4:1", faces=False), scene(300, y))
    _, top, _, height = box(made)
    assert top <= y - 45
    assert top + height >= y + 45
    assert "no_faces_because" not in made.measures


def test_confidence_is_higher_where_something_stands_out():
    flat = Picture.from_array(
        np.random.default_rng(1).integers(90, 160, (400, 600, 3)).astype(np.uint8)
    )
    clear = run(SmartCrop(aspect="1:1"), scene(200, 200)).confidence
    vague = run(SmartCrop(aspect="1:2"), flat).confidence
    assert clear > 0.7 > 0.4 > vague


def test_nothing_to_see_is_cropped_in_the_middle():
    made = run(SmartCrop(aspect="1:1"), Picture.from_array(np.full((400, 600, 3), 99, np.uint8)))
    assert abs(box(made)[0] - 100) <= 1


def test_a_face_wins_over_what_stands_out():
    networks = Faces(Face(0.7, 0.2, 0.12, 0.2, score=0.9))
    made = run(SmartCrop(aspect="1:2"), scene(80, 200), Context(networks=networks))
    left, _, width, _ = box(made)
    assert made.measures["by"] == "faces"
    assert left <= 0.7 * 600
    assert left + width >= 0.82 * 600
    assert made.measures["faces_kept_share"] == 1.0
    assert made.confidence == pytest.approx(0.9)


def test_heads_are_not_cut_at_the_top():
    networks = Faces(Face(0.4, 0.12, 0.2, 0.3, score=0.99))
    made = run(SmartCrop(aspect="3:1"), scene(300, 380), Context(networks=networks))
    assert box(made)[1] <= 0.03 * 400


def test_faces_that_do_not_fit_lower_the_confidence():
    networks = Faces(*[Face(left, 0.3, 0.1, 0.2, score=0.9) for left in (0.02, 0.88)])
    made = run(SmartCrop(aspect="1:2"), scene(300, 200), Context(networks=networks))
    assert made.measures["faces_kept_share"] <= 0.55
    assert made.confidence < 0.55


def test_unsure_faces_and_unwanted_ones_do_not_count():
    unsure = Faces(Face(0.8, 0.2, 0.1, 0.2, score=0.3))
    assert run(SmartCrop(aspect="1:1"), scene(80, 200), Context(networks=unsure)).measures[
        "by"
    ] == ("saliency")
    sure = Faces(Face(0.8, 0.2, 0.1, 0.2, score=0.9))
    made = run(SmartCrop(aspect="1:1", faces=False), scene(80, 200), Context(networks=sure))
    assert made.measures["by"] == "saliency"
    assert sure.asked == 0


def test_a_person_wins_over_faces_and_is_not_doubted():
    networks = Faces(Face(0.1, 0.2, 0.1, 0.2, score=0.9))
    picture = Picture(scene(80, 200).image, (0.9, 0.5))
    made = run(SmartCrop(aspect="1:2"), picture, Context(networks=networks))
    assert made.measures["by"] == "focus"
    assert box(made)[0] == 400
    assert made.confidence is None
    assert networks.asked == 0
    told = run(SmartCrop(aspect="1:2", focus=(0.5, 0.5)), picture, Context(networks=networks))
    assert box(told)[0] == 200


def test_a_size_is_met_exactly_and_the_focus_moves_along():
    picture = with_focus(pictures.motif(), 140, 30)
    made = run(SmartCrop(width=200, height=300), picture).picture
    assert size(made) == (200, 300)
    assert is_marked(made)
    small = run(SmartCrop(width=200, height=300, enlarge=False), picture).picture
    assert size(small) == (80, 120)


def test_a_decoder_leaves_enough_to_look_at():
    small = SmartCrop(width=100, height=100)
    assert small.longest_needed(6000, 4000) == 640
    assert small.longest_needed(600, 400) is None
    assert SmartCrop(width=1000, height=1000).longest_needed(6000, 4000) == 1500
    assert SmartCrop(aspect="1:1").longest_needed(6000, 4000) is None


@pytest.mark.parametrize("make", [pictures.wide, pictures.rgba, pictures.press])
def test_every_kind_of_picture_is_looked_at_alike(make):
    plain = box(run(SmartCrop(aspect="1:2", faces=False), pictures.rgb()))
    found = box(run(SmartCrop(aspect="1:2", faces=False), make()))
    assert abs(found[0] - plain[0]) <= 12


@pytest.mark.parametrize("shape", [(1, 1), (1, 70), (70, 1), (2, 3), (1500, 5)])
def test_the_smallest_and_the_longest_pictures(shape):
    picture = Picture.from_array(np.full((shape[1], shape[0], 3), 7, np.uint8))
    assert saliency(picture).sum() == pytest.approx(1, abs=1e-3)
    for operator in (SmartCrop(aspect="1:1"), SmartCrop(width=9, height=4)):
        made = run(operator, picture).picture
        assert (made.array() == 7).all()


@pytest.mark.parametrize(
    "given", [{}, {"width": 5}, {"aspect": "1:1", "width": 4, "height": 4}, {"focus": (0, 0)}]
)
def test_half_a_size_is_refused(given):
    with pytest.raises(ValidationError):
        SmartCrop(**given)
