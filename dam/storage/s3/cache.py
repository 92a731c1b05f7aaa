"""Copies of originals on this machine, for what must read a file and not a stream.

Bounded, the longest unused go first. Safe between processes: whoever reads a copy holds a shared
lock on it, which the kernel drops when the process ends, and only a copy that nobody holds is
removed. Each copy is hashed when it is fetched and again each time it is handed out.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from dam.models import Blob
from dam.storage.places import room

ABANDONED_SECONDS = 6 * 3600.0
PIECE = 1024 * 1024
Opened = Callable[[Blob], BinaryIO]  # a stream that fails unless it is the blob's bytes


class ReadCache:
    """A folder of copies, of `most` bytes together."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most

    @contextlib.contextmanager
    def copy(self, blob: Blob, opened: Opened) -> Iterator[Path]:
        """Give a local copy of a blob, fetched with `opened` where there is none.

        What is larger than the cache is fetched for this once. Raises StorageFull, and what
        `opened` raises.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            path = self.folder / blob.sha256
            if blob.size > self.most:
                path = self._draft()
                held.callback(path.unlink, missing_ok=True)
                held.enter_context(_fetch(blob, opened, path))
            else:
                held.enter_context(self._held(blob, opened, path))
            yield path

    def _held(self, blob: Blob, opened: Opened, path: Path) -> BinaryIO:
        """Return the open and locked copy; the lock ends when it is closed."""
        handle = _good(path, blob)
        if handle is None:
            with self._alone(blob.sha256[:2]):  # one fetches, the others wait and find it
                handle = _good(path, blob) or self._fetched(blob, opened, path)
        os.utime(path)
        return handle

    def _fetched(self, blob: Blob, opened: Opened, path: Path) -> BinaryIO:
        self.make_room(blob.size)
        draft = self._draft()
        try:
            handle = _fetch(blob, opened, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return handle

    def make_room(self, wanted: int) -> None:
        """Remove what was used longest ago, and what killed processes left, for `wanted` bytes."""
        with self._alone("room"):
            kept = []
            for path in self.folder.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    kept.append((path.stat().st_mtime, path.stat().st_size, path))
            copies = sorted(row for row in kept if not row[2].name.startswith("."))
            drafts = [path for used, _, path in kept if _is_abandoned(path, used)]
            excess = sum(size for _, size, _ in copies) + wanted - self.most
            for path in drafts:
                _remove_unless_held(path)
            for _, size, path in copies:
                if excess <= 0:
                    break
                if _remove_unless_held(path):
                    excess -= size

    def _draft(self) -> Path:
        return self.folder / f".{uuid.uuid4().hex}"

    @contextlib.contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self.folder / f".lock-{name}").open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _is_abandoned(path: Path, used: float) -> bool:
    is_draft = path.name.startswith(".") and not path.name.startswith(".lock-")
    return is_draft and time.time() - used > ABANDONED_SECONDS


def _fetch(blob: Blob, opened: Opened, path: Path) -> BinaryIO:
    """Fetch a copy to a new file; return it open and locked, so that nobody removes it."""
    with room(path.parent), opened(blob) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target, PIECE)
        os.fchmod(target.fileno(), 0o444)
    handle = path.open("rb")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _good(path: Path, blob: Blob) -> BinaryIO | None:
    """Return a copy that is there, locked and right; None where there is none."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return None
    fcntl.flock(handle, fcntl.LOCK_SH)
    if _is_still(handle, path):
        if hashlib.file_digest(handle, "sha256").hexdigest() == blob.sha256:
            return handle
        path.unlink(missing_ok=True)  # this disk has spoilt the copy: it is fetched again
    handle.close()
    return None


def _is_still(handle: BinaryIO, path: Path) -> bool:
    """Whether a name still leads to an open file: it may have been removed before the lock."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    return False


def _remove_unless_held(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        path.unlink(missing_ok=True)
    return True
