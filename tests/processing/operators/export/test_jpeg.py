"""JPEG: chroma by content, transparency, profiles, density, the budget's search."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from processing import vips
from processing.icc import read_profile
from processing.operators.context import Context
from processing.operators.export.jpeg import Jpeg
from processing.operators.picture import Picture, Unfit
from tests.processing import samples
from tests.processing.operators.export.decoding import image_of, pixels_of
from tests.processing.operators.pictures import press, rgba


def photo() -> Picture:
    return Picture.from_array(np.ascontiguousarray(samples.pixels()))


def coloured_text() -> Picture:
    image = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(image)
    for line in range(10):
        draw.text((5, 5 + 19 * line), "the quick brown fox jumps over", fill=(220, 10, 30))
    return Picture.from_array(np.asarray(image))


def test_coloured_text_keeps_its_colour_in_full_and_a_photograph_need_not():
    assert Jpeg().encode(coloured_text(), Context()).measures["subsampling"] == "444"
    assert Jpeg().encode(photo(), Context()).measures["subsampling"] == "420"
    assert Jpeg(quality=92).encode(photo(), Context()).measures["subsampling"] == "444"
    full = Jpeg(subsampling="444").encode(photo(), Context())
    assert image_of(full).get("jpeg-chroma-subsample") == "4:4:4"


def test_transparency_is_laid_on_the_background():
    shown = pixels_of(Jpeg(quality=95, background="#00ff00").encode(rgba(), Context()))
    assert shown.shape[2] == 3
    assert np.abs(shown[2, 2].astype(int) - (0, 255, 0)).max() < 12


def test_compact_and_progressive_are_smaller_at_about_the_same_quality():
    plain = Jpeg(compact=False, progressive=False).encode(photo(), Context())
    small = Jpeg().encode(photo(), Context())
    assert len(small.data) < 0.95 * len(plain.data)
    assert image_of(small).get("interlaced") == 1


def test_the_budget_takes_the_best_quality_that_fits():
    free = Jpeg(quality=90, subsampling="420").encode(photo(), Context())
    most = len(free.data) // 2
    bounded = Jpeg(quality=90, subsampling="420", max_bytes=most, metadata="none")
    made = bounded.encode(photo(), Context())
    quality = made.measures["quality"]
    assert len(made.data) <= most
    better = Jpeg(quality=quality + 1, subsampling="420").encode(photo(), Context())
    assert len(better.data) > most, "one more would not fit"
    assert made.measures["encodings"] <= 9


def test_density_and_profile_are_told():
    encoded = Jpeg(dpi=300, profile="display-p3").encode(photo(), Context())
    assert Image.open(io.BytesIO(encoded.data)).info["dpi"] == (300, 300)
    made = image_of(encoded)
    assert read_profile(made.get("icc-profile-data")).colour_space == "Display P3"
    bare = image_of(Jpeg(embed=False).encode(photo(), Context()))
    assert not bare.get_typeof("icc-profile-data")


@pytest.mark.parametrize("profile", ["display-p3", "adobe-rgb", "rec2020", "prophoto", "cmyk"])
def test_the_colours_stay_what_they_are_in_any_profile(profile: str):
    made = Jpeg(quality=100, profile=profile).encode(photo(), Context())
    error = np.abs(pixels_of(made).astype(int) - photo().array())
    assert error.mean() < (4 if profile == "cmyk" else 1.5)


def test_cmyk_goes_only_where_it_is_asked_for():
    with pytest.raises(Unfit, match="is CMYK already: let the exporter's profile be “keep”"):
        Jpeg().encode(press(), Context())
    made = Jpeg(profile="keep").encode(press(), Context())
    assert image_of(made).interpretation == "cmyk"
    assert made.measures["profile"] == "CMYK"


def test_a_profile_that_is_none_is_refused(tmp_path):
    from tests.processing.operators.cast import FakeLibrary

    (tmp_path / "press.icc").write_bytes(vips.srgb_profile()[:200])
    with pytest.raises(Unfit, match=r"“press\.icc” is no ICC profile"):
        Jpeg(profile="press.icc").encode(photo(), Context(library=FakeLibrary(tmp_path)))
    (tmp_path / "own.icc").write_bytes(vips.srgb_profile())
    made = Jpeg(profile="own.icc").encode(photo(), Context(library=FakeLibrary(tmp_path)))
    assert made.measures["profile"] == "sRGB"
