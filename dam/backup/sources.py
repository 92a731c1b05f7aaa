"""Where a backup is read from: a snapshot in a folder, or a tar file."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from dam.backup.manifest import MANIFEST, Unusable
from dam.backup.targets import SNAPSHOTS


class Source(Protocol):
    """A backup that is being read."""

    name: str

    def part(self, name: str) -> BinaryIO:
        """Open a file of the snapshot itself. Raises Unusable where it is missing."""

    def file(self, key: str) -> BinaryIO | None:
        """Open a file of the library; None where the backup does not have it."""


class FolderSource:
    """A snapshot of a folder of backups."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self.name = folder, name

    def part(self, name: str) -> BinaryIO:
        path = self._folder / SNAPSHOTS / self.name / name
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            raise Unusable(f"The backup is not whole: {path} is missing.") from error

    def file(self, key: str) -> BinaryIO | None:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise Unusable(f"The backup names a file outside of itself: {key!r}.")
        return path.open("rb") if path.is_file() else None


class TarSource:
    """A backup in one tar file."""

    def __init__(self, archive: tarfile.TarFile, name: str) -> None:
        self._archive, self.name = archive, name
        self._members = {member.name: member for member in archive if member.isfile()}

    def part(self, name: str) -> BinaryIO:
        found = self.file(name)
        if found is None:
            raise Unusable(f"The backup is not whole: {name} is missing.")
        return found

    def file(self, key: str) -> BinaryIO | None:
        member = self._members.get(key)
        return None if member is None else self._archive.extractfile(member)  # type: ignore[return-value]


@contextmanager
def opened(place: Path, snapshot: str = "") -> Iterator[Source]:
    """Open a backup: a tar file, or the newest snapshot of a folder, or the one that is named.

    Raises Unusable for what is no backup.
    """
    if place.is_file():
        try:
            with tarfile.open(place, "r:") as archive:
                yield TarSource(archive, place.name)
        except tarfile.TarError as error:
            raise Unusable(f"{place} is no backup that can be read ({error}).") from error
        return
    names = snapshots(place)
    if not names:
        raise Unusable(f"There is no backup in {place}.")
    if snapshot and snapshot not in names:
        raise Unusable(f"There is no snapshot {snapshot!r} in {place}: {', '.join(names)}.")
    yield FolderSource(place, snapshot or names[-1])


def snapshots(place: Path) -> list[str]:
    """Return the names of the whole snapshots of a folder, oldest first."""
    folder = place / SNAPSHOTS
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if (one / MANIFEST).is_file())
