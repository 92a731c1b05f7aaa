"""Where a backup goes: a folder that grows with each backup, or one tar file."""

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from dam.backup.manifest import MANIFEST, Entry, Unusable
from dam.storage import StorageDamaged

BADGE = "loupe-backup.txt"
SNAPSHOTS = "snapshots"
PIECE = 1024 * 1024


class Target(Protocol):
    """A backup that is being made."""

    def lacks(self, entry: Entry) -> bool:
        """Whether a file is still to be copied."""

    def copy(self, entry: Entry, source: BinaryIO) -> None:
        """Copy a file. Raises StorageDamaged where it is not what its entry says."""

    def add(self, name: str, content: bytes | Path) -> None:
        """Add a file of the snapshot itself."""


class HashedReader(io.RawIOBase):
    """A stream that is hashed while it is read."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source, self.digest, self.count = source, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        self.count += len(piece)
        return piece

    def prove(self, entry: Entry) -> None:
        """Raise StorageDamaged unless what was read is the entry's."""
        if (self.digest.hexdigest(), self.count) != (entry.sha256, entry.size):
            raise StorageDamaged(f"{entry.key} is not what was stored.")


class FolderTarget:
    """A folder with one copy of each file, and a snapshot for each backup."""

    def __init__(self, folder: Path, snapshot: str) -> None:
        self._folder = folder
        self._snapshot = folder / SNAPSHOTS / snapshot
        self._snapshot.mkdir(parents=True)

    def lacks(self, entry: Entry) -> bool:
        path = self._folder / entry.key
        return not path.exists() or path.stat().st_size != entry.size

    def copy(self, entry: Entry, source: BinaryIO) -> None:
        path, reader = self._folder / entry.key, HashedReader(source)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _whole(path) as target:
            shutil.copyfileobj(reader, target, PIECE)
            reader.prove(entry)

    def add(self, name: str, content: bytes | Path) -> None:
        with _whole(self._snapshot / name) as target:
            os.fchmod(target.fileno(), 0o600)  # it has everybody's data in it
            if isinstance(content, bytes):
                target.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, target, PIECE)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole, and lasts, or not at all."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with draft.open("xb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class TarTarget:
    """One tar file, not compressed: pictures are already."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._archive = file, tarfile.open(fileobj=file, mode="w")  # noqa: SIM115

    def close(self) -> None:
        self._archive.close()

    def lacks(self, entry: Entry) -> bool:
        return True

    def copy(self, entry: Entry, source: BinaryIO) -> None:
        reader, start = HashedReader(source), self._archive.offset
        try:
            self._archive.addfile(_member(entry.key, entry.size), reader)
            reader.read(1)  # there should be no more
            reader.prove(entry)
        except (OSError, StorageDamaged) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            self._take_back(start)
            raise StorageDamaged(f"{entry.key} is not what was stored.") from error

    def _take_back(self, start: int) -> None:
        """Forget a member that turned out to be damaged while it was written."""
        self._file.seek(start)
        self._file.truncate()
        self._archive.offset = start

    def add(self, name: str, content: bytes | Path) -> None:
        if isinstance(content, bytes):
            self._archive.addfile(_member(name, len(content)), io.BytesIO(content))
            return
        with content.open("rb") as source:
            self._archive.addfile(_member(name, content.stat().st_size), source)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def opened(place: Path, snapshot: str, installation: str) -> Iterator[Target]:
    """Open a backup to be made: a new tar file where the name ends so, else a folder.

    A folder is used by one backup at a time, and by one installation: its renditions would be
    mistaken for another's. Raises Unusable for a folder with other things in it, and for a tar file
    that is there.
    """
    if place.suffix == ".tar":
        with _tar(place) as target:
            yield target
        return
    with _folder(place, installation):
        target = FolderTarget(place, snapshot)
        _forget_unfinished(place, snapshot)
        yield target


@contextmanager
def _tar(place: Path) -> Iterator[Target]:
    if place.exists():
        raise Unusable(f"{place} is there already: a tar file is written once.")
    place.parent.mkdir(parents=True, exist_ok=True)
    with _whole(place) as file:
        os.fchmod(file.fileno(), 0o600)
        with contextlib.closing(TarTarget(file)) as target:
            yield target


@contextmanager
def _folder(place: Path, installation: str) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    badge = place / BADGE
    if not badge.exists() and any(place.iterdir()):
        raise Unusable(f"{place} has other things in it: name a new folder, or one with backups.")
    with badge.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unusable(f"Another backup is just being written to {place}.") from error
        handle.seek(0)
        said = handle.read()
        if said and installation not in said:
            raise Unusable(f"{place} has the backups of another installation: name a new folder.")
        if not said:
            handle.write(f"Backups of Loupe {installation}. `manage.py restore` reads them.\n")
            handle.flush()
        yield


def _forget_unfinished(place: Path, but: str) -> None:
    """Remove snapshots that were interrupted: without a manifest they are of no use."""
    for folder in (place / SNAPSHOTS).iterdir():
        if folder.name != but and not (folder / MANIFEST).exists():
            shutil.rmtree(folder)
