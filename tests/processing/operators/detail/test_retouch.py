import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from processing.operators.context import Face
from processing.operators.detail.retouch import Retouch
from processing.operators.geometry.resize import resized
from processing.operators.picture import Picture
from tests.processing.operators.detail.networks import Known
from tests.processing.operators.detail.scenes import picture

SIZE = 400
FACE = Face(
    0.3,
    0.2,
    0.4,
    0.5,
    score=0.97,
    landmarks=((0.41, 0.38), (0.59, 0.38), (0.5, 0.48), (0.43, 0.58), (0.57, 0.58)),
)
# From light to dark, after the ten of E. Monk, "The Monk Skin Tone Scale", 2023.
TONES = ("f6ede4", "f7ead0", "d7bd96", "a07e56", "825c43", "604134", "3a312a")
BLUE = (0.2, 0.35, 0.6)


def oval(width: float = 76.0, height: float = 98.0) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    return np.hypot((x - 200) / width, (y - 182) / height) <= 1


def portrait(tone: str, *, blotches: float = 0.025, pores: float = 0.01) -> np.ndarray:
    """A face of that colour with blotches and pores, eyes and lips, before blue cloth."""
    rng = np.random.default_rng(11)
    skin = np.array([int(tone[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    coarse = gaussian_filter(rng.normal(size=(SIZE, SIZE)), 4)
    fine = rng.normal(size=(SIZE, SIZE)) * pores
    uneven = blotches * coarse / coarse.std() + fine
    pixels = np.broadcast_to(BLUE, (SIZE, SIZE, 3)) + uneven[:, :, None]
    pixels = np.where(oval()[:, :, None], skin + uneven[:, :, None], pixels)
    for x, y in FACE.landmarks[:2]:
        across, down = np.mgrid[0:SIZE, 0:SIZE][::-1]
        eye = np.hypot((across - x * SIZE) / 14, (down - y * SIZE) / 7) <= 1
        pixels[eye] = (0.95, 0.95, 0.96)
    return np.clip(pixels, 0, 1)


def coarse(made: Picture, where: np.ndarray) -> float:
    """The spread of what is about as large as the blotches."""
    grey = made.floats()[:, :, :3].mean(axis=2)
    return float((gaussian_filter(grey, 2.5) - gaussian_filter(grey, 12))[where].std())


def fine(made: Picture, where: np.ndarray) -> float:
    grey = made.floats()[:, :, :3].mean(axis=2)
    return float((grey - gaussian_filter(grey, 0.8))[where].std())


CHEEKS = oval(60, 80) & (np.mgrid[0:SIZE, 0:SIZE][0] > 170) & (np.mgrid[0:SIZE, 0:SIZE][0] < 210)


@pytest.mark.parametrize("tone", TONES)
def test_blotches_go_and_texture_stays_on_every_tone_of_skin(tone: str):
    before = picture(portrait(tone), 16)
    outcome = Retouch(strength=1.0).run(before, Known(found=[FACE]).context())
    assert coarse(outcome.picture, CHEEKS) < 0.72 * coarse(before, CHEEKS)
    assert fine(outcome.picture, CHEEKS) > 0.85 * fine(before, CHEEKS)
    assert outcome.measures["texture_kept"] >= 0.85
    assert outcome.measures["blotches_left"] < 0.85
    assert outcome.confidence > 0.6


@pytest.mark.parametrize("depth", [8, 16])
def test_nothing_but_skin_is_touched(depth: int):
    before = picture(portrait("d7bd96"), depth)
    made = Retouch(strength=1.0).run(before, Known(found=[FACE]).context()).picture
    touched = (made.array() != before.array()).any(axis=2)
    assert touched[CHEEKS].mean() > 0.8
    assert not touched[~oval(80, 102)].any(), "cloth right beside the face"
    for x, y in FACE.landmarks[:2]:
        column, row = round(x * SIZE), round(y * SIZE)
        assert not touched[row - 6 : row + 7, column - 12 : column + 13].any(), "eyes"
    assert not touched[228:237, 176:225].any(), "mouth"


def test_no_sample_changes_by_much():
    before = picture(portrait("d7bd96", blotches=0.2), 16)
    made = Retouch(strength=1.0).run(before, Known(found=[FACE]).context()).picture
    assert np.abs(made.floats() - before.floats()).max() <= 0.06 + 1e-4


def test_strength_is_a_share():
    before = picture(portrait("d7bd96"), 16)
    left = [
        coarse(Retouch(strength=one).run(before, Known(found=[FACE]).context()).picture, CHEEKS)
        for one in (0.0, 0.5, 1.0)
    ]
    assert left == sorted(left, reverse=True)
    assert left[0] == pytest.approx(coarse(before, CHEEKS))
    assert left[1] < 0.92 * left[0]


def test_no_face_no_change():
    before = picture(portrait("d7bd96"))
    for found in ([], [Face(0.3, 0.2, 0.4, 0.5, score=0.3)], [Face(1.4, 0.2, 0.4, 0.5, score=1.0)]):
        outcome = Retouch().run(before, Known(found=found).context())
        assert outcome.picture is before
        assert outcome.measures["changed"] is False


def test_a_face_without_skin_is_not_sure():
    rng = np.random.default_rng(4)
    leaves = picture(rng.random((SIZE, SIZE, 3)))
    outcome = Retouch().run(leaves, Known(found=[FACE]).context())
    assert outcome.confidence is None or outcome.confidence < 0.6


def test_a_large_picture_is_retouched_like_a_small_one():
    small = picture(portrait("d7bd96", pores=0.0))
    large = resized(small, 4 * SIZE, 4 * SIZE)
    made = Retouch(strength=1.0).run(large, Known(found=[FACE]).context()).picture
    again = resized(made, SIZE, SIZE)
    assert coarse(again, CHEEKS) < 0.75 * coarse(small, CHEEKS)
    touched = (made.array() != large.array()).any(axis=2)
    assert not touched[~oval(84, 106).repeat(4, axis=0).repeat(4, axis=1)].any()


def test_two_faces_and_alpha():
    pixels = np.dstack([picture(portrait("d7bd96")).array(), np.full((SIZE, SIZE), 99, np.uint8)])
    beside = Face(0.32, 0.22, 0.4, 0.5, score=0.9)
    made = Retouch().run(Picture.from_array(pixels), Known(found=[FACE, beside]).context())
    assert made.measures["faces"] == 2
    assert (made.picture.array()[:, :, 3] == 99).all()
