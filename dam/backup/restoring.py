"""Restoring a backup into an empty home: files first, each proved; the database last.

A restore that is interrupted leaves no database, and calling it again goes on.
"""

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management import call_command

from dam import environment as env
from dam import storage
from dam.backup import database
from dam.backup.making import is_original
from dam.backup.manifest import (
    DATABASE,
    FILES,
    MANIFEST,
    SECRET_KEY,
    Entry,
    Manifest,
    Unusable,
    read_entries,
)
from dam.backup.sources import Source
from dam.backup.targets import PIECE
from dam.command import OURS, written_migrations
from dam.models import Blob
from dam.storage.arriving import write_draft
from dam.storage.mark import mark, mark_of
from dam.storage.originals import places

Told = Callable[[int, int], None]


@dataclass(slots=True)
class Restored:
    """What became of a restore, or of a look at a backup."""

    snapshot: str
    created_at: str
    originals: int = 0
    renditions: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)  # originals that are missing or damaged
    to_make: int = 0  # renditions that are to be made again


def read_manifest(source: Source) -> Manifest:
    """Return what a backup says of itself. Raises Unusable where we cannot use it."""
    with source.part(MANIFEST) as file:
        manifest = Manifest.of_text(file.read().decode("utf-8", "replace"))
    unknown = {tuple(one) for one in manifest.migrations} - written_migrations()
    ours = sorted(f"{app}.{name}" for app, name in unknown if app in OURS)
    if ours:
        raise Unusable(f"This backup was made by a newer Loupe, with {', '.join(ours)}.")
    return manifest


def check(source: Source, told: Told = lambda done, count: None) -> Restored:
    """Read all of a backup and compare it with its hashes. Nothing is written."""
    manifest = read_manifest(source)
    with tempfile.TemporaryDirectory(dir=settings.LOUPE_HOME) as folder:
        _dump(source, manifest, Path(folder))
    result = Restored(source.name, manifest.created_at, problems=list(manifest.problems))
    entries = _entries(source, manifest)
    for done, entry in enumerate(entries):
        told(done, len(entries))
        file = source.file(entry.key)
        if file is None:
            _miss(entry, "is not in the backup", result)
            continue
        with file:
            digest = _hash(file)
        if digest == entry.sha256:
            _count(entry, result)
        else:
            _miss(entry, "is damaged in the backup", result)
    return result


def restore(source: Source, told: Told = lambda done, count: None) -> Restored:
    """Restore a backup into this home, which must be empty.

    Raises Unusable where it is not, or the backup is not whole, and what the storage raises.
    """
    manifest = read_manifest(source)
    entries = _entries(source, manifest)
    database.require_empty()
    _require_no_other_files(entries, manifest)
    result = Restored(source.name, manifest.created_at)
    with tempfile.TemporaryDirectory(dir=settings.LOUPE_HOME, prefix="restore-") as folder:
        dump = _dump(source, manifest, Path(folder))
        for place in places():
            place.write_mark(mark_of(manifest.installation))
        for done, entry in enumerate(entries):
            told(done, len(entries))
            _restore_file(entry, source, result)
        database.restore(dump)
    _restore_key(source, manifest)
    call_command("migrate", verbosity=0)
    for place in places():
        mark(place)
    return result


def _entries(source: Source, manifest: Manifest) -> list[Entry]:
    with source.part(FILES) as file:
        text = file.read()
    if hashlib.sha256(text).hexdigest() != manifest.files_sha256:
        raise Unusable("The backup's list of files is damaged.")
    return list(read_entries(text.decode()))


def _dump(source: Source, manifest: Manifest, folder: Path) -> Path:
    """Copy the dump to a file, proved. Raises Unusable."""
    path = folder / DATABASE
    with source.part(DATABASE) as file, path.open("xb") as target:
        shutil.copyfileobj(file, target, PIECE)
    with path.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != manifest.database_sha256:
            raise Unusable("The backup's copy of the database is damaged.")
    return path


def _require_no_other_files(entries: list[Entry], manifest: Manifest) -> None:
    """Refuse a storage with originals that are not of this backup, or another library's mark."""
    known = {entry.sha256 for entry in entries}
    for place in places():
        text = place.read_mark()
        if text is not None and text != mark_of(manifest.installation):
            raise Unusable(f"{place.where} belongs to another installation: choose an empty one.")
    for kept in storage.backend().files():
        if kept.name not in known:
            raise Unusable(
                f"{storage.backend().where} holds originals that are not of this backup."
            )


def _restore_file(entry: Entry, source: Source, result: Restored) -> None:
    place = storage.backend()
    if is_original(entry) and place.size(entry.key) == entry.size:
        _count(entry, result)  # an interrupted restore has brought it
        return
    file = source.file(entry.key)
    if file is None:
        _miss(entry, "is not in the backup", result)
        return
    with file, Staged(file) as stored:
        if stored.sha256 != entry.sha256:
            _miss(entry, "is damaged in the backup", result)
        elif is_original(entry):
            place.put(stored, Blob(sha256=entry.sha256, size=entry.size).key)
            _count(entry, result)
        else:
            path = storage.path_of(entry.key)
            path.parent.mkdir(parents=True, exist_ok=True)
            stored.path.replace(path)
            _count(entry, result)


def _hash(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


class Staged:
    """A draft of a file that is being restored, hashed; it goes when the block ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._path = storage.root() / storage.INCOMING / uuid.uuid4().hex

    def __enter__(self) -> storage.StoredFile:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return write_draft(self._file, self._path, limit=2**63)

    def __exit__(self, *error: object) -> None:
        self._path.unlink(missing_ok=True)


def _count(entry: Entry, result: Restored) -> None:
    result.originals += is_original(entry)
    result.renditions += not is_original(entry)
    result.bytes += entry.size


def _miss(entry: Entry, how: str, result: Restored) -> None:
    if is_original(entry):
        result.problems.append(f"The original {entry.sha256} {how}.")
    else:
        result.to_make += 1


def _restore_key(source: Source, manifest: Manifest) -> None:
    """Put the key back that signs sessions, unless the environment gives one."""
    if not manifest.secret_key or env.text("LOUPE_SECRET_KEY"):
        return
    with source.part(SECRET_KEY) as file:
        key = file.read()
    draft = settings.LOUPE_HOME / f".secret_key.{uuid.uuid4().hex[:8]}"
    draft.touch(mode=0o600)
    draft.write_bytes(key)
    draft.replace(settings.LOUPE_HOME / "secret_key")
