"""Where files are: folders of the media folder, keys, and what makes a change of them last."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from dam.storage.errors import StorageFull

INCOMING = "incoming"
PART = ".part"  # the ending of a file that arrives in pieces: processing/uploads looks after it
NO_ROOM = {28, 122}  # ENOSPC, EDQUOT


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(key: str) -> Path:
    """Return where a key's file is. Raises ValueError for a key that leaves the storage."""
    base = root().resolve()
    path = (base / key).resolve()
    if not path.is_relative_to(base):
        raise ValueError(f"{key!r} is outside the storage")
    return path


@contextmanager
def room(folder: Path | None = None) -> Iterator[None]:
    """Tell a full disk apart from other failures. Raises StorageFull, which names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(f"There is no room left in {folder or root()}.") from error
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
