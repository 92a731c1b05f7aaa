"""Fusing exposures and tone mapping: what each exposure shows is there, in bounded memory."""

import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.light import fusion
from processing.operators.light.fuse import Fuse
from processing.operators.light.grade import LOOKS, Grade
from processing.operators.light.spaces import coded, linear, oklab
from processing.operators.light.tone_map import ToneMap
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.light.photographs import difference, floats, photograph

WHITE = (1.0, 1.0, 1.0)
STOPS = (0.0, -3.0, 3.0)


def contrasty(name: str = "coffee", longest: int = 320) -> np.ndarray:
    """Linear light: the scene with its left side in the sun (+3.5 EV), its right in the shade."""
    pixels = photograph(name, longest)
    light = linear(floats(pixels)).reshape(pixels.shape)
    across = np.linspace(3.5, -3.5, pixels.shape[1])
    return light * 2.0 ** across[None, :, None]


def brackets(light: np.ndarray, stops=STOPS) -> list[Picture]:
    shots = [coded((light * 2.0**ev).reshape(-1, 3)).reshape(light.shape) for ev in stops]
    return [Picture.from_array(np.rint(shot * 255).astype(np.uint8)) for shot in shots]


def detail(picture: Picture) -> float:
    """How much of the picture is neither burnt out nor black."""
    grey = picture.array()[:, :, :3].mean(axis=2)
    return float(((grey > 12) & (grey < 243)).mean())


def test_a_fused_picture_shows_what_each_exposure_shows():
    series = brackets(contrasty())
    outcome = Fuse().run(series[0], Context(companions=series[1:]))
    assert detail(outcome.picture) > 0.96 > 0.92 > max(detail(one) for one in series)
    assert outcome.measures["exposures"] == 3
    assert outcome.measures["shifts_px"] == [[0, 0]] * 3
    assert outcome.confidence > 0.9


def test_exposures_from_the_hand_are_aligned():
    light = contrasty("astronaut")
    shots = brackets(light[10:-10, 10:-10])
    shaken = brackets(light[6:-14, 13:-7])
    straight = Fuse().run(shots[0], Context(companions=shots[1:])).picture
    outcome = Fuse().run(shots[0], Context(companions=shaken[1:]))
    for x, y in outcome.measures["shifts_px"][1:]:
        assert (x, y) == (pytest.approx(3, abs=1), pytest.approx(-4, abs=1))
    apart = difference(outcome.picture, straight)
    blurred = Fuse(align=False).run(shots[0], Context(companions=shaken[1:])).picture
    assert apart < 0.6 * difference(blurred, straight)


def test_what_moved_lowers_the_confidence():
    series = brackets(contrasty())
    other = brackets(contrasty("chelsea"))
    height, width = (
        min(a, b)
        for a, b in zip(series[0].array().shape[:2], other[0].array().shape[:2], strict=True)
    )
    cut = [
        Picture.from_array(np.ascontiguousarray(one.array()[:height, :width]))
        for one in (series[0], other[1])
    ]
    outcome = Fuse(align=False).run(cut[0], Context(companions=cut[1:]))
    assert outcome.measures["moved_share"] > 0.1
    assert outcome.confidence < 0.5


def test_large_pictures_are_fused_in_parts(monkeypatch):
    """The shortcut: small, it is what OpenCV makes of the small ones; large, it is as sharp."""
    series = brackets(contrasty("astronaut", 512))
    whole = fusion.fused(series, (1, 1, 1))
    small = fusion.fused([one.proxy(256) for one in series], (1, 1, 1))
    monkeypatch.setattr(fusion, "AT_ONCE", 256 * 256)
    parts = fusion.fused(series, (1, 1, 1))
    assert difference(parts.proxy(256), small) < 1.5
    edges = [np.abs(np.diff(one.array().astype(int), axis=1)).mean() for one in (whole, parts)]
    assert edges[1] == pytest.approx(edges[0], rel=0.15), "as sharp"


def test_16_bits_with_brackets_of_8_and_alpha():
    first = brackets(contrasty())
    wide = first[0].array().astype(np.uint16) * 257
    alpha = np.full((*wide.shape[:2], 1), 30_000, np.uint16)
    made = Fuse().run(Picture.from_array(np.dstack([wide, alpha])), Context(companions=first[1:]))
    assert made.picture.depth == 16
    assert (made.picture.array()[:, :, 3] == 30_000).all()
    assert len(np.unique(made.picture.array()[:, :, 0])) > 1000
    plain = Fuse().run(first[0], Context(companions=first[1:])).picture
    assert difference(made.picture.opaque(), plain) < 0.5


def test_no_series_no_fusion():
    shots = brackets(contrasty())
    with pytest.raises(Unfit, match="2 to 9 exposures, not 1"):
        Fuse().run(shots[0], Context())
    small = Picture.from_array(shots[1].array()[:50, :50].copy())
    with pytest.raises(Unfit, match="one size"):
        Fuse().run(shots[0], Context(companions=[small]))


@pytest.mark.parametrize("method", ["local", "global"])
def test_shadows_open_and_highlights_stay(method: str):
    dark = coded((contrasty() * 0.15).reshape(-1, 3)).reshape(contrasty().shape)
    picture = Picture.from_array(np.rint(dark * 255).astype(np.uint8))
    outcome = ToneMap(method=method, amount=0.7, detail=0).run(picture, Context())
    assert outcome.measures["range_after_ev"] < 0.75 * outcome.measures["range_before_ev"]
    was, now = (one.array().astype(float).mean(axis=(0, 2)) for one in (picture, outcome.picture))
    right = slice(len(was) * 2 // 3, None)
    assert now[right].mean() > 1.3 * was[right].mean()
    bright = [np.percentile(one.array(), 99.5) for one in (picture, outcome.picture)]
    assert bright[1] == pytest.approx(bright[0], abs=12)


def test_local_keeps_texture_that_global_flattens():
    picture = brackets(contrasty("chelsea"))[0]

    def texture(one: Picture) -> float:
        light = oklab(floats(one.array()))[:, 0].reshape(one.height, one.width)
        return float(np.abs(np.diff(light, axis=0)).mean())

    local, flat = (
        ToneMap(method=method, amount=0.8, detail=0).run(picture, Context()).picture
        for method in ("local", "global")
    )
    assert texture(local) > 1.2 * texture(flat)


def test_strips_do_not_show(monkeypatch):
    from processing.operators import picture as pictures

    scene = brackets(contrasty("astronaut"))[0]
    whole = ToneMap().run(scene, Context()).picture.array()
    monkeypatch.setattr(pictures, "_STRIP_BYTES", scene.width * 12 * 7)
    strips = ToneMap().run(scene, Context()).picture.array()
    assert np.abs(whole.astype(int) - strips).max() <= 1


@pytest.mark.parametrize("look", LOOKS)
def test_looks(look: str):
    scene = Picture.from_array(photograph("astronaut"))
    whole = Grade(look=look).run(scene, Context()).picture
    half = Grade(look=look, strength=0.5).run(scene, Context()).picture
    assert 0 < difference(half, scene) < difference(whole, scene)
    assert Grade(look=look, strength=0).run(scene, Context()).picture is scene
    was, now = (oklab(floats(one.array())).mean(axis=0) for one in (scene, whole))
    chroma = np.hypot(*oklab(floats(whole.array())).T[1:]).mean()
    if look.startswith("black-and-white"):
        assert chroma < 0.003
    elif look == "warm":
        assert now[2] > was[2] + 0.008
    elif look == "cool":
        assert now[2] < was[2] - 0.008
    elif look in ("matte", "film"):
        assert whole.array().min(axis=2).min() >= scene.array().min(axis=2).min()
    assert 0.05 < whole.array().mean() / 255 < 0.9
