"""What looks wrong: plain sentences with figures, and a confidence that grows with the damage."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dam.colour import hex_to_oklab
from processing import vips
from processing.decode import Header
from processing.measures.checks import Rules, check, palette_share
from processing.measures.facts import measure
from processing.measures.palette import dominant_colours
from processing.media import PNG, TIFF
from processing.pixels import read_rgb

from .pictures import PHOTOS, blurred, exposed, noised, photo

HEADER = Header(
    media=PNG,
    width=1600,
    height=1200,
    bands=3,
    has_alpha=False,
    colour_space="sRGB",
    bit_depth=8,
    icc_name="",
    orientation=1,
    frames=1,
)
GOOD = measure(photo("coffee.png"))
DEFECTS = {"blurred", "noisy", "too_dark", "too_light"}


def codes(rgb: np.ndarray, rules: Rules | None = None) -> set[str]:
    """What the checks say of a preview made from these pixels."""
    webp = vips.Image.new_from_array(rgb).webpsave_buffer(Q=80, effort=2)
    preview = vips.Image.webpload_buffer(webp).numpy()[..., :3]
    return {found.code for found in check(HEADER, measure(preview), [], rules)}


@pytest.mark.parametrize("name", PHOTOS)
def test_good_photographs_pass_and_twice_is_the_same(name):
    facts, swatches = measure(photo(name)), dominant_colours(photo(name))
    assert check(HEADER, facts, swatches) == check(HEADER, facts, swatches) == []


@pytest.mark.parametrize("name", PHOTOS)
def test_plain_defects_are_found_and_named(name):
    assert "blurred" in codes(blurred(photo(name), 3))
    assert "noisy" in codes(noised(photo(name), 25))
    assert "too_dark" in codes(exposed(photo(name), -2))


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "astronaut.png"])
def test_too_much_light_is_found(name):
    assert "too_light" in codes(exposed(photo(name), 2))


@pytest.mark.parametrize("name", ["chelsea.png", "astronaut.png"])
def test_white_background_is_not_too_much_light(name):
    product = np.full((600, 800, 3), 255, np.uint8)
    product[150:450, 250:550] = photo(name)[:300, 100:400]
    assert codes(product) == set()


def test_sentences_carry_the_figures():
    (finding,) = check(HEADER, replace(GOOD, sharpness=0.08), [])
    assert finding.sentence == "Looks blurred: sharpness 0.080, at least 0.380 expected."
    assert (finding.code, finding.measured, finding.threshold) == ("blurred", 0.08, 0.38)
    (finding,) = check(HEADER, replace(GOOD, noise=19.96), [])
    assert finding.sentence == "Looks noisy: noise 20.0 of 255, at most 11.3 expected."


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("sharpness", (0.379, 0.3, 0.2, 0.1)),
        ("noise", (11.4, 14, 18, 25)),
        ("highlights", (0.636, 0.6, 0.5, 0.3)),
        ("overexposure", (0.346, 0.4, 0.5, 0.8)),
        ("clipped_dark", (0.751, 0.85, 0.95, 1.0)),
    ],
)
def test_confidence_grows_smoothly_from_a_half(field, values):
    sure = [check(HEADER, replace(GOOD, **{field: value}), [])[0].confidence for value in values]
    assert sure == sorted(sure)
    assert sure[0] == pytest.approx(0.5, abs=0.03)
    assert 0.95 < sure[-1] <= 1


def test_no_edges_no_verdict_on_blur():
    assert check(HEADER, replace(GOOD, sharpness=None), []) == []


def test_size_format_and_colour_space():
    rules = Rules(
        min_width=2000,
        min_height=1000,
        min_megapixels=3,
        allowed_formats=frozenset({"JPEG", "PNG"}),
        allowed_colour_spaces=frozenset({"sRGB"}),
    )
    small = replace(HEADER, media=TIFF, colour_space="CMYK")
    found = {finding.code: finding for finding in check(small, GOOD, [], rules)}
    assert {code: finding.sentence for code, finding in found.items()} == {
        "too_small": "Too small: 1,600 × 1,200 pixels, "
        "expected at least 2,000 pixels wide and at least 1,000 pixels high.",
        "too_few_pixels": "Too small: 1.92 megapixels, at least 3 expected.",
        "format": "The format TIFF is not allowed, only JPEG or PNG.",
        "colour_space": "The colour space CMYK is not allowed, only sRGB.",
    }
    assert {finding.confidence for finding in found.values()} == {1.0}
    assert (found["too_small"].measured, found["too_small"].threshold) == (1600, 2000)
    large = replace(HEADER, width=2000, height=1500)
    assert check(large, GOOD, [], rules) == []


def test_off_palette():
    brand = (hex_to_oklab("#0a5fd8"), hex_to_oklab("#f2b705"))
    picture = np.full((100, 100, 3), 240, np.uint8)
    picture[:40] = (10, 95, 216)
    picture[40:60] = (20, 80, 190)  # the same blue in the shade
    rules = Rules(palette=brand)
    assert check(HEADER, GOOD, dominant_colours(picture), rules) == []
    picture[20:60] = (200, 30, 160)
    (finding,) = check(HEADER, GOOD, dominant_colours(picture), rules)
    assert finding.code == "off_palette"
    assert finding.measured == pytest.approx(1 / 3, abs=0.02)
    assert "33% of its strong colours" in finding.sentence


def test_grey_goes_with_every_palette():
    grey = dominant_colours(np.full((50, 50, 3), 128, np.uint8))
    assert palette_share(grey, [hex_to_oklab("#f00")], 0.1) is None
    assert palette_share(dominant_colours(photo()), [], 0.1) is None
    assert check(HEADER, GOOD, grey, Rules(palette=(hex_to_oklab("#f00"),))) == []


def test_every_check_can_be_switched_off():
    off = Rules(
        min_sharpness=None,
        max_noise=None,
        min_highlights=None,
        max_overexposure=None,
        max_clipped_dark=None,
        max_clipped_light=None,
    )
    ruined = replace(
        GOOD, sharpness=0, noise=50, highlights=0, overexposure=1, clipped_dark=1, clipped_light=1
    )
    assert check(HEADER, ruined, [], off) == []
    assert len(check(HEADER, ruined, [])) == 6


@pytest.mark.corpora
@pytest.mark.skipif("LOUPE_CORPORA" not in os.environ, reason="LOUPE_CORPORA is not set")
def test_kodak_originals_pass_and_their_damaged_copies_do_not():
    previews = [read_rgb(path, 1024) for path in sorted((corpora() / "kodak").glob("*.png"))]
    assert sum(bool(codes(rgb) & DEFECTS) for rgb in previews) <= 1
    for damage, code, least in (
        (lambda rgb: blurred(rgb, 3), "blurred", 0.95),
        (lambda rgb: noised(rgb, 25), "noisy", 0.95),
        (lambda rgb: exposed(rgb, -2), "too_dark", 0.9),
        (lambda rgb: exposed(rgb, 2), "too_light", 0.75),
    ):
        caught = [code in codes(damage(rgb)) for rgb in previews]
        assert np.mean(caught) >= least, code


def corpora() -> Path:
    return Path(os.environ["LOUPE_CORPORA"])
