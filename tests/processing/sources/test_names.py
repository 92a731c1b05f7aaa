"""Names and mounts: what is told from them alone."""

import os

import pytest

from processing.sources import names
from processing.sources.looks import Look, Stillness, has_writer
from processing.sources.mounts import Mount, mount_of

TABLE = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /mnt/nas rw shared:2 - nfs4 server:/vol rw
31 22 8:2 / /mnt/nas\\040two rw shared:3 - ext4 /dev/sdb1 rw
32 30 8:3 / /mnt/nas/local rw - xfs /dev/sdc1 rw
33 22 0:31 / /mnt/phone rw - fuse.sshfs phone:/ rw
"""


@pytest.mark.parametrize(
    ("folder", "mount", "silent"),
    [
        ("/srv/drop", Mount("/", "ext4"), False),
        ("/mnt/nas", Mount("/mnt/nas", "nfs4"), True),
        ("/mnt/nas/a/b", Mount("/mnt/nas", "nfs4"), True),
        ("/mnt/nas two/a", Mount("/mnt/nas two", "ext4"), False),
        ("/mnt/nasal", Mount("/", "ext4"), False),
        ("/mnt/nas/local/x", Mount("/mnt/nas/local", "xfs"), False),
        ("/mnt/phone/dcim", Mount("/mnt/phone", "fuse.sshfs"), True),
    ],
)
def test_the_mount_of_a_folder(folder, mount, silent):
    assert mount_of(folder, TABLE) == mount
    assert mount_of(folder, TABLE).is_silent == silent


def test_this_machine_s_own_table_can_be_read(tmp_path):
    assert os.path.ismount(mount_of(str(tmp_path)).point)


def test_a_key_s_identity_is_that_of_its_bytes():
    raw = os.fsdecode(b"caf\xe9")
    assert names.key_hash(raw) != names.key_hash(names.shown(raw))
    assert names.shown(raw) == "caf\\xe9"
    assert len(names.key_hash("x" * 5000)) == 32


@pytest.mark.parametrize(
    ("key", "include", "exclude", "wanted"),
    [
        ("a.jpg", [], [], True),
        ("a.JPG", ["*.jpg"], [], True),
        ("a.png", ["*.jpg", "*.tif"], [], False),
        ("raw/a.jpg", ["*.jpg"], [], True),
        ("raw/a.jpg", ["raw/*"], [], True),
        ("web/a.jpg", ["raw/*"], [], False),
        ("a-draft.jpg", ["*.jpg"], ["*draft*"], False),
    ],
)
def test_patterns(key, include, exclude, wanted):
    assert names.is_wanted(key, include, exclude) == wanted


@pytest.mark.parametrize("name", ["x" * 251 + ".jpg", "é" * 127, "日" * 85, "a.jpg"])
def test_numbered_and_reason_names_fit_every_file_system(name):
    for made in (names.numbered(name, 12), names.reason_name(name)):
        assert len(os.fsencode(made)) <= 255
        assert made != name
    assert names.numbered("a.jpg", 2) == "a (2).jpg"
    assert names.numbered("a", 2) == "a (2)"
    assert names.numbered("a.jpg", 1) == "a.jpg"


class TestStillness:
    def test_one_look_is_enough_by_the_same_clock(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"x")
        os.utime(path, (0, 0))  # a copier that keeps the old time does not deceive us
        look = Look.at(path.stat())
        assert 0 < Stillness(5.0, same_clock=True).wait("a", look) <= 5.0
        assert Stillness(0.0, same_clock=True).wait("a", look) == 0.0

    def test_two_looks_where_clocks_differ(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr("processing.sources.looks.time.monotonic", lambda: now[0])
        still = Stillness(2.0, same_clock=False)
        first, second = Look(5, 1, 1, 1), Look(6, 1, 1, 1)
        assert still.wait("a", first) == 2.0
        now[0] += 1.5
        assert still.wait("a", first) == 0.5
        assert still.wait("a", second) == 2.0  # it has grown: from the beginning
        now[0] += 2.0
        assert still.wait("a", second) == 0.0

    def test_a_clock_that_was_turned_back_holds_nothing_up_for_ever(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr("processing.sources.looks.time.monotonic", lambda: now[0])
        still = Stillness(2.0, same_clock=True)
        future = Look(5, 1, 2**62, 1)
        assert still.wait("a", future) == 2.0
        now[0] += 2.0
        assert still.wait("a", future) == 0.0

    def test_an_empty_file_waits_longer(self):
        assert Stillness(2.0, same_clock=False).wait("a", Look(0, 1, 1, 1)) == 30.0

    def test_who_writes_is_seen(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"x")
        with path.open("rb") as reading:
            assert not has_writer(reading.fileno())
            with path.open("ab"):
                assert has_writer(reading.fileno())
            assert not has_writer(reading.fileno())
