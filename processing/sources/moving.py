"""Putting a file away: into another folder, under a free name, without overwriting anything.

A hard link takes the new name or fails, atomically; then the old name goes. A crash in between
leaves both names of one file, and the next try sees that and goes on. Where there are no hard
links, an empty file reserves the name; across file systems the bytes are copied and synced first.
"""

import contextlib
import errno
import os
import shutil
import uuid
from dataclasses import dataclass

from processing.sources.looks import is_regular
from processing.sources.names import numbered

ATTEMPTS = 50
CHUNK = 1024 * 1024
NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in an open folder."""

    folder: int
    name: str

    def stat(self) -> os.stat_result | None:
        try:
            return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def remove(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.name, dir_fd=self.folder)


def move(source: Spot, folder: int, name: str) -> Spot:
    """Move a file into a folder under its name or the first free numbered one; return where.

    Raises OSError where it cannot be moved: then it is where it was.
    """
    target = place(source, folder, name)
    source.remove()
    return target


def place(source: Spot, folder: int, name: str) -> Spot:
    """Make the file appear in a folder as well, under a free name; return where."""
    for number in range(1, ATTEMPTS + 1):
        target = Spot(folder, numbered(name, number))
        if _try(source, target):
            return target
    stem, dot, ending = name.rpartition(".")
    unique = f" {uuid.uuid4().hex[:12]}"
    target = Spot(folder, f"{(stem or ending)[:100]}{unique}{dot if stem else ''}{ending[:20]}")
    if not _try(source, target):
        raise FileExistsError(errno.EEXIST, "no free name", target.name)
    return target


def _try(source: Spot, target: Spot) -> bool:
    """Give the file this name too; return False where another file has it."""
    try:
        os.link(
            source.name,
            target.name,
            src_dir_fd=source.folder,
            dst_dir_fd=target.folder,
            follow_symlinks=False,
        )
    except FileExistsError:
        return _are_one(source, target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return _copy(source, target)
        if error.errno in NO_LINKS:
            return _rename(source, target)
        raise
    return True


def _are_one(source: Spot, target: Spot) -> bool:
    """Whether both names are of one file: an earlier try was interrupted."""
    here, there = source.stat(), target.stat()
    return bool(here and there and os.path.samestat(here, there))


def _rename(source: Spot, target: Spot) -> bool:
    try:
        os.close(os.open(target.name, _NEW, 0o600, dir_fd=target.folder))
    except FileExistsError:
        return False
    try:
        os.replace(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)
    except OSError:
        target.remove()
        raise
    return True


def _copy(source: Spot, target: Spot) -> bool:
    if target.stat() is not None:
        return _are_alike(source, target)
    draft = Spot(target.folder, f".{uuid.uuid4().hex}.part")
    try:
        _copy_bytes(source, draft)
        return _rename(draft, target)
    finally:
        draft.remove()


def _are_alike(source: Spot, target: Spot) -> bool:
    """Whether both have the same bytes: an earlier move was interrupted after the copy."""
    here, there = source.stat(), target.stat()
    if not here or not there or here.st_size != there.st_size or not is_regular(there):
        return False
    with open(_reading(source), "rb") as one, open(_reading(target), "rb") as other:
        while chunk := one.read(CHUNK):
            if other.read(CHUNK) != chunk:
                return False
    return True


def _reading(spot: Spot) -> int:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(spot.name, flags, dir_fd=spot.folder)


def _copy_bytes(source: Spot, draft: Spot) -> None:
    with open(_reading(source), "rb") as old:
        found = os.fstat(old.fileno())
        writing = os.open(draft.name, _NEW, 0o600, dir_fd=draft.folder)
        with open(writing, "wb") as new:
            shutil.copyfileobj(old, new, CHUNK)
            new.flush()
            os.fchmod(writing, found.st_mode & 0o666)
            os.utime(writing, ns=(found.st_atime_ns, found.st_mtime_ns))
            os.fsync(writing)


def write_beside(target: Spot, name: str, text: str) -> None:
    """Write a small text next to a file that was put away, replacing an earlier one of ours."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, 0o644, dir_fd=target.folder), "w", encoding="utf-8") as file:
        file.write(text)
