"""How a file comes in: written to a draft, hashed and synced before anything is said of it."""

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from dam.storage.errors import TooLarge
from dam.storage.mark import require_mounted
from dam.storage.places import INCOMING, room, root

CHUNK = 1024 * 1024


@dataclass(slots=True)
class StoredFile:
    """A file that is complete and safely on disk, though not yet among the originals."""

    sha256: str
    size: int
    path: Path
    spare: bool = True  # ours to move; else its owner wants it untouched until all is done
    kept: bool = False  # whether `keep` has taken it


def incoming() -> Path:
    """Return the folder of files that are still arriving, on the same disk as the originals.

    Raises NotMounted where the media folder is not the one of this library.
    """
    require_mounted()
    folder = root() / INCOMING
    with room():
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def arriving(source: BinaryIO, *, max_bytes: int | None = None) -> Iterator[StoredFile]:
    """Write a stream to a draft, hashed and synced; the draft goes when the block ends.

    What is to be kept is kept with `keep` inside the block. Raises TooLarge, StorageFull and
    NotMounted.
    """
    draft = incoming() / uuid.uuid4().hex
    try:
        yield write_draft(source, draft, _limit(max_bytes))
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def arrived(path: Path, *, max_bytes: int | None = None) -> Iterator[StoredFile]:
    """Take a file that lies complete in `incoming()`: hashed and synced, without a second copy.

    It goes when the block ends well, `keep` has taken it, and the transaction around the block is
    committed. Otherwise it is left, so that its owner can try again. Raises TooLarge,
    NotMounted, and ValueError for a file from elsewhere.
    """
    path = path.resolve()
    if not path.is_relative_to(incoming().resolve()):
        raise ValueError(f"{path} is not among the arriving files")
    stored = _read(path, _limit(max_bytes))
    yield stored
    if stored.kept:
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _limit(max_bytes: int | None) -> int:
    return settings.LOUPE_MAX_UPLOAD_BYTES if max_bytes is None else max_bytes


def _hold_to(limit: int, size: int) -> None:
    if size > limit:
        raise TooLarge(f"The file is larger than {limit / 1024**2:,.0f} MiB.")


def write_draft(source: BinaryIO, draft: Path, limit: int) -> StoredFile:
    """Write a stream to a new file, hashed and synced. Raises TooLarge and StorageFull."""
    digest, size = hashlib.sha256(), 0
    with room(), draft.open("xb") as target:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            _hold_to(limit, size)
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return StoredFile(digest.hexdigest(), size, draft)


def _read(path: Path, limit: int) -> StoredFile:
    with room(), path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        _hold_to(limit, size)
        digest = hashlib.file_digest(source, "sha256")
        os.fsync(source.fileno())
    return StoredFile(digest.hexdigest(), size, path, spare=False)
