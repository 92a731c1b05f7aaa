"""The folder of a cell: what comes in, what goes out, and what is left of it: nothing."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from processing import sandbox
from processing.sandbox import room
from tests.processing import in_a_cell
from tests.processing.cells import SETUP
from tests.processing.cells import small_cells as small_cells


def test_the_room_is_tidied_between_calls(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x")
    sandbox.call(in_a_cell.litter, tmp_path)
    assert sandbox.call(in_a_cell.look_around, file) == ["file"]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no other disk")
def test_a_file_on_another_disk_is_copied_in_and_results_are_copied_out(tmp_path):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        file = Path(other) / "file"
        file.write_bytes(b"from elsewhere")
        assert sandbox.call(in_a_cell.read_bytes, file) == b"from elsewhere"
        made = sandbox.call(in_a_cell.elsewhere, Path(other), "")
        assert made == Path(other) / "made"
        assert made.read_text() == "x"


def test_rooms_that_a_killed_process_left_are_swept(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = room.open_room(tmp_path)
    old = left.folder.rename(tmp_path / left.folder.name.replace(str(os.getpid()), str(ended.pid)))
    (old / "given" / "file").write_bytes(b"x")
    mine = room.open_room(tmp_path)
    assert room.sweep(tmp_path) == 1
    assert not old.exists()
    assert mine.folder.exists()


def test_a_disk_that_was_unmounted_under_an_idle_cell_is_not_missed(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x")
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    sandbox.configure(replace(SETUP, rooms=lambda: rooms))
    sandbox.call(in_a_cell.read_bytes, file)
    shutil.rmtree(rooms)
    rooms.mkdir()
    assert sandbox.call(in_a_cell.read_bytes, file) == b"x"
    sandbox.configure(SETUP)


def test_no_room_is_left_behind(tmp_path):
    sandbox.configure(replace(SETUP, rooms=lambda: tmp_path))
    sandbox.call(in_a_cell.about_me)
    with pytest.raises(sandbox.Crashed):
        sandbox.call(in_a_cell.crash)
    sandbox.call(in_a_cell.about_me)
    assert len(list(tmp_path.iterdir())) == 1
    sandbox.configure(SETUP)
    assert not list(tmp_path.iterdir())


def test_a_result_cannot_be_changed_once_it_was_taken(tmp_path):
    made = sandbox.call(in_a_cell.keep_open, tmp_path)
    assert sandbox.call(in_a_cell.change_it) == 8
    assert made.read_bytes() == b"harmless"


def test_results_are_bounded_together_and_overwrite_nothing(tmp_path):
    (tmp_path / "given").write_text("ours")
    with pytest.raises(sandbox.Crashed) as caught:
        sandbox.call(in_a_cell.overwrite, tmp_path, "given")
    assert "another file" in caught.value.detail
    assert (tmp_path / "given").read_text() == "ours"
    before = sandbox.call(in_a_cell.about_me)["pid"]
    with pytest.raises(sandbox.Crashed) as caught:
        sandbox.call(in_a_cell.many_large, tmp_path, 3, 200)
    assert "more was made" in caught.value.detail
    assert sandbox.call(in_a_cell.about_me)["pid"] != before
