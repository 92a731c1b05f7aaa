"""What lowers which score, and by how much: synthetic sets with known differences."""

import numpy as np
import pytest

from dam.colour import linear_to_srgb, srgb_to_linear
from processing.consistency.looks import Look, look_at
from processing.consistency.scoring import ASPECTS, Reference, Score, score, score_of_set

SIZE = (300, 200)


def product(
    *, x: float = 0.5, y: float = 0.5, size: float = 0.5, tone=(0.85, 0.85, 0.86), seed: int = 0
) -> np.ndarray:
    """A coloured disc on a studio background, uint8: centre and diameter as shares."""
    width, height = SIZE
    rows, columns = np.mgrid[0:height, 0:width]
    far = np.hypot(columns - x * width, rows - y * height) / (size * height / 2)
    rgb = np.empty((height, width, 3), np.float32)
    rgb[:] = tone
    rgb[far < 1] = (0.55, 0.25, 0.2)
    rgb += np.random.default_rng(seed).normal(0, 0.01, (height, width, 1))
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def exposed(rgb: np.ndarray, stops: float) -> np.ndarray:
    light = srgb_to_linear(rgb.astype(np.float32) / 255) * 2.0**stops
    return np.rint(linear_to_srgb(np.clip(light, 0, 1)) * 255).astype(np.uint8)


def looked(rgb: np.ndarray, size: tuple[int, int] = (3000, 2000)) -> Look:
    return look_at(rgb, *size)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.of([looked(product(seed=n)) for n in range(5)])


def lowest(found: Score) -> str:
    return min(found.aspects, key=lambda aspect: found.aspects[aspect])


def test_the_same_kind_of_picture_scores_near_a_hundred(reference):
    found = score(looked(product(seed=9)), reference)
    assert found.overall > 97
    assert min(found.aspects.values()) > 95


@pytest.mark.parametrize(
    ("picture", "size", "aspect", "figures"),
    [
        (exposed(product(), -1.0), (3000, 2000), "exposure", {"stops"}),
        (product(tone=(0.92, 0.84, 0.72)), (3000, 2000), "colour", {"ground_b", "ground_a", "b"}),
        (product(x=0.7), (3000, 2000), "framing", {"left", "right"}),
        (product(size=0.9), (3000, 2000), "framing", {"left", "right", "top", "bottom"}),
        (product(), (1500, 1000), "size", {"megapixels"}),
        (product(), (2000, 3000), "size", {"aspect"}),
    ],
    ids=["a stop darker", "a warm cast", "moved", "larger", "half the size", "upright"],
)
def test_a_difference_shows_in_its_aspect(reference, picture, size, aspect, figures):
    found = score(looked(picture, size), reference)
    assert lowest(found) == aspect, found.aspects
    assert found.aspects[aspect] < 60
    assert found.worst in figures
    assert abs(found.off_by) > 2


def test_the_farther_off_the_lower(reference):
    stops = (0.0, 0.3, 0.6, 1.0, 1.6)
    scores = [score(looked(exposed(product(), -by)), reference).aspects["exposure"] for by in stops]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 95
    assert scores[1] > 75, "a third of a stop is within what is accepted"
    assert scores[-1] < 20


def test_a_wide_reference_forgives_more(reference):
    wide = Reference.of([looked(exposed(product(), by)) for by in (-1.0, -0.5, 0.0, 0.5, 1.0)])
    dark = looked(exposed(product(), -1.0))
    assert score(dark, wide).aspects["exposure"] > score(dark, reference).aspects["exposure"] + 30


def test_one_outlier_does_not_move_the_reference(reference):
    looks = [looked(product(seed=n)) for n in range(4)] + [looked(exposed(product(), -3.0))]
    found = score(looked(product(seed=9)), Reference.of(looks))
    assert found.aspects["exposure"] > 95


def test_a_set_has_the_mean_of_its_pictures(reference):
    good, dark = (
        score(looked(one), reference) for one in (product(seed=7), exposed(product(), -2.0))
    )
    told = score_of_set([good, dark])
    assert set(told) == {"overall", *ASPECTS}
    assert told["exposure"] == pytest.approx(
        (good.aspects["exposure"] + dark.aspects["exposure"]) / 2, abs=0.06
    )
    with pytest.raises(ValueError, match="without pictures"):
        score_of_set([])


def test_a_reference_needs_three_pictures():
    with pytest.raises(ValueError, match="at least 3"):
        Reference.of([looked(product())] * 2)


class TestLooks:
    def test_a_plain_picture_is_all_frame(self):
        found = looked(np.full((50, 60, 3), 118, np.uint8))
        assert (found.left, found.top, found.right, found.bottom) == (0, 0, 1, 1)
        assert found.stops == pytest.approx(0.0, abs=0.05), "118 is middle grey in sRGB"
        assert found.contrast == pytest.approx(0.0, abs=1e-6)

    def test_the_box_is_that_of_the_subject(self):
        rgb = np.full((100, 200, 3), 240, np.uint8)
        rgb[20:60, 50:150] = (30, 60, 200)
        found = looked(rgb)
        assert found.left == pytest.approx(0.275, abs=0.01), "five percent of it lie outside"
        assert found.right == pytest.approx(0.725, abs=0.01)
        assert found.top == pytest.approx(0.215, abs=0.011)
        assert found.bottom == pytest.approx(0.585, abs=0.011)

    @pytest.mark.parametrize("value", [0, 255])
    def test_black_and_white_are_numbers(self, value):
        assert np.isfinite(looked(np.full((1, 1, 3), value, np.uint8)).stops)

    def test_no_pixels(self):
        with pytest.raises(ValueError, match="No look"):
            look_at(np.zeros((0, 5, 3), np.uint8), 5, 5)
