"""PNG, TIFF and JPEG XL without loss; AVIF's depth; the choice among formats."""

import io

import numpy as np
import pytest
from PIL import Image

from dam.formats import JPEG, PNG, WEBP
from processing.compression.ssimulacra2 import ssimulacra2
from processing.formats import jxl
from processing.icc import read_profile
from processing.operators.context import Context
from processing.operators.export.auto import Auto
from processing.operators.export.avif import Avif
from processing.operators.export.jxl import Jxl, distance
from processing.operators.export.png import Png
from processing.operators.export.tiff import Tiff
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.export.decoding import image_of, pixels_of
from tests.processing.operators.export.test_jpeg import coloured_text, photo
from tests.processing.operators.pictures import press, rgba, wide


def few() -> Picture:
    """Six colours, one of them half transparent."""
    pixels = np.zeros((60, 90, 4), np.uint8)
    pixels[..., 3] = 255
    for at in range(6):
        pixels[:, at * 15 : at * 15 + 15, at % 3] = 40 * at + 30
    pixels[:30, :15, 3] = 128
    return Picture.from_array(pixels)


@pytest.mark.parametrize("make", [photo, rgba, few, coloured_text])
def test_png_keeps_every_pixel(make):
    made = Png().encode(make(), Context())
    assert np.array_equal(pixels_of(made), make().array())


def test_few_colours_become_a_palette_and_take_fewer_bytes():
    indexed, plain = (Png(palette=p).encode(coloured_text(), Context()) for p in ("auto", "never"))
    assert indexed.measures["kind"] == "palette"
    assert plain.measures["kind"] == "true colour"
    assert len(indexed.data) < len(plain.data)
    assert Image.open(io.BytesIO(indexed.data)).mode == "P"
    assert Png().encode(photo(), Context()).measures["kind"] == "true colour"


def test_sixteen_bits_stay_or_become_eight():
    assert image_of(Png(depth="keep").encode(wide(), Context())).format == "ushort"
    assert np.array_equal(pixels_of(Tiff().encode(wide(), Context())), wide().array())
    assert image_of(Png().encode(wide(), Context())).format == "uchar"
    assert np.array_equal(
        pixels_of(Png(depth=16).encode(photo(), Context())) // 257, photo().array()
    )


@pytest.mark.parametrize("compression", ["deflate", "lzw", "none"])
def test_tiff_keeps_every_pixel_and_tells_its_density(compression: str):
    made = Tiff(compression=compression, dpi=240).encode(rgba(), Context())
    assert np.array_equal(pixels_of(made), rgba().array())
    assert Image.open(io.BytesIO(made.data)).info["dpi"] == pytest.approx((240, 240))
    told = Image.open(io.BytesIO(Png(dpi=96).encode(photo(), Context()).data)).info["dpi"]
    assert told == pytest.approx((96, 96), abs=0.1)


def test_tiff_for_the_press_is_cmyk_with_its_profile():
    for made in (
        Tiff(profile="cmyk").encode(photo(), Context()),
        Tiff(profile="keep").encode(press(), Context()),
    ):
        image = image_of(made)
        assert image.interpretation == "cmyk"
        assert read_profile(image.get("icc-profile-data")).kind == "CMYK"


def test_jpeg_xl_is_exact_at_a_hundred_and_read_by_our_own_codec(tmp_path):
    for make in (photo, rgba, wide):
        made = Jxl(quality=100, effort=2).encode(make(), Context())
        assert np.array_equal(pixels_of(made), make().array())
    path = tmp_path / "a.jxl"
    path.write_bytes(Jxl(quality=95).encode(photo(), Context()).data)
    header = jxl.inspect(path)
    assert (header.width, header.height, header.colour_space) == (300, 200, "sRGB")


def test_jpeg_xl_falls_with_its_quality_and_stays_in_srgb():
    sizes = [
        len(Jxl(quality=q, effort=2).encode(photo(), Context()).data) for q in (95, 75, 40, 15)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert [distance(q) for q in (100, 99, 90, 30)] == pytest.approx([0, 0.19, 1.0, 6.4])
    with pytest.raises(Unfit, match="written in sRGB"):
        Jxl(profile="display-p3").encode(photo(), Context())


def test_avif_has_ten_bits_and_meets_a_target():
    made = Avif(depth=10, quality=90, effort=0).encode(wide(), Context())
    assert image_of(made).format == "ushort"
    error = np.abs(pixels_of(made).astype(int) - wide().array())
    assert error.mean() < 600
    auto = Avif(quality="auto", target=70.0, effort=0).encode(photo(), Context())
    assert ssimulacra2(photo().array(), pixels_of(auto)) >= 69.5


def test_the_smallest_format_goes_by_content():
    assert Auto(among=("jpeg", "png")).encode(coloured_text(), Context()).media == PNG
    assert Auto(among=("jpeg", "png")).encode(photo(), Context()).media == JPEG
    drawn = Auto().encode(coloured_text(), Context())
    assert np.array_equal(pixels_of(drawn), coloured_text().array())
    clear = Auto(among=("jpeg", "webp")).encode(rgba(), Context())
    assert clear.media == WEBP
    assert clear.measures["format"] == "WebP"


def test_a_format_that_cannot_hold_it_is_not_chosen():
    wide_strip = Picture.from_array(np.tile(photo().array()[:20], (1, 60, 1)))
    assert wide_strip.width > 16_383
    assert Auto(among=("webp", "png")).encode(wide_strip, Context()).media == PNG
    with pytest.raises(Unfit, match="None of the formats"):
        Auto(among=("webp",)).encode(wide_strip, Context())
