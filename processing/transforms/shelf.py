"""Files that can be made again, kept within a bound: the longest unused go first.

Safe between threads and processes and through `kill -9`: a file appears whole or not at all, one
process trims at a time, under a lock that the kernel drops with it. A file's time of change says
when it was last used, so nothing else needs to be kept in step. Trimming reads the whole folder:
it is done when a twentieth of the bound was written since, so that its cost for each file written
does not grow with their number.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import struct
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

_DRAFT = re.compile(r".+\.[0-9a-f]{32}\.draft")
_DRAFT_SECONDS = 3600.0
_NOTED_SECONDS = 60.0  # a use is written down at most this often
_SLACK = 0.05
_BLOCK = 4096  # what a small file takes of a disk
_SEAL = struct.Struct("<II")  # length and CRC-32: what a power cut left unfinished is not served


class _File(NamedTuple):
    used: float
    size: int
    path: str


class Shelf:
    """A folder of files by name. ``most`` says how many bytes it may hold, asked at each trim."""

    def __init__(self, folder: Path, most: Callable[[], int]) -> None:
        self.folder = folder
        self.most = most
        self._lock = threading.Lock()
        self._written = float("inf")  # much, while nothing is known: an early trim counts

    def path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def used(self, name: str) -> Path | None:
        """The path of a file that is there, noting its use; None where it is not."""
        path = self.path(name)
        try:
            if time.time() - path.stat().st_mtime > _NOTED_SECONDS:
                os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def read(self, name: str) -> bytes | None:
        """What `keep` wrote; None where there is none, or it is damaged: then it is removed."""
        path = self.path(name)
        try:
            with open(path, "rb", buffering=0) as source:
                sealed = source.readall()
                if time.time() - os.fstat(source.fileno()).st_mtime > _NOTED_SECONDS:
                    os.utime(source.fileno())
        except FileNotFoundError:
            return None
        data = sealed[: -_SEAL.size]
        if len(sealed) > _SEAL.size and sealed[-_SEAL.size :] == _sealed(data):
            return data
        path.unlink(missing_ok=True)
        return None

    def keep(self, name: str, data: bytes) -> None:
        """Keep bytes for `read`. Raises OSError where there is no room."""
        with self.draft(name) as draft:
            draft.write_bytes(data + _sealed(data))

    @contextlib.contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """Lend a path to write to; when the block ends well, what is there gets its name."""
        target = self.path(name)
        draft = target.with_name(f"{name}.{uuid.uuid4().hex}.draft")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield draft
            size = draft.stat().st_size
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        self._count(size)

    def _count(self, size: int) -> None:
        with self._lock:
            self._written += max(size, _BLOCK)
            if self._written <= _SLACK * self.most():
                return
            self._written = 0
        self.trim()

    def trim(self) -> int:
        """Remove the longest unused beyond the bound, and drafts left behind; return how many.

        Nothing where another process is just doing it.
        """
        if not self.folder.is_dir():
            return 0
        with (self.folder / ".lock").open("ab") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            return self._trim()

    def _trim(self) -> int:
        now, kept, going = time.time(), list[_File](), list[_File]()
        for file in self._files():
            if not _DRAFT.fullmatch(os.path.basename(file.path)):
                kept.append(file)
            elif now - file.used > _DRAFT_SECONDS:
                going.append(file)
        excess = sum(file.size for file in kept) - self.most() * (1 - _SLACK)
        for file in sorted(kept):
            if excess <= 0:
                break
            going.append(file)
            excess -= file.size
        for file in going:
            Path(file.path).unlink(missing_ok=True)
        return len(going)

    def _files(self) -> Iterator[_File]:
        with os.scandir(self.folder) as shelves:
            folders = [one.path for one in shelves if one.is_dir()]
        for folder in folders:
            with os.scandir(folder) as files:
                for file in files:
                    with contextlib.suppress(FileNotFoundError):  # just read and found damaged
                        facts = file.stat()
                        yield _File(facts.st_mtime, max(facts.st_size, _BLOCK), file.path)


def _sealed(data: bytes) -> bytes:
    return _SEAL.pack(len(data), zlib.crc32(data))
