"""Dominant colours, and the colour space they are told in."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dam.colour import (
    delta_ok,
    hex_to_oklab,
    linear_to_srgb,
    oklab_to_srgb,
    parse_hex,
    srgb_to_linear,
    srgb_to_oklab,
    to_hex,
)
from processing.measures.palette import dominant_colours

from .pictures import photo


def test_three_stripes_give_their_colours_and_shares():
    stripes = np.zeros((100, 100, 3), np.uint8)
    stripes[:60], stripes[60:90], stripes[90:] = (221, 51, 51), (20, 60, 200), (250, 250, 240)
    found = dominant_colours(stripes)
    assert [swatch.hex for swatch in found] == ["#dd3333", "#143cc8", "#fafaf0"]
    assert [swatch.fraction for swatch in found] == pytest.approx([0.6, 0.3, 0.1], abs=0.01)
    assert (found[0].l, found[0].a, found[0].b) == pytest.approx(hex_to_oklab("#d33"), abs=1e-3)


def test_a_small_vivid_patch_is_not_lost():
    picture = np.full((200, 200, 3), 180, np.uint8)
    picture[:20, :50] = (230, 20, 20)
    assert any(swatch.a > 0.15 for swatch in dominant_colours(picture))


def test_twice_the_same_and_shares_sum_to_one():
    first, second = (dominant_colours(photo(), 8) for _ in range(2))
    assert first == second
    assert sum(swatch.fraction for swatch in first) == pytest.approx(1, abs=0.001)
    assert [s.fraction for s in first] == sorted((s.fraction for s in first), reverse=True)


def test_shades_that_look_the_same_are_one():
    rgb = np.full((50, 50, 3), 120, np.uint8)
    rgb[::2] += 4
    assert len(dominant_colours(rgb)) == 1


def test_every_pixel_is_near_a_dominant_colour():
    swatches = np.array([(s.l, s.a, s.b) for s in dominant_colours(photo("coffee.png"), 8)])
    pixels = srgb_to_oklab(photo("coffee.png")[::4, ::4]).reshape(-1, 1, 3)
    assert np.mean(delta_ok(pixels, swatches[None]).min(axis=1)) < 0.06


def test_fast_enough():
    rgb = photo()
    dominant_colours(rgb)
    best = min(_seconds(rgb) for _ in range(5))
    assert best < 0.05


def _seconds(rgb):
    start = time.process_time()
    dominant_colours(rgb)
    return time.process_time() - start


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3, 2)])
def test_odd_shapes(shape):
    found = dominant_colours(np.full((*shape, 3), 77, np.uint8))
    assert [swatch.hex for swatch in found] == ["#4d4d4d"]


def test_impossible_requests():
    with pytest.raises(ValueError, match="Cannot find 0 colours"):
        dominant_colours(photo(), 0)
    with pytest.raises(ValueError, match="shape"):
        dominant_colours(np.zeros((0, 4, 3), np.uint8))


def test_oklab_of_ottossons_examples():
    known = {
        "#ffffff": (1, 0, 0),
        "#ff0000": (0.628, 0.2249, 0.1258),
        "#0000ff": (0.452, -0.0325, -0.3115),
    }
    for text, lab in known.items():
        assert hex_to_oklab(text) == pytest.approx(lab, abs=1e-3)


@given(st.lists(st.integers(0, 255), min_size=3, max_size=3))
def test_colours_survive_the_round_trip(parts):
    rgb = np.array(parts, np.uint8)
    assert (oklab_to_srgb(srgb_to_oklab(rgb)) == rgb).all()
    assert np.rint(linear_to_srgb(srgb_to_linear(rgb)) * 255).astype(int).tolist() == parts
    assert srgb_to_linear(rgb) == pytest.approx(srgb_to_linear(rgb / 255.0), abs=1e-6)
    assert parse_hex(to_hex(rgb)) == tuple(parts)


def test_hex_in_all_spellings():
    assert parse_hex("#d33") == parse_hex("dd3333") == parse_hex(" #DD3333 ") == (221, 51, 51)
    for wrong in ("", "#12", "red", "#12345g", "#1234567"):
        with pytest.raises(ValueError, match="write it like"):
            parse_hex(wrong)
    with pytest.raises(ValueError, match="between 0 and 255"):
        to_hex((0, 256, 0))


def test_distance_of_black_and_white_is_one():
    assert delta_ok(hex_to_oklab("#000"), hex_to_oklab("#fff")) == pytest.approx(1, abs=1e-4)
