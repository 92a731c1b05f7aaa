"""The command that ingests: what goes wrong is said in words, and odd names are no trouble."""

import io
import os
import sys

import pytest
from django.core.management import CommandError, call_command

from dam.models import Version
from dam.storage import StorageFull
from processing.management.commands import ingest as command
from tests.processing.test_sidecars import SIDECAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, picture):
    path = tmp_path / "one.jpg"
    path.write_bytes(picture())
    return path


def test_who_may_not_bring_pictures_is_told_so(file, viewer, brand):
    with pytest.raises(CommandError, match="viewer may not bring pictures into House"):
        call_command("ingest", str(file), "--user", "viewer")


def test_a_full_disk_ends_it_in_words(file, monkeypatch):
    def full(**_):
        raise StorageFull("There is no room left in /media.")

    monkeypatch.setattr(command, "ingest_file", full)
    with pytest.raises(CommandError, match="no room left"):
        call_command("ingest", str(file))


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")
def test_names_that_are_no_text_are_told(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(path, "wb") as target:
        target.write(b"no picture")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("ingest", str(tmp_path), stdout=out)
    out.seek(0)
    assert "caf\N{REPLACEMENT CHARACTER}.jpg: refused." in out.read()


def test_a_name_that_no_file_can_have_is_not_there():
    with pytest.raises(CommandError, match="no such file"):
        call_command("ingest", "x" * 5_000)


def test_an_xmp_beside_a_picture_comes_with_it(tmp_path, picture):
    (tmp_path / "one.jpg").write_bytes(picture(seed=1))
    (tmp_path / "one.xmp").write_bytes(SIDECAR)
    (tmp_path / "two.jpg").write_bytes(picture(seed=2))
    (tmp_path / "two.jpg.xmp").write_bytes(SIDECAR + b" ")
    out = io.StringIO()
    call_command("ingest", str(tmp_path), stdout=out)
    assert "2 files" in out.getvalue()
    kept = Version.objects.order_by("file_name").values_list("file_name", "sidecar__size")
    assert list(kept) == [("one.jpg", len(SIDECAR)), ("two.jpg", len(SIDECAR) + 1)]
