"""Kept files: whole or not at all, within their bound whatever is asked, oldest use first."""

import os
import time

from processing.transforms.shelf import Shelf

KIB = 1024


def size_of(shelf: Shelf) -> int:
    return sum(path.stat().st_size for path in shelf.folder.rglob("*") if path.is_file())


def name(number: int) -> str:
    return f"{number % 256:02x}{number:060x}"


def test_five_thousand_distinct_pictures_stay_within_the_bound(tmp_path):
    bound = 2000 * KIB
    shelf = Shelf(tmp_path / "s", lambda: bound)
    trims = []
    trim = shelf.trim
    shelf.trim = lambda: trims.append(1) or trim()
    for number in range(5_000):
        shelf.keep(name(number), b"x" * 5_000)
        if number % 500 == 0:
            assert size_of(shelf) <= bound
    assert size_of(shelf) <= bound
    assert len(trims) <= 5_000 * 5_008 / (bound * 0.05) + 2  # not at each file
    assert shelf.read(name(4_999)) == b"x" * 5_000


def test_the_longest_unused_go_first(tmp_path):
    bound = [1000 * KIB]
    shelf = Shelf(tmp_path / "s", lambda: bound[0])
    for number in range(4):
        shelf.keep(name(number), b"y" * 100 * KIB)
        old = time.time() - 1_000 + number
        os.utime(shelf.path(name(number)), (old, old))
    assert shelf.read(name(0))  # used now
    bound[0] = 250 * KIB
    shelf.trim()
    assert shelf.read(name(0))
    assert [shelf.read(name(number)) is not None for number in (1, 2)] == [False, False]


def test_what_was_cut_short_is_not_served(tmp_path):
    shelf = Shelf(tmp_path / "s", lambda: 10**9)
    for cut in (0, 1, 7, 8, 500, 1_000):
        shelf.keep("ab" * 32, os.urandom(1_000))
        path = shelf.path("ab" * 32)
        path.write_bytes(path.read_bytes()[:cut])
        assert shelf.read("ab" * 32) is None
        assert not path.exists()


def test_a_changed_byte_is_noticed(tmp_path):
    shelf = Shelf(tmp_path / "s", lambda: 10**9)
    shelf.keep("ab" * 32, b"z" * 1_000)
    path = shelf.path("ab" * 32)
    path.write_bytes(b"a" + path.read_bytes()[1:])
    assert shelf.read("ab" * 32) is None


def test_drafts_of_who_died_go_after_an_hour(tmp_path):
    shelf = Shelf(tmp_path / "s", lambda: 10**9)
    shelf.keep("ab" * 32, b"z")
    young = shelf.path("ab" * 32).with_name(f"x.{'0' * 32}.draft")
    old = young.with_name(f"x.{'1' * 32}.draft")
    for draft in (young, old):
        draft.write_bytes(b"half")
    past = time.time() - 4_000
    os.utime(old, (past, past))
    assert shelf.trim() == 1
    assert young.exists()
    assert not old.exists()


def test_what_fails_leaves_nothing(tmp_path):
    shelf = Shelf(tmp_path / "s", lambda: 10**9)
    try:
        with shelf.draft("ab" * 32) as draft:
            draft.write_bytes(b"half")
            raise KeyError
    except KeyError:
        pass
    assert [path for path in shelf.folder.rglob("*") if path.is_file()] == []
