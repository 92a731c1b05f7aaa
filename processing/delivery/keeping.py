"""Downloads that were made are kept for the next who asks, within bounds: those that nobody took
for long go, and the longest unused go first where all together are too large.

What is open is not taken away from its reader: only its name goes. Safe between processes and
through `kill -9`: one trims at a time, under a lock that the kernel drops with its process, and a
draft that was never finished goes an hour later.
"""

import contextlib
import fcntl
import os
import re
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from dam.storage import mounted, path_of
from dam.storage.places import room

FOLDER = "deliveries"
LOCK = ".lock"
DRAFT = re.compile(r".+\.[0-9a-f]{32}")
DRAFT_SECONDS = 3600.0
NOTED_SECONDS = 3600.0  # a use is written down at most this often
SLACK = 0.05  # of the bound: so much may be written by a process before it trims again
TRIES = 100  # each takes microseconds, and others may be trimming all the time
DAY = 24 * 3600.0


def opened(path: Path) -> BinaryIO:
    """Open a kept download and note that it is used. Raises FileNotFoundError."""
    source = path.open("rb")
    if time.time() - os.fstat(source.fileno()).st_mtime > NOTED_SECONDS:
        os.utime(source.fileno())
    return source


def placed(path: Path, data: bytes) -> BinaryIO:
    """Keep a new download; return it open: it may be trimmed again at once. Raises StorageFull."""
    draft = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with room(), _new(draft) as target:
            target.write(data)
        source = draft.open("rb")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _count(len(data))
    return source


def _new(draft: Path) -> BinaryIO:
    """Open a new file; a trim may take its folder away, while it is empty, and then again."""
    for _ in range(TRIES):
        # It may go between any two looks: also while `mkdir` looks whether it is there.
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            draft.parent.mkdir(parents=True, exist_ok=True)
            return draft.open("xb")
    raise FileNotFoundError(draft)


class _Written:
    """How much this process has written since it trimmed: much, when nothing is known."""

    lock = threading.Lock()
    bytes = float("inf")


def _count(size: int) -> None:
    """Trim when enough was written that the bound may be overstepped: as work, not at each file."""
    with _Written.lock:
        _Written.bytes += size
        if _Written.bytes <= SLACK * _bound():
            return
        _Written.bytes = 0
    trim()


def _bound() -> int:
    return settings.LOUPE_DELIVERIES_MIB * 1024**2


class _File(NamedTuple):
    used: float
    size: int
    path: Path


def trim() -> int:
    """Remove what is too old or too much, and abandoned drafts; return how many files went.

    Nothing where the media folder is away, or another process is just trimming.
    """
    folder = path_of(FOLDER)
    if not mounted() or not folder.is_dir():
        return 0
    with _alone(folder) as alone:
        return _trim(folder) if alone else 0


def _trim(folder: Path) -> int:
    now, kept, going = time.time(), list[_File](), list[_File]()
    for file in _files(folder):
        draft = DRAFT.fullmatch(file.path.name)
        if now - file.used > (DRAFT_SECONDS if draft else _longest()):
            going.append(file)
        elif not draft:  # else somebody is just writing it
            kept.append(file)
    excess = sum(file.size for file in kept) - _bound()
    for file in sorted(kept):
        if excess <= 0:
            break
        going.append(file)
        excess -= file.size
    for file in going:
        file.path.unlink(missing_ok=True)
    _remove_empty({file.path.parent for file in going})
    return len(going)


def _longest() -> float:
    return settings.LOUPE_DELIVERY_DAYS * DAY


def _files(folder: Path) -> Iterator[_File]:
    for above, _, names in os.walk(folder):
        for path in (Path(above, name) for name in names if name != LOCK):
            with contextlib.suppress(FileNotFoundError):  # another process may tidy its version
                facts = path.stat()
                yield _File(facts.st_mtime, facts.st_size, path)


def _remove_empty(folders: set[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # it is not empty, or was made anew: then it stays
            folder.rmdir()
            folder.parent.rmdir()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    with (folder / LOCK).open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
