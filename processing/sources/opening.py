"""Opening below a folder and never outside it: no step of the way may be a symbolic link.

Each folder is opened from the one above it (openat(2) with O_NOFOLLOW), so that nobody who can
write into a watched folder can exchange a part of the way for a link between look and opening.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import PurePosixPath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# O_NONBLOCK: opening a pipe that took a file's name must not wait for somebody to write into it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextlib.contextmanager
def folder(root: str, relative: str = "", *, make: bool = False) -> Iterator[int]:
    """Open the folder `relative` below `root` (a real path); yield its descriptor.

    With `make` what is missing on the way is made. Raises OSError, and ValueError for `..`.
    """
    here = os.open(root, _FOLDER)
    try:
        for part in PurePosixPath(relative).parts:
            if part in {"..", "/"}:
                raise ValueError(f"{relative!r} leads out of {root!r}")
            here = _step(here, part, make)
        yield here
    finally:
        os.close(here)


def _step(above: int, name: str, make: bool) -> int:
    """Exchange a folder's descriptor for that of the folder `name` in it."""
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=above)
    below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
    os.close(above)
    return below


def file(folder_descriptor: int, name: str) -> int:
    """Open a file of a folder for reading; return its descriptor. Raises OSError."""
    return os.open(name, _FILE, dir_fd=folder_descriptor)


def split(relative: str) -> tuple[str, str]:
    """Return (folder, name) of a path below a root."""
    above, _, name = relative.rpartition("/")
    return above, name
