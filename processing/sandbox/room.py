"""The folder of one cell: the file that it opens is brought in, what it makes is taken out.

Landlock cannot be loosened again, so a cell that serves several calls sees one folder, and its
files come and go there. An original comes in as a hard link, which copies nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from processing.sandbox.endings import CRASHED, Crashed

_PREFIX = "sandbox-"
_MOST_FILES = 1_000
_PART = 1024**2
_STRANGE_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Room:
    """``given`` is read-only for the cell, ``made`` is where it writes."""

    folder: Path

    @property
    def given(self) -> Path:
        return self.folder / "given"

    @property
    def made(self) -> Path:
        return self.folder / "made"

    @property
    def stands(self) -> bool:
        """Whether it is still there: a disk may be unmounted under it."""
        return self.given.is_dir() and self.made.is_dir()

    def bring_in(self, path: Path) -> Path:
        """Show the cell a file; return where. Raises OSError where the file cannot be read."""
        place = self.given / "file"
        place.unlink(missing_ok=True)
        try:
            os.link(path.resolve(strict=True), place)
        except FileNotFoundError:
            raise
        except OSError:  # on another disk, or somebody else's
            shutil.copyfile(path, place)
        return place

    def take_out(self, target: Path, most: int) -> None:
        """Copy the plain files that the cell made to where they were wanted.

        Copied and not moved: a cell may still hold open what it made, and change it after we have
        looked at it. Raises Crashed for more than _MOST_FILES, for more than ``most`` bytes in all,
        and for a name that is taken.
        """
        with os.scandir(self.made) as found:
            plain = [one.name for one in found if one.is_file(follow_symlinks=False)]
        if len(plain) > _MOST_FILES:
            raise Crashed(CRASHED, detail=f"{len(plain)} files, {_MOST_FILES} are allowed")
        for name in plain:
            most -= _copied(self.made / name, target / name, most)

    def tidy(self) -> None:
        """Leave nothing of this call to the next."""
        (self.given / "file").unlink(missing_ok=True)
        with os.scandir(self.made) as found:
            left = list(found)
        for one in left:
            if one.is_dir(follow_symlinks=False):
                shutil.rmtree(one.path)
            else:
                Path(one.path).unlink(missing_ok=True)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _copied(source: Path, target: Path, most: int) -> int:
    """Copy a plain file of a cell that may be changing it; return its bytes. Raises Crashed."""
    done = 0
    try:
        made = os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError as error:
        raise Crashed(CRASHED, detail=f"a result cannot be read: {error}") from error
    with made, _new(target) as ours:
        if not stat.S_ISREG(os.fstat(made.fileno()).st_mode):
            raise Crashed(CRASHED, detail="a result is no plain file")
        while part := made.read(_PART):
            done += len(part)
            if done > most:
                raise Crashed(CRASHED, detail="more was made than is allowed")
            ours.write(part)
    return done


def _new(target: Path) -> BinaryIO:
    try:
        return target.open("xb")
    except FileExistsError as error:
        raise Crashed(CRASHED, detail="a result has the name of another file") from error


def open_room(base: Path | None) -> Room:
    """Make a room in ``base``, which should be on the disk of the originals."""
    mark = f"{_PREFIX}{_machine()}-{os.getpid()}-"
    room = Room(Path(tempfile.mkdtemp(prefix=mark, dir=base)).resolve())
    room.given.mkdir()
    room.made.mkdir()
    return room


def sweep(base: Path) -> int:
    """Remove the rooms of processes that are gone; return how many.

    Of this machine's processes that is known at once. Rooms of another one go when they were not
    used for a week: it shares the disk, or it was a container with another name. A cell whose room
    went while it was idle is not asked again, so that a living one loses nothing.
    """
    swept = 0
    for folder in base.glob(f"{_PREFIX}*-*"):
        if _is_of_the_dead(folder.name) or time.time() - _used(folder) > _STRANGE_SECONDS:
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
                swept += 1
    return swept


def _is_of_the_dead(name: str) -> bool:
    machine, _, rest = name.removeprefix(_PREFIX).partition("-")
    pid = rest.partition("-")[0]
    return machine == _machine() and pid.isdecimal() and not psutil.pid_exists(int(pid))


def _used(folder: Path) -> float:
    """Return when a file came into a room, or was made in it, for the last time."""
    moments = [time.time()]
    with contextlib.suppress(OSError):  # it is going in this moment
        moments = [path.stat().st_mtime for path in (folder, *folder.iterdir())]
    return max(moments)


def _machine() -> str:
    return socket.gethostname().replace("-", "_").replace("/", "_")
