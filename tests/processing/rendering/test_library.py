"""What recipes may name: only what the person sees, only what lies beside, opened in cells."""

import contextlib

import pytest
from PIL import Image

from dam.models import Asset
from processing.operators.picture import Unfit
from processing.rendering.library import Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(owner, tmp_path):
    with contextlib.ExitStack() as held:
        yield Shelf(owner, held, tmp_path)


@pytest.fixture
def logo(ingest, picture) -> Asset:
    return ingest(picture(size=(64, 32), colour=(200, 20, 20)), "logo.png").asset


def test_an_asset_that_the_person_sees(shelf, logo):
    opened = shelf.picture(f"asset:{logo.pk}")
    assert (opened.width, opened.height) == (64, 32)
    assert shelf.picture(f"asset:{logo.pk}") is opened, "opened once"
    assert shelf.digest(f"asset:{logo.pk}") == logo.current_version.blob_id


@pytest.mark.parametrize("name", ["asset:999999", "asset:x", "asset:", "asset:-1", "asset:²"])
def test_what_is_not_there(shelf, name):
    with pytest.raises(Unfit, match="no picture"):
        shelf.picture(name)


def test_an_asset_of_others_is_not_there(outsider, logo):
    with contextlib.ExitStack() as held, pytest.raises(Unfit, match="that you may use"):
        Shelf(outsider, held).picture(f"asset:{logo.pk}")


def test_a_file_beside_the_recipe(shelf, tmp_path):
    Image.new("RGB", (9, 5)).save(tmp_path / "sky.png")
    assert shelf.picture("sky.png").width == 9
    (tmp_path / "warm.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    assert shelf.file("warm.cube").read_text().startswith("LUT")
    assert len(shelf.digest("warm.cube")) == 64


def test_nothing_outside_of_its_folder(shelf, tmp_path):
    (tmp_path.parent / "secret.cube").write_text("secret")
    with pytest.raises(Unfit, match="beside this recipe"):
        shelf.file("../secret.cube")
    with contextlib.ExitStack() as held, pytest.raises(Unfit, match="beside this recipe"):
        Shelf(shelf.user, held).file("warm.cube")


def test_a_picture_is_no_table(shelf, logo):
    with pytest.raises(Unfit, match="no table"):
        shelf.file(f"asset:{logo.pk}")


def test_what_cannot_be_opened_says_so(shelf, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(Unfit, match=r"“broken.png” cannot be read: .*\."):
        shelf.picture("broken.png")
