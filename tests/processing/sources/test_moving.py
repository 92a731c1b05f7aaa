"""Putting away: never over another file, in one piece, also where there are no hard links."""

import errno
import os

import pytest

from processing.sources import moving, opening
from processing.sources.moving import Spot


@pytest.fixture
def spots(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    with (
        opening.folder(str(tmp_path), "here") as here,
        opening.folder(str(tmp_path), "there") as there,
    ):
        yield tmp_path, here, there


@pytest.fixture(params=["links", "no links", "another disk"])
def link(request, monkeypatch):
    """Three kinds of file systems."""
    if request.param != "links":
        code = errno.EPERM if request.param == "no links" else errno.EXDEV

        def refuse(*_args, **_more):
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(moving.os, "link", refuse)


def test_a_file_moves_with_its_time(spots, link):
    root, here, there = spots
    (root / "here/a.jpg").write_bytes(b"bytes")
    os.utime(root / "here/a.jpg", (1000, 1000))
    assert moving.move(Spot(here, "a.jpg"), there, "a.jpg").name == "a.jpg"
    assert not (root / "here/a.jpg").exists()
    assert (root / "there/a.jpg").read_bytes() == b"bytes"
    assert (root / "there/a.jpg").stat().st_mtime == 1000


def test_names_that_are_taken_are_passed_over(spots, link):
    root, here, there = spots
    for number in range(moving.ATTEMPTS + 2):
        (root / "here/a.jpg").write_bytes(str(number).encode())
        moving.move(Spot(here, "a.jpg"), there, "a.jpg")
    kept = {path.read_bytes() for path in (root / "there").iterdir()}
    assert kept == {str(number).encode() for number in range(moving.ATTEMPTS + 2)}
    assert not list((root / "here").iterdir())


def test_what_cannot_be_moved_is_where_it_was(spots, link, monkeypatch):
    root, here, there = spots
    (root / "here/a.jpg").write_bytes(b"bytes")

    def refuse(*_args, **_more):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(moving.os, "replace", refuse)
    monkeypatch.setattr(moving.os, "link", refuse)
    with pytest.raises(OSError, match="full"):
        moving.move(Spot(here, "a.jpg"), there, "a.jpg")
    assert (root / "here/a.jpg").read_bytes() == b"bytes"
    assert not list((root / "there").iterdir())


def test_a_copy_that_was_not_followed_by_its_end_is_not_made_twice(spots, monkeypatch):
    root, here, there = spots

    def other_disk(*_args, **_more):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(moving.os, "link", other_disk)
    (root / "here/a.jpg").write_bytes(b"bytes")
    moving.place(Spot(here, "a.jpg"), there, "a.jpg")
    moving.move(Spot(here, "a.jpg"), there, "a.jpg")
    assert [path.name for path in (root / "there").iterdir()] == ["a.jpg"]


def test_a_link_in_the_way_is_not_followed(spots, tmp_path):
    root, _, _ = spots
    (root / "outside").mkdir()
    (root / "here/done").symlink_to(root / "outside")
    with (
        pytest.raises(OSError, match=r"Not a directory|symbolic"),
        opening.folder(str(root), "here/done", make=True),
    ):
        pass
    with pytest.raises(ValueError, match="leads out"), opening.folder(str(root), "here/../.."):
        pass
