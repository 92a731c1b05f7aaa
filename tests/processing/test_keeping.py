"""Downloads are kept within bounds, and nobody's download breaks because of it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dam import storage, tidying
from dam.storage import path_of
from processing.delivery import keeping, making

DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def folder(db, settings, monkeypatch) -> Path:
    """Where downloads are kept, of one MiB together; each process begins as if it were new."""
    settings.LOUPE_DELIVERIES_MIB = 1
    monkeypatch.setattr(keeping._Written, "bytes", float("inf"))
    storage.require_mounted()
    return path_of(keeping.FOLDER)


def take(number: int, size: int = 200_000, made=None) -> bytes:
    """Take the download of a version, and read it to its end."""

    def make() -> bytes:
        if made is not None:
            made.append(number)
        return bytes([number]) * size

    key = making.key_of(number, "large", f"{number:032d}", ".webp")
    with making.kept(key, make) as source:
        return source.read()


def age(number: int, seconds: float) -> None:
    path = path_of(making.key_of(number, "large", f"{number:032d}", ".webp"))
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def kept(folder: Path) -> set[int]:
    return {int(path.parent.name) for path in folder.rglob("*.webp")}


def test_the_longest_unused_go_first(folder):
    for number in range(1, 6):
        take(number)
        age(number, 10 * 3600 - number)
    take(2)  # used again: now the newest but one
    take(6)
    keeping.trim()
    assert kept(folder) == {2, 3, 4, 5, 6}  # five of 200 kB are within a MiB
    take(7, size=400_000)
    keeping.trim()
    assert kept(folder) == {2, 5, 6, 7}


def test_what_nobody_took_for_long_goes(folder, settings):
    settings.LOUPE_DELIVERY_DAYS = 30
    take(1)
    take(2)
    age(1, 31 * DAY)
    age(2, 29 * DAY)
    assert "1 downloads" in " ".join(tidying.tidy())
    assert kept(folder) == {2}
    assert not (folder / "001").exists(), "empty folders go too"
    assert take(1) == b"\1" * 200_000  # and it is made anew when somebody wants it


def test_a_use_is_written_down(folder):
    made: list[int] = []
    take(1, made=made)
    age(1, 29 * DAY)
    take(1, made=made)
    assert made == [1]
    (path,) = folder.rglob("*.webp")
    assert time.time() - path.stat().st_mtime < 60


def test_writing_holds_the_bound_by_itself(folder):
    for number in range(1, 40):
        take(number, size=100_000)
    total = sum(path.stat().st_size for path in folder.rglob("*.webp"))
    assert total <= 1.05 * 1024**2 + 100_000
    assert 39 in kept(folder)


def test_a_reader_keeps_what_is_trimmed_under_it(folder, settings):
    key = making.key_of(1, "large", "0" * 32, ".webp")
    with making.kept(key, lambda: b"x" * 500_000) as source:
        first = source.read(1000)
        settings.LOUPE_DELIVERIES_MIB = 0
        assert keeping.trim() == 1
        assert kept(folder) == set()
        assert first + source.read() == b"x" * 500_000


def test_a_draft_that_a_killed_process_left_goes(folder):
    take(1)
    old, new = (folder / "001" / "1" / f"large-x.{n * 32}" for n in "ab")
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert keeping.trim() == 1
    assert (old.exists(), new.exists()) == (False, True)
    assert kept(folder) == {1}


def test_one_trims_at_a_time_and_a_killed_one_holds_nobody_up(folder, settings):
    take(1)
    settings.LOUPE_DELIVERIES_MIB = 0
    code = (
        "import fcntl, sys, time; f = open(sys.argv[1], 'ab'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); time.sleep(60)"
    )
    words = [sys.executable, "-c", code, str(folder / keeping.LOCK)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert keeping.trim() == 0
        other.kill()
    assert keeping.trim() == 1


def test_many_at_once_all_get_their_bytes(folder, settings, monkeypatch):
    """With no room at all each is trimmed as soon as it is there, its folder too."""
    settings.LOUPE_DELIVERIES_MIB = 0
    monkeypatch.setattr(keeping, "mounted", lambda: True)  # threads would look in a database

    def ask(start: int) -> None:
        for turn in range(40):
            number = (start + turn) % 5 + 1
            assert take(number, size=20_000) == bytes([number]) * 20_000

    with ThreadPoolExecutor(6) as pool:
        for _ in pool.map(ask, range(6)):
            pass
    keeping.trim()
    assert kept(folder) == set()


def test_nothing_is_trimmed_on_a_disk_that_is_not_ours(folder, settings):
    take(1)
    settings.LOUPE_DELIVERIES_MIB = 0
    (storage.root() / "loupe-storage.json").unlink()
    assert keeping.trim() == 0
    assert kept(folder) == {1}
