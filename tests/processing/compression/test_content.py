"""Samples of pictures, and what they tell of content."""

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from processing.compression.content import chroma_error, flatness, is_flat, needs_full_chroma
from processing.compression.tiles import LOOK_PIXELS, MOST_PIXELS, mosaic
from processing.formats.codec import to_vips


def picture(width: int, height: int, kind: type = np.uint8) -> np.ndarray:
    """Each pixel tells its place."""
    y, x = np.mgrid[0:height, 0:width]
    most = np.iinfo(kind).max
    return np.dstack([x * most // width, y * most // height, (x + y) % 256]).astype(kind)


def drawn() -> np.ndarray:
    image = Image.new("RGB", (300, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 120, 160), fill=(220, 20, 20))
    for line in range(12):
        draw.text((140, 10 + 14 * line), "words in colour", fill=(20, 30, 220))
    return np.asarray(image)


def test_a_small_picture_is_its_own_sample():
    pixels = picture(600, 800)
    assert np.array_equal(mosaic(to_vips(pixels, "srgb")), pixels)


def test_a_large_one_gives_tiles_from_all_over_it():
    image = to_vips(picture(3000, 2000), "srgb")
    sample = mosaic(image)
    assert 0.6 * MOST_PIXELS < sample.shape[0] * sample.shape[1] <= MOST_PIXELS
    assert sample[..., 0].min() < 5
    assert sample[..., 0].max() > 240
    assert sample[..., 1].max() > 240
    assert sample.shape[1] > sample.shape[0]
    elsewhere = mosaic(image, phase=0.5)
    assert elsewhere.shape == sample.shape
    assert not np.array_equal(elsewhere, sample)
    assert np.array_equal(mosaic(image), sample)


def test_strips_and_wide_samples_fit_too():
    for width, height in ((60_000, 40), (40, 60_000), (127, 20_000), (9_000, 130)):
        sample = mosaic(to_vips(picture(width, height), "srgb"))
        assert 0 < sample.shape[0] * sample.shape[1] <= LOOK_PIXELS
    wide = mosaic(to_vips(picture(1200, 900, np.uint16), "rgb16"))
    assert wide.dtype == np.uint8
    assert wide.max() > 200


def test_coloured_drawings_need_their_colour_in_full_and_photographs_do_not():
    assert needs_full_chroma(drawn())
    assert not needs_full_chroma(data.coffee())
    grey = np.repeat(drawn()[:, :, :1], 3, axis=2)
    assert chroma_error(grey) == 0


def test_drawings_are_flat_and_photographs_are_not():
    assert is_flat(drawn())
    assert not is_flat(data.coffee())
    assert flatness(np.zeros((4, 1, 3), np.uint8)) == 1.0
