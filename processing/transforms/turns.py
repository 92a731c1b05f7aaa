"""Who works now, over all processes: locks on files, which the kernel drops with their process."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from processing.transforms.errors import Busy

BUSY = "As many pictures are being made as may be at once. Try again in a moment."
_LOOK_SECONDS = 0.01
_STRIPES = 1024


@contextlib.contextmanager
def alone(folder: Path, name: str, until: float) -> Iterator[None]:
    """Be the only one, of all threads and processes, that does what ``name`` stands for.

    Raises Busy where that is not so by ``until`` (of `time.monotonic`). Names share locks.
    """
    stripe = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % _STRIPES
    with _file(folder / f"one-{stripe}") as handle:
        while not _locked(handle):
            _wait(until)
        yield


@contextlib.contextmanager
def turn(folder: Path, count: int, until: float) -> Iterator[None]:
    """Be one of ``count``. Raises Busy where there is no place by ``until``."""
    with contextlib.ExitStack() as stack:
        places = [stack.enter_context(_file(folder / f"turn-{n}")) for n in range(count)]
        while not any(_locked(place) for place in places):
            _wait(until)
        yield


def _wait(until: float) -> None:
    if time.monotonic() >= until:
        raise Busy(BUSY)
    time.sleep(_LOOK_SECONDS)


def _file(path: Path) -> BinaryIO:
    try:
        return path.open("ab")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")


def _locked(handle: BinaryIO) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Door:
    """How many threads of this process may be busy with pictures; no one waits for it."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)

    @contextlib.contextmanager
    def passed(self) -> Iterator[None]:
        """Raises Busy where too many are inside."""
        if not self._places.acquire(blocking=False):
            raise Busy(BUSY)
        try:
            yield
        finally:
            self._places.release()
