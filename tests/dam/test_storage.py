"""Originals: whole, immutable, named by their bytes, and never half there."""

import errno
import hashlib
import io
import threading

import pytest
from django.db import connection

from dam import storage
from dam.models import Blob

pytestmark = pytest.mark.django_db
DATA = b"some bytes " * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


def files(folder="") -> list:
    return [path for path in (storage.root() / folder).rglob("*") if path.is_file()]


def test_keeping_puts_the_bytes_under_their_hash():
    with storage.arriving(io.BytesIO(DATA)) as stored:
        blob = storage.keep(stored)
    assert (blob.sha256, blob.size) == (DIGEST, len(DATA))
    assert storage.original_path(blob).read_bytes() == DATA
    assert storage.original_path(blob).stat().st_mode & 0o222 == 0
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

    monkeypatch.setattr(storage.os, "fsync", full)
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
    monkeypatch.setattr(storage, "_sync_folder", synced.append)
    with storage.arriving(io.BytesIO(b"new")) as stored:
        blob = storage.keep(stored)
    originals = storage.root().resolve() / "originals"
    final = storage.original_path(blob)
    assert synced == [final.parent, final.parent.parent, originals]
