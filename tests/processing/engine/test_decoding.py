"""From files to pixels: the right size, depth, colours and orientation, through real cells."""

import dataclasses
import os

import numpy as np
import psutil
import pytest
from PIL import Image
from skimage import data

from processing import sandbox
from processing.engine import decoding
from processing.engine.decoding import Decoded, decode, decoded
from processing.errors import InputError
from processing.icc import ADOBE_RGB, matrix_profile
from processing.operators.picture import Picture
from processing.pixels import load_srgb
from tests.processing.cells import roomy_cells as roomy_cells

pytestmark = pytest.mark.usefixtures("roomy_cells")


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.fromarray(data.astronaut()).save(path, quality=92)
    return path


def test_all_of_it_as_the_file_has_it(photo, tmp_path):
    with decoded(photo, tmp_path) as picture:
        assert (picture.width, picture.height, picture.depth) == (512, 512, 8)
        assert picture.is_srgb
        shown = np.asarray(Image.open(photo)).astype(int)
        assert np.abs(picture.array().astype(int) - shown).mean() < 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"], "nothing is left"


def test_shrunk_while_it_is_decoded_to_what_a_step_wants(photo, tmp_path):
    with decoded(photo, tmp_path, longest_edge=200) as picture:
        assert picture.longest == 200
        assert np.array_equal(picture.array(), load_srgb(photo, 200).numpy())


def test_sixteen_bits_stay_sixteen(tmp_path):
    deep = (np.arange(64 * 48, dtype=np.uint16) * 21).reshape(48, 64)
    path = tmp_path / "deep.png"
    Image.fromarray(deep).save(path)
    with decoded(path, tmp_path) as picture:
        assert picture.depth == 16
        assert picture.image.bands == 3
        assert len(np.unique(picture.array()[:, :, 0])) > 2_000


def test_own_colours_are_kept_where_they_are_wanted(tmp_path):
    profile = matrix_profile(ADOBE_RGB, gamma=563 / 256)
    path = tmp_path / "adobe.png"
    Image.new("RGB", (8, 8), (20, 200, 40)).save(path, icc_profile=profile)
    with decoded(path, tmp_path, own_colours=True) as picture:
        assert tuple(picture.array()[0, 0]) == (20, 200, 40)
        assert picture.profile == profile
        assert not picture.is_srgb
    with decoded(path, tmp_path) as picture:
        assert picture.is_srgb
        assert tuple(picture.array()[0, 0]) != (20, 200, 40)


def test_transparency_grey_and_the_press(tmp_path):
    Image.new("RGBA", (9, 7), (1, 2, 3, 99)).save(tmp_path / "clear.png")
    Image.new("L", (9, 7), 77).save(tmp_path / "grey.jpg", quality=100)
    Image.new("CMYK", (9, 7), (0, 0, 0, 255)).save(tmp_path / "press.jpg", quality=100)
    with decoded(tmp_path / "clear.png", tmp_path) as picture:
        assert tuple(picture.array()[0, 0]) == (1, 2, 3, 99)
    with decoded(tmp_path / "grey.jpg", tmp_path) as picture:
        assert tuple(picture.array()[0, 0]) == (77, 77, 77)
    with decoded(tmp_path / "press.jpg", tmp_path) as picture:
        assert picture.array().max() < 60


def test_a_turned_one_comes_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.jpg"
    Image.new("RGB", (40, 20)).save(path, exif=exif)
    with decoded(path, tmp_path) as picture:
        assert (picture.width, picture.height) == (20, 40)


def test_what_is_no_picture_is_refused_in_words(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    with pytest.raises(InputError, match=r"damaged|incomplete"), decoded(path, tmp_path):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["a.jpg"]


@pytest.mark.parametrize(
    "lie",
    [{"width": 9_999}, {"bands": 5}, {"depth": 12}, {"height": 0}, {"profile": b"no profile"}],
    ids=str,
)
def test_a_cell_that_lies_is_not_believed(lie, photo, tmp_path, monkeypatch):
    def lying(function, path, out_dir, *rest) -> Decoded:
        return dataclasses.replace(decode(path, out_dir, *rest), **lie)

    monkeypatch.setattr(decoding.sandbox, "call", lying)
    with pytest.raises(sandbox.Crashed), decoded(photo, tmp_path):
        pass


def test_the_pixels_are_mapped_and_not_copied(tmp_path):
    path = tmp_path / "large.png"
    Image.effect_noise((3000, 2000), 40).save(path, compress_level=1)
    with decoded(path, tmp_path) as picture:
        before = _own_memory()
        assert isinstance(picture, Picture)
        assert picture.image.avg() > 0
        assert _own_memory() - before < 12 * 1024**2


def _own_memory() -> int:
    """Bytes of this process's own (anonymous) memory: what is mapped from files is not in it."""
    found = psutil.Process(os.getpid()).memory_info()
    return found.rss - found.shared


def test_a_lent_picture_rests_and_is_there_again(photo, tmp_path):
    def resident() -> int:
        return psutil.Process().memory_full_info().rss

    path = tmp_path / "large.png"
    Image.effect_noise((4000, 3000), 40).save(path, compress_level=1)
    with decoded(path, tmp_path) as picture:
        seen = picture.proxy(64).array()
        before = resident()
        picture.rest()
        assert before - resident() > 0.8 * 4000 * 3000 * 3
        assert np.array_equal(picture.proxy(64).array(), seen)
        assert picture.proxy(64).mapped is None, "what is made of it is in memory"
