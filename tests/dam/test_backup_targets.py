"""Where backups go: only what was stored gets in, and nobody else's folder is touched."""

import hashlib
import io
import tarfile

import pytest

from dam.backup import sources, targets
from dam.backup.manifest import Entry, Manifest, Unusable, read_entries, write_entries
from dam.storage import StorageDamaged

GOOD = b"some bytes " * 5000
ENTRY = Entry("originals/aa/bb/good", hashlib.sha256(GOOD).hexdigest(), len(GOOD))
OTHER = Entry("originals/aa/bb/other", ENTRY.sha256, ENTRY.size)


@pytest.fixture(params=["backup", "backup.tar"])
def place(request, tmp_path):
    return tmp_path / request.param


@pytest.mark.parametrize("wrong", [GOOD[:-1] + b"x", GOOD[:-1], GOOD + b"x", b""])
def test_damaged_files_do_not_get_in(place, wrong):
    with targets.opened(place, "one", "me") as target:
        target.copy(ENTRY, io.BytesIO(GOOD))
        with pytest.raises(StorageDamaged):
            target.copy(OTHER, io.BytesIO(wrong))
        target.add("manifest.json", b"{}")
    with sources.opened(place) as source:
        assert source.file(ENTRY.key).read() == GOOD
        assert source.file(OTHER.key) is None
        assert source.part("manifest.json").read() == b"{}"
        with pytest.raises(Unusable, match="not whole"):
            source.part("database.dump")


def test_a_folder_has_one_copy_and_one_writer_and_one_installation(tmp_path):
    place = tmp_path / "backup"
    with targets.opened(place, "one", "me") as target:
        assert target.lacks(ENTRY)
        target.copy(ENTRY, io.BytesIO(GOOD))
        with pytest.raises(Unusable, match="just being written"), targets.opened(place, "2", "me"):
            pytest.fail("two at once")
    with targets.opened(place, "two", "me") as target:
        assert not target.lacks(ENTRY)
        target.add("manifest.json", b"{}")
    # The first was never finished: it has no manifest.
    assert sources.snapshots(place) == ["two"]
    assert not (place / "snapshots" / "one").exists()
    with pytest.raises(Unusable, match="another installation"), targets.opened(place, "3", "you"):
        pytest.fail("it is not theirs")


def test_other_things_are_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Unusable, match="other things"), targets.opened(tmp_path, "one", "me"):
        pytest.fail("it has other things in it")
    tar = tmp_path / "thesis.tar"
    tar.write_bytes(b"mine")
    with pytest.raises(Unusable, match="there already"), targets.opened(tar, "one", "me"):
        pytest.fail("it is there")
    assert tar.read_bytes() == b"mine"


def test_a_tar_file_that_broke_off_is_not_there(tmp_path):
    class Torn(Exception):
        pass

    def write() -> None:
        with targets.opened(tmp_path / "b.tar", "one", "me") as target:
            target.copy(ENTRY, io.BytesIO(GOOD))
            raise Torn

    with pytest.raises(Torn):
        write()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_backup_is_told(tmp_path):
    (tmp_path / "x.tar").write_bytes(b"no tar")
    for place in (tmp_path, tmp_path / "x.tar", tmp_path / "nothing"):
        with pytest.raises(Unusable, match="no backup"), sources.opened(place):
            pytest.fail("there is none")


def test_files_outside_of_a_backup_are_not_read(tmp_path):
    place = tmp_path / "backup"
    with targets.opened(place, "one", "me") as target:
        target.add("manifest.json", b"{}")
    (tmp_path / "secret").write_text("mine")
    with sources.opened(place) as source, pytest.raises(Unusable, match="outside"):
        source.file("../secret")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(tmp_path / "secret", "../secret")
    with sources.opened(tmp_path / "b.tar") as source:
        assert source.file("originals/none") is None


def test_lists_and_manifests_read_what_was_written():
    entries = [ENTRY, OTHER]
    assert list(read_entries(write_entries(entries))) == entries
    with pytest.raises(Unusable, match="cannot be read"):
        list(read_entries("nonsense"))
    manifest = Manifest("now", "me", [["dam", "0001"]], "a", "b", 1, 2, 3, True)
    assert Manifest.of_text(manifest.as_text()) == manifest
    with pytest.raises(Unusable, match="newer Loupe"):
        Manifest.of_text(manifest.as_text().replace('"format": 1', '"format": 2'))
    for text in ("", "[]", "{}", '{"format": 1}'):
        with pytest.raises(Unusable, match="cannot be read"):
            Manifest.of_text(text)
