"""Making a backup: the database of one moment, then the files that it speaks of."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from dam import environment as env
from dam import storage
from dam.backup import database
from dam.backup.manifest import (
    DATABASE,
    FILES,
    MANIFEST,
    SECRET_KEY,
    Entry,
    Manifest,
    write_entries,
)
from dam.backup.targets import Target, opened
from dam.models import Blob, Rendition
from dam.storage import NotMounted, StorageDamaged, StorageMissing
from dam.storage.mark import installation


@dataclass(slots=True)
class Backup:
    """What became of a backup."""

    snapshot: str
    originals: int = 0
    renditions: int = 0
    copied: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)


def make(
    place: Path,
    *,
    with_renditions: bool = True,
    with_secret_key: bool = True,
    told: Callable[[int, int], None] = lambda done, count: None,
) -> Backup:
    """Make a backup in a folder or tar file; `told` hears how many files of how many are done.

    A file that is missing or damaged is a problem of the backup and does not stop it. Raises
    Unusable, NotMounted and StorageAway.
    """
    if sentences := storage.amiss():
        raise NotMounted(" ".join(sentences))
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    made = Backup(name)
    with opened(place, name, str(installation().pk)) as target, _scratch() as folder:
        dump = Path(folder) / DATABASE
        with database.snapshot() as moment:
            database.dump(moment, dump)
            entries = list(_entries(with_renditions=with_renditions))
            manifest = _manifest(entries)
        for done, entry in enumerate(entries):
            told(done, len(entries))
            _copy(entry, target, made)
        _finish(target, manifest, dump, entries, made, with_secret_key=with_secret_key)
    return made


def _scratch() -> AbstractContextManager[str]:
    """Return a folder for the dump, on the disk that has room for a database."""
    return tempfile.TemporaryDirectory(prefix="backup-", dir=settings.LOUPE_HOME)


def _entries(*, with_renditions: bool) -> Iterator[Entry]:
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=5_000):
        yield Entry(blob.key, blob.sha256, blob.size)
    if with_renditions:
        rows = Rendition.objects.order_by("pk").values_list("key", "sha256", "size")
        yield from (Entry(*row) for row in rows.iterator(chunk_size=5_000))


def is_original(entry: Entry) -> bool:
    return entry.key.startswith("originals/")


def _manifest(entries: list[Entry]) -> Manifest:
    applied = MigrationRecorder(connection).applied_migrations()
    originals = sum(map(is_original, entries))
    return Manifest(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        installation=str(installation().pk),
        migrations=sorted([app, name] for app, name in applied),
        database_sha256="",
        files_sha256="",
        originals=originals,
        renditions=len(entries) - originals,
        bytes=sum(entry.size for entry in entries),
        secret_key=False,
    )


def _copy(entry: Entry, target: Target, made: Backup) -> None:
    try:
        if target.lacks(entry):
            if is_original(entry):
                source = storage.open_original(Blob(sha256=entry.sha256, size=entry.size))
            else:
                source = storage.path_of(entry.key).open("rb")
            with source:
                target.copy(entry, source)
            made.copied += 1
            made.bytes += entry.size
    except (StorageMissing, StorageDamaged) as error:
        made.problems.append(str(error))
    except FileNotFoundError:
        storage.require_mounted()
        made.problems.append(f"The rendition {entry.key} is missing.")
    else:
        made.originals += is_original(entry)
        made.renditions += not is_original(entry)


def _finish(
    target: Target,
    manifest: Manifest,
    dump: Path,
    entries: list[Entry],
    made: Backup,
    *,
    with_secret_key: bool,
) -> None:
    """Add what the snapshot is made of; the manifest comes last and makes it valid."""
    files = write_entries(entries).encode()
    target.add(DATABASE, dump)
    target.add(FILES, files)
    key = _secret_key() if with_secret_key else None
    if key is not None:
        target.add(SECRET_KEY, key)
    with dump.open("rb") as source:
        manifest.database_sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    manifest.files_sha256 = hashlib.sha256(files).hexdigest()
    manifest.secret_key, manifest.problems = key is not None, made.problems
    target.add(MANIFEST, manifest.as_text().encode())


def _secret_key() -> bytes | None:
    """Return the key that lies in the home; one that the environment gives is kept there."""
    path = settings.LOUPE_HOME / "secret_key"
    given = env.text("LOUPE_SECRET_KEY")
    return path.read_bytes() if not given and path.exists() else None
