"""Originals: whole, immutable, named by their bytes, and never half there."""

import errno
import hashlib
import io
import threading

import pytest
from django.db import connection

from dam import storage
from dam.models import Blob
from dam.storage.mark import MARK

pytestmark = pytest.mark.django_db
DATA = b"some bytes " * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


def files(folder="") -> list:
    found = [path for path in (storage.root() / folder).rglob("*") if path.is_file()]
    return [path for path in found if path.name != MARK]


def test_keeping_puts_the_bytes_under_their_hash():
    with storage.arriving(io.BytesIO(DATA)) as stored:
        blob = storage.keep(stored)
    assert (blob.sha256, blob.size) == (DIGEST, len(DATA))
    with storage.original(blob) as path:
        assert path.read_bytes() == DATA
        assert path.stat().st_mode & 0o222 == 0
    with storage.open_original(blob) as source:
        assert source.read() == DATA
    assert files(storage.INCOMING) == []


def test_keeping_the_same_bytes_twice_keeps_one():
    for _ in range(2):
        with storage.arriving(io.BytesIO(DATA)) as stored:
            storage.keep(stored)
    assert Blob.objects.count() == 1
    assert len(files("originals")) == 1


def test_what_is_not_kept_leaves_no_trace():
    with storage.arriving(io.BytesIO(DATA)):
        assert len(files(storage.INCOMING)) == 1
    assert files() == []


def test_too_much_is_refused_before_it_fills_the_disk():
    arriving = storage.arriving(io.BytesIO(DATA), max_bytes=100)
    with pytest.raises(storage.TooLarge, match="larger than"), arriving:
        pytest.fail("it should not have arrived")
    assert files() == []


def test_a_full_disk_is_told_apart(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(storage.StorageFull, match="no room"), storage.arriving(io.BytesIO(DATA)):
        pytest.fail("it should not have arrived")
    assert files() == []


def test_a_sender_that_breaks_off_leaves_no_trace():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError), storage.arriving(Broken()):
        pytest.fail("it should not have arrived")
    assert files() == []


def test_a_crash_before_the_row_leaves_an_orphan_that_a_second_try_adopts(monkeypatch):
    def crash(**_):
        raise SystemExit

    monkeypatch.setattr(Blob.objects, "get_or_create", crash)
    with pytest.raises(SystemExit), storage.arriving(io.BytesIO(DATA)) as stored:
        storage.keep(stored)
    assert Blob.objects.count() == 0
    assert len(files("originals")) == 1
    monkeypatch.undo()
    with storage.arriving(io.BytesIO(DATA)) as stored:
        assert storage.keep(stored).pk == DIGEST


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "originals/../../x"])
def test_keys_cannot_leave_the_storage(key):
    with pytest.raises(ValueError, match="outside"):
        storage.path_of(key)


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_from_many_at_once():
    barrier, kept = threading.Barrier(6), []

    def bring():
        barrier.wait()
        with storage.arriving(io.BytesIO(DATA)) as stored:
            kept.append(storage.keep(stored).pk)
        connection.close()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [DIGEST] * 6
    assert len(files("originals")) == Blob.objects.count() == 1


def test_new_folders_are_on_disk_before_the_row(monkeypatch):
    synced = []
    monkeypatch.setattr("dam.storage.local.sync_folder", synced.append)
    with storage.arriving(io.BytesIO(b"new")) as stored:
        blob = storage.keep(stored)
    originals = storage.root().resolve() / "originals"
    final = storage.path_of(blob.key)
    assert synced == [final.parent, final.parent.parent, originals]


def test_an_original_that_is_gone_is_told():
    blob = Blob(sha256=DIGEST, size=len(DATA))
    with pytest.raises(storage.StorageMissing, match=DIGEST[:12]), storage.original(blob):
        pytest.fail("there is nothing to read")
    with pytest.raises(storage.StorageMissing, match=DIGEST[:12]):
        storage.open_original(blob)


@pytest.fixture
def whole():
    """A file that another part has received in pieces, complete among the arriving ones."""
    path = storage.incoming() / "parts" / "upload-1"
    path.parent.mkdir()
    path.write_bytes(DATA)
    return path


def test_a_file_that_lies_complete_is_kept_without_a_copy(
    whole, django_capture_on_commit_callbacks
):
    inode = whole.stat().st_ino
    with django_capture_on_commit_callbacks(execute=True):
        with storage.arrived(whole) as stored:
            blob = storage.keep(stored)
        assert whole.exists()  # until all is done, and committed
    assert not whole.exists()
    assert storage.path_of(blob.key).stat().st_ino == inode


def keep_and_fail(whole):
    with storage.arrived(whole) as stored:
        storage.keep(stored)
        raise RuntimeError("what came after keeping went wrong")


def test_a_file_that_lies_complete_stays_where_it_is_not_kept(whole):
    with storage.arrived(whole):
        pass
    with pytest.raises(RuntimeError, match="after keeping"):
        keep_and_fail(whole)
    assert whole.read_bytes() == DATA


def test_a_file_that_lies_complete_is_held_to_the_limit(whole):
    arrived = storage.arrived(whole, max_bytes=100)
    with pytest.raises(storage.TooLarge, match="larger than"), arrived:
        pytest.fail("it should not have been taken")
    assert whole.exists()


def test_only_arriving_files_are_taken(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(DATA)
    with pytest.raises(ValueError, match="not among the arriving"), storage.arrived(elsewhere):
        pytest.fail("it should not have been taken")


@pytest.fixture(params=[errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def no_links(request, monkeypatch):
    """A file system that has no hard links, or none to spare."""

    def refuse(*_):
        raise OSError(request.param, "no links here")

    monkeypatch.setattr("os.link", refuse)


def test_keeping_without_hard_links(no_links, whole, django_capture_on_commit_callbacks):
    for _ in range(2):
        with storage.arriving(io.BytesIO(DATA + b"more")) as stored:
            blob = storage.keep(stored)
        assert storage.path_of(blob.key).read_bytes() == DATA + b"more"
    with pytest.raises(RuntimeError, match="after keeping"):
        keep_and_fail(whole)
    assert whole.exists()
    with (
        django_capture_on_commit_callbacks(execute=True),
        storage.arrived(whole) as stored,
    ):
        blob = storage.keep(stored)
    assert storage.path_of(blob.key).read_bytes() == DATA
    assert len(files("originals")) == 2
    assert files(storage.INCOMING) == []


def test_keeping_where_drafts_are_on_another_disk(monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr("os.link", refuse)
    rename = type(storage.root()).replace

    def renamed(path, target):
        if path.parent.name == storage.INCOMING:
            refuse()
        return rename(path, target)

    monkeypatch.setattr(type(storage.root()), "replace", renamed)
    with storage.arriving(io.BytesIO(DATA)) as stored:
        blob = storage.keep(stored)
    assert storage.path_of(blob.key).read_bytes() == DATA
    assert len(files()) == 1


def test_arriving_again_mends_an_original_of_another_size():
    with storage.arriving(io.BytesIO(DATA)) as stored:
        final = storage.path_of(storage.keep(stored).key)
    final.chmod(0o644)
    final.write_bytes(DATA[:100])
    with storage.arriving(io.BytesIO(DATA)) as stored:
        storage.keep(stored)
    assert final.read_bytes() == DATA
