"""Files on disk: immutable originals named by their hash, and the renditions made from them.

An original is written to a temporary file, hashed on the way, synced, and linked to its final
name; its row comes after. A crash at any point leaves at most a file without a row, which
`manage.py doctor` reports.
"""

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from dam.models import Blob

CHUNK = 1024 * 1024
INCOMING = "incoming"


class TooLarge(Exception):
    """More bytes than are allowed; the message says how many."""


class StorageFull(Exception):
    """The disk has no room for the file; the message says where."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An original that is safely on disk."""

    sha256: str
    size: int
    path: Path


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(key: str) -> Path:
    """Return where a key's file is. Raises ValueError for a key that leaves the storage."""
    base = root().resolve()
    path = (base / key).resolve()
    if not path.is_relative_to(base):
        raise ValueError(f"{key!r} is outside the storage")
    return path


def incoming() -> Path:
    """Return the folder of files that are still arriving, on the same disk as the originals."""
    folder = root() / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def arriving(source: BinaryIO, *, max_bytes: int | None = None) -> Iterator[StoredFile]:
    """Write a stream to a temporary file, hashed and synced; the file goes when the block ends.

    What is to be kept is kept with `keep` inside the block. Raises TooLarge and StorageFull.
    """
    limit = settings.LOUPE_MAX_UPLOAD_BYTES if max_bytes is None else max_bytes
    draft = incoming() / uuid.uuid4().hex
    try:
        yield _write(source, draft, limit)
    finally:
        draft.unlink(missing_ok=True)


def _write(source: BinaryIO, draft: Path, limit: int) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("xb") as target:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"The file is larger than {limit / 1024**2:,.0f} MiB.")
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        if error.errno in {28, 122}:  # ENOSPC, EDQUOT
            raise StorageFull(f"There is no room left in {root()}.") from error
        raise
    return StoredFile(digest.hexdigest(), size, draft)


def keep(stored: StoredFile) -> Blob:
    """Move an arriving file to its place among the originals, then make its row.

    Safe to call twice and at once for the same bytes: there is one file and one row.
    """
    blob = Blob(sha256=stored.sha256, size=stored.size)
    final = path_of(blob.key)
    if not final.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # another process was first with these bytes
            os.link(stored.path, final)
        final.chmod(0o444)
    # Also where another process was first: it may not have come to this yet. The folders above may
    # be as new as the file, and a row must never be safer on disk than what it names.
    for folder in list(final.parents)[:3]:
        _sync_folder(folder)
    return Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size": stored.size})[0]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def original_path(blob: Blob) -> Path:
    return path_of(blob.key)


def rendition_key(version_id: int, digest: str, extension: str) -> str:
    """Return the key of a rendition: spread over folders by version, named by its recipe."""
    return f"renditions/{version_id % 1000:03d}/{version_id}/{digest[:20]}{extension}"


def place_rendition(source: Path, key: str) -> None:
    """Move a finished rendition to its key, replacing what an earlier try left there."""
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != 18:  # EXDEV: made on another disk
            raise
        draft = target.with_suffix(f".{uuid.uuid4().hex}")
        shutil.copyfile(source, draft)
        draft.replace(target)
