"""What lowers which score, and by how much: synthetic sets with known differences."""

import numpy as np
import pytest

from processing.consistency.looks import Look, look_at
from processing.consistency.scoring import ASPECTS, Reference, Score, score, score_of_set
from tests.processing.consistency.pictures import closer, exposed, product, studio, warmer


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
    assert abs(found.off_by[found.worst]) > 2


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
    good, dark = looked(product(seed=7)), looked(exposed(product(), -2.0))
    told = score_of_set([good] * 2 + [dark], reference)
    assert set(told) == {"overall", *ASPECTS}
    alone = [score(one, reference).aspects["exposure"] for one in (good, good, dark)]
    assert told["exposure"] == pytest.approx(sum(alone) / 3, abs=0.06)
    with pytest.raises(ValueError, match="without pictures"):
        score_of_set([], reference)


def test_a_shift_of_all_shows_where_each_alone_is_within_the_spread():
    """Pictures that differ by stops among themselves, and then all of them half a stop darker."""
    spread = np.linspace(-1.5, 1.5, 21)
    wide = Reference.of([looked(exposed(product(), by)) for by in spread])
    same = [looked(exposed(product(seed=1), by)) for by in spread]
    darker = [looked(exposed(product(seed=1), by - 1.0)) for by in spread]
    drift = score_of_set(same, wide)["exposure"] - score_of_set(darker, wide)["exposure"]
    each = [
        np.mean([score(one, wide).aspects["exposure"] for one in looks]) for looks in (same, darker)
    ]
    assert drift > 2 * (each[0] - each[1]) > 0


def test_few_pictures_are_trusted_less():
    """The same spread, of three pictures and of nine: the reference of three forgives more."""
    values = (-0.6, 0.0, 0.6)
    three = Reference.of([looked(exposed(product(), by)) for by in values])
    nine = Reference.of([looked(exposed(product(), by)) for by in values * 3])
    assert three.figures["stops"].spread > 1.3 * nine.figures["stops"].spread > 0


@pytest.mark.corpora
def test_real_pictures_lose_in_one_aspect_alone(corpora):
    """A set of real subjects on one ground: a cast, a stop, a closer crop, each in its aspect."""
    pictures = studio(corpora)
    reference = Reference.of([look_at(one, 3000, 3000) for one in pictures[::2]])
    measured = pictures[1::2]

    def scored(change) -> dict[str, float]:
        return score_of_set([look_at(change(one), 3000, 3000) for one in measured], reference)

    same = scored(lambda one: one)
    assert min(same.values()) > 85, same
    for aspect, changes in {
        "colour": [lambda one, by=by: warmer(one, by) for by in (0.1, 0.2, 0.4)],
        "exposure": [lambda one, by=by: exposed(one, -by) for by in (0.5, 1.0, 2.0)],
        "framing": [lambda one, by=by: closer(one, by) for by in (0.9, 0.8, 0.65)],
    }.items():
        found = [same, *(scored(change) for change in changes)]
        falling = [one[aspect] for one in found]
        assert falling == sorted(falling, reverse=True), (aspect, falling)
        assert falling[-1] < 50, (aspect, falling)
        for other in set(ASPECTS) - {aspect}:
            assert max(abs(one[other] - same[other]) for one in found) < 3, (aspect, other)


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
