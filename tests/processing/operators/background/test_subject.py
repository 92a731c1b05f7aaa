"""Cutting out, and what is laid behind: alpha that is there is kept, old colours leave the edge."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from processing.operators.background.place import Place
from processing.operators.background.remove_background import RemoveBackground
from processing.operators.background.replace_background import ReplaceBackground
from processing.operators.background.shadow import Shadow
from processing.operators.context import Context, Mask
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.cast import FakeNetworks, context
from tests.processing.operators.pictures import motif


class Red(FakeNetworks):
    """A network that finds what is red, however large it is shown; it keeps the sizes."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def mask(self, rgb, network=""):
        self.seen.append(rgb.shape[:2])
        alpha = np.clip((rgb[:, :, 0].astype(np.float32) - rgb[:, :, 2]) / 160, 0, 1)
        return Mask(alpha, 0.8, 0.7, "red")


class Given(FakeNetworks):
    """A network that finds what the test says; it counts how often it is asked."""

    def __init__(self, alpha: np.ndarray, confidence: float = 0.8) -> None:
        self.alpha, self.confidence, self.asked = alpha.astype(np.float32), confidence, 0

    def mask(self, rgb, network=""):
        self.asked += 1
        return Mask(self.alpha, self.confidence, 0.7, "given")


def box(width: int, height: int, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    alpha = np.zeros((height, width), np.float32)
    alpha[top:bottom, left:right] = 1
    return alpha


def soft_box(width: int, height: int, edge: int = 8) -> np.ndarray:
    """A box whose edge goes over ``edge`` pixels from nothing to all."""
    x = np.minimum(np.arange(width), np.arange(width)[::-1])
    ramp = np.clip((x - width / 4) / edge, 0, 1)
    return np.broadcast_to(ramp, (height, width)).astype(np.float32)


def mixed(alpha: np.ndarray, inside: tuple, outside: tuple) -> Picture:
    share = alpha[:, :, None]
    return Picture.from_array(np.rint(share * inside + (1 - share) * outside).astype(np.uint8))


def test_the_old_background_leaves_the_edge():
    alpha = soft_box(200, 100)
    picture = mixed(alpha, (200, 30, 30), (20, 220, 60))
    made = RemoveBackground().run(picture, Context(networks=Given(alpha))).picture
    kept = RemoveBackground(decontaminate=False).run(picture, Context(networks=Given(alpha)))
    edge = (alpha > 0.2) & (alpha < 0.9)
    away = np.abs(made.array()[edge][:, :3].astype(int) - (200, 30, 30)).mean()
    before = np.abs(kept.picture.array()[edge][:, :3].astype(int) - (200, 30, 30)).mean()
    assert before > 50
    assert away < before / 4
    inside = alpha == 1
    assert np.array_equal(made.array()[inside][:, :3], picture.array()[inside])


def test_measures_and_confidence_are_those_of_the_mask():
    alpha = box(100, 80, 20, 20, 60, 60)
    outcome = RemoveBackground().run(
        Picture.from_array(motif(100, 80)), Context(networks=Given(alpha, 0.35))
    )
    assert outcome.confidence == 0.35
    assert outcome.measures == {
        "area": 0.2,
        "mask": "given",
        "edge_quality": 0.7,
        "confidence": 0.35,
    }
    assert np.array_equal(outcome.picture.alpha(), alpha)


@pytest.mark.parametrize("operator", [RemoveBackground(), Place(width=50, height=50), Shadow()])
def test_alpha_that_is_there_is_not_asked_for(operator):
    alpha = box(100, 80, 20, 20, 60, 60)
    picture = Picture.from_array(motif(100, 80)).with_alpha(alpha)
    network = Given(np.ones((80, 100)))
    outcome = operator.run(picture, Context(networks=network))
    assert network.asked == 0
    assert outcome.confidence is None
    assert outcome.measures["area"] == 0.2


def test_alpha_that_says_nothing_is_asked_for():
    network = Given(box(100, 80, 20, 20, 60, 60))
    opaque = Picture.from_array(motif(100, 80)).with_alpha(np.ones((80, 100), np.float32))
    made = RemoveBackground().run(opaque, Context(networks=network)).picture
    assert network.asked == 1
    assert made.alpha().mean() == pytest.approx(0.2)


def test_no_subject_is_told():
    nobody = Context(networks=Given(np.zeros((80, 100))))
    with pytest.raises(Unfit, match="No subject was found"):
        RemoveBackground().run(Picture.from_array(motif(100, 80)), nobody)


def test_a_colour_and_16_bits():
    picture = Picture.from_array(motif(100, 80).astype(np.uint16) * 257)
    network = Given(box(100, 80, 20, 20, 60, 60))
    made = ReplaceBackground(colour="#0080ff").run(picture, Context(networks=network)).picture
    assert made.depth == 16
    assert made.image.bands == 3
    assert tuple(made.array()[0, 0]) == (0, 0x80 * 257, 65535)
    assert np.array_equal(made.array()[40, 40], picture.array()[40, 40])


def test_gradients_go_from_one_colour_to_the_other():
    picture = Picture.from_array(motif(100, 80))
    network = Context(networks=Given(box(100, 80, 45, 35, 55, 45)))

    def made(**more):
        operator = ReplaceBackground(colour="#000000", to="#ffffff", **more)
        return operator.run(picture, network).picture.array()[:, :, 0].astype(int)

    down = made(gradient="linear", angle=90)
    assert down[0].max() <= 3
    assert down[-1].min() >= 252
    assert (np.diff(down[:, 5]) >= 0).all()
    right = made(gradient="linear", angle=0)
    assert right[:, 0].max() <= 3
    assert right[:, -1].min() >= 252
    round_ = made(gradient="radial")
    assert round_[40, 42] < round_[10, 20] < round_[0, 0]
    assert round_[0, 0] >= 250


def test_a_picture_behind_covers_the_frame(tmp_path):
    ready = context(tmp_path)
    network = Given(box(200, 90, 95, 40, 105, 50))
    ready = Context(networks=network, library=ready.library)
    picture = Picture.from_array(np.zeros((90, 200, 3), np.uint8))
    made = ReplaceBackground(picture="asset:1", anchor="top").run(picture, ready).picture.array()
    behind = motif(96, 64)  # is made 200 wide and 133 high: the lower 43 rows go
    assert np.abs(made[1, 100].astype(int) - behind[0, 48]).max() < 6
    assert np.abs(made[-1, 5].astype(int) - behind[int(89 / 133 * 64), 2]).max() < 6
    assert tuple(made[45, 100]) == (0, 0, 0)


def test_a_gradient_wants_two_colours():
    with pytest.raises(ValidationError, match="two colours"):
        ReplaceBackground(gradient="linear")
    with pytest.raises(ValidationError, match="two colours"):
        ReplaceBackground(to="#ffffff")


@pytest.mark.parametrize("fill", [0.5, 0.85, 1.0])
def test_the_subject_fills_its_share(fill):
    picture = Picture.from_array(np.full((80, 100, 3), 90, np.uint8))
    network = Given(box(100, 80, 20, 20, 60, 50))
    outcome = Place(width=400, height=300, fill=fill).run(picture, Context(networks=network))
    there = (outcome.picture.array()[:, :, 0] < 170).nonzero()
    height, width = (int(np.ptp(one)) + 1 for one in there)
    assert max(width / 400, height / 300) == pytest.approx(fill, abs=0.006)
    assert width / height == pytest.approx(40 / 30, rel=0.02)
    assert np.mean(there[1]) == pytest.approx(199.5, abs=1)
    assert np.mean(there[0]) == pytest.approx(149.5, abs=1)
    assert outcome.measures["fill"] == pytest.approx(fill, abs=0.003)


def test_anchor_margin_and_focus():
    picture = Picture.from_array(np.full((80, 100, 3), 90, np.uint8))
    picture = Picture(picture.image, focus=(0.4, 0.4375))  # the middle of the subject
    network = Context(networks=Given(box(100, 80, 20, 20, 60, 50)))
    operator = Place(width=400, height=400, fill=0.5, anchor="bottom-left", margin=0.1)
    outcome = operator.run(picture, network)
    left, top, width, height = outcome.measures["box_px"]
    assert (left, top + height) == (40, 360)
    assert outcome.picture.focus == pytest.approx(
        ((left + width / 2) / 400, (top + height / 2) / 400)
    )


def test_a_transparent_canvas_and_no_enlarging():
    picture = Picture.from_array(np.full((80, 100, 3), 90, np.uint8))
    network = Context(networks=Given(box(100, 80, 20, 20, 60, 50)))
    operator = Place(width=400, height=400, transparent=True, enlarge=False)
    outcome = operator.run(picture, network)
    assert outcome.measures["scale"] == 1
    assert outcome.picture.alpha().sum() == pytest.approx(40 * 30)


@pytest.mark.parametrize("enlarge", [True, False])
def test_a_large_picture_is_looked_at_no_larger_than_the_canvas_asks(monkeypatch, enlarge):
    alpha = box(900, 700, 300, 200, 700, 500)
    picture = replace(mixed(alpha, (200, 30, 30), (40, 60, 230)), focus=(500 / 900, 350 / 700))
    operator = Place(width=120, height=120, fill=0.5, enlarge=enlarge, colour="#0000ff")
    whole = operator.run(picture, Context(networks=Red()))
    monkeypatch.setattr("processing.operators.background.place._LARGE", 400)
    monkeypatch.setattr("processing.operators.background.place.GUIDE_EDGE", 150)
    network = Red()
    small = operator.run(picture, Context(networks=network))
    assert max(network.seen[-1]) < 300, "the canvas is small"
    assert small.measures["scale"] == pytest.approx(whole.measures["scale"], rel=0.02)
    assert small.picture.focus == pytest.approx(whole.picture.focus, abs=0.02)
    away = np.abs(small.picture.array().astype(int) - whole.picture.array())
    assert away.mean() < 3
    larger = Place(width=4000, height=4000, fill=0.5, enlarge=enlarge)
    network = Red()
    scale = larger.run(picture, Context(networks=network)).measures["scale"]
    assert scale == pytest.approx(5 if enlarge else 1, rel=0.01)
    assert network.seen[-1] == (700, 900)


@pytest.mark.parametrize("depth", [8, 16])
def test_outside_the_subject_the_canvas_is_pure(depth):
    """Marketplaces ask for #ffffff: no ringing of the filter, no veil of a soft mask."""
    alpha = soft_box(600, 500, edge=3)
    picture = mixed(alpha, (150, 20, 30), (60, 90, 80))
    if depth == 16:
        picture = Picture.from_array(picture.array().astype(np.uint16) * 257)
    made = Place(width=200, height=200).run(picture, Context(networks=Given(alpha)))
    left, _, width, _ = made.measures["box_px"]
    pixels = made.picture.array()
    outside = np.delete(pixels, slice(left - 1, left + width + 1), axis=1)
    assert outside.min() == (255 if depth == 8 else 65535)
    edge = pixels[100, left - 3 : left + 6].astype(int).min(axis=1)
    assert np.diff(edge / outside.min()).max() < 0.02, "no bright or dark line around it"


def test_a_blurred_picture_behind_is_the_same_by_a_small_copy(tmp_path, monkeypatch):
    library = context(tmp_path).library
    monkeypatch.setattr(library, "picture", lambda _: Picture.from_array(motif(1200, 800)))
    ready = Context(networks=Given(box(900, 500, 0, 0, 20, 20)), library=library)
    picture = Picture.from_array(np.zeros((500, 900, 3), np.uint8))
    operator = ReplaceBackground(picture="asset:1", blur=0.8)
    small = operator.run(picture, ready).picture.array()
    monkeypatch.setattr("processing.operators.background.layers._SOFT", 1e6)
    whole = operator.run(picture, ready).picture.array()
    assert np.abs(small.astype(int) - whole).max() <= 4
