"""Originals in the media folder, on a disk of this machine or one that is mounted."""

import contextlib
import errno
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dam.models import Blob
from dam.storage.arriving import StoredFile
from dam.storage.backend import Kept, Unfinished
from dam.storage.errors import StorageError, StorageMissing
from dam.storage.mark import MediaFolder, require
from dam.storage.places import path_of, room, root, sync_folder

ORIGINALS = "originals"
DRAFT = re.compile(r"\.[0-9a-f]{32}")
# What file systems without hard links, or with none to spare, answer to link().
NO_LINKS = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EXDEV,
    errno.EMLINK,
}


class LocalOriginals(MediaFolder):
    """Originals as files, each below two folders named by its first four hexadecimal digits."""

    def put(self, stored: StoredFile, key: str, *, known: bool = False, anew: bool = False) -> bool:
        final = path_of(key)
        there = final.stat().st_size if final.exists() else None
        wanted = anew or there != stored.size
        if wanted:
            with room():
                final.parent.mkdir(parents=True, exist_ok=True)
                _place(stored, final, anew=there is not None)
        # Also where another process was first: it may not have come to this yet. The folders above
        # may be as new as the file, and a row must never be safer on disk than what it names.
        for folder in list(final.parents)[:3]:
            sync_folder(folder)
        return wanted

    @contextlib.contextmanager
    def local(self, blob: Blob) -> Iterator[Path]:
        path = path_of(blob.key)
        if not path.is_file():
            raise self._missing(blob)
        yield path

    def stream(self, blob: Blob) -> BinaryIO:
        try:
            return path_of(blob.key).open("rb")
        except FileNotFoundError as error:
            raise self._missing(blob) from error

    def _missing(self, blob: Blob) -> StorageError:
        require(self)
        return StorageMissing(f"The original {blob} is missing from {self.where}.")

    def files(self) -> Iterator[Kept]:
        for path in (root() / ORIGINALS).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                facts = path.stat()
                yield Kept(path.name, facts.st_size, facts.st_mtime)

    def unfinished(self, older_than: float) -> Iterator[Unfinished]:
        """Yield copies that were begun beside their final name: see `_copy`."""
        if self.read_mark() is None:
            return
        for folder, _, names in os.walk(root() / ORIGINALS):
            for path in (Path(folder, name) for name in names if DRAFT.fullmatch(name)):
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > older_than:
                        yield Unfinished(str(path.relative_to(root())), "")

    def give_up(self, upload: Unfinished) -> None:
        path_of(upload.key).unlink(missing_ok=True)


def _place(stored: StoredFile, final: Path, *, anew: bool) -> None:
    """Let a file appear under its final name, whole at once.

    A hard link leaves the draft where it is until all is done. Where there are none, a draft of
    ours is renamed, and somebody else's is copied first: the name appears whole then too.
    """
    try:
        if not anew:
            _link(stored.path, final)
            return
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if stored.spare and _renamed(stored.path, final):
            return
    _copy(stored.path, final)


def _link(draft: Path, final: Path) -> None:
    with contextlib.suppress(FileExistsError):  # another process was first with these bytes
        os.link(draft, final)
    _protect(final)


def _renamed(draft: Path, final: Path) -> bool:
    """Rename a draft; what another process has put there meanwhile has the same bytes."""
    try:
        draft.replace(final)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    _protect(final)
    return True


def _copy(draft: Path, final: Path) -> None:
    copy = final.with_name(f".{uuid.uuid4().hex}")
    try:
        with draft.open("rb") as source, copy.open("xb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
        copy.replace(final)
    finally:
        copy.unlink(missing_ok=True)
    _protect(final)


def _protect(path: Path) -> None:
    # Some mounted file systems know no modes: the original is as safe without, only less guarded.
    with contextlib.suppress(PermissionError):
        path.chmod(0o444)
