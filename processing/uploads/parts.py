"""The file of an upload while it is incomplete: one writer, synced, cut back to what was said.

The lock is the kernel's (flock) on the file itself: it ends with the process that holds it, however
that ends.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from dam import storage

POLL_SECONDS = 0.1


class Busy(Exception):
    """Another request holds the file."""


class Lost(Exception):
    """The file has fewer bytes than were acknowledged: the storage is not what it was."""


def path_of(pk: UUID) -> Path:
    return storage.incoming() / f"{pk.hex}{storage.PART}"


class Part:
    """An open, locked part."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def cut(self, size: int) -> None:
        """Drop what lies behind `size` and go on there. Raises Lost if there is less."""
        there = os.fstat(self._descriptor).st_size
        if there < size:
            raise Lost(f"{self.path.name} has {there} bytes of {size}")
        if there > size:
            os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)

    def write(self, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def sync(self) -> None:
        """Put on disk what was written, the file's name too."""
        os.fsync(self._descriptor)
        storage.sync_folder(self.path.parent)

    def read(self) -> Iterator[bytes]:
        """Yield the whole content, from the beginning."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while chunk := os.read(self._descriptor, storage.CHUNK):
            yield chunk

    @property
    def size(self) -> int:
        return os.fstat(self._descriptor).st_size


@contextlib.contextmanager
def held(
    path: Path,
    *,
    patience: float = 0.0,
    ask: Callable[[], object] = lambda: None,
    flags: int = os.O_RDWR | os.O_CREAT,
) -> Iterator[Part]:
    """Open a part for one holder; by default to write, and made where it is not there yet.

    Where somebody else has it, `ask` is called once, and then it waits up to `patience` seconds.
    Raises Busy.
    """
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(descriptor):
            ask()
            _wait(descriptor, patience)
        yield Part(path, descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        time.sleep(POLL_SECONDS)
        if _locked(descriptor):
            return
    raise Busy


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
