"""Habits of the whole repository: nothing of one machine in it, and no file too long to read."""

import re

import pytest

from tests.docs.reading import files, shown

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "unpkg" + ".com",
    "jsdelivr" + ".net",
    "deb." + "debian.org",
    "security." + "debian.org",
    "download." + "pytorch.org",
    "proxy." + "golang.org",
    "crates" + ".io",
]
PLACES = ["../" + "shared", "/wo" + "rk/", "/ro" + "ot/", "/Us" + "ers/", "/tmp/" + "plan"]
LONGEST = 400


def _texts() -> list[tuple[str, str]]:
    """Every text file that is our own writing, with its name."""
    found = []
    for path in files():
        if "vendor" in path.parts:
            continue
        try:
            found.append((shown(path), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture
    return found


@pytest.mark.parametrize("host", HOSTS)
def test_no_file_names_a_package_registry(host: str):
    assert [name for name, text in _texts() if host in text.lower()] == []


@pytest.mark.parametrize("place", PLACES)
def test_no_file_names_a_place_of_one_machine(place: str):
    # Not inside a longer path, such as a URL's.
    alone = re.compile(rf"(?<![\w.]){re.escape(place)}")
    named = {name for name, text in _texts() if alone.search(text)}
    # CI may look for the optional pictures beside its clone; everything else does without.
    assert named - {".ci/run"} == set()


def test_no_python_file_is_too_long_to_read():
    long = {}
    for path in files(".py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST and "migrations" not in path.parts:
            long[shown(path)] = lines
    assert long == {}
