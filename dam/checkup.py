"""The library's own checks: disk, database, and whether originals and rows agree."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from dam import storage
from dam.command import pending_migrations
from dam.health import Finding, note, problem, register
from dam.models import Blob

LEAST_FREE = 2 * 1024**3
HOUR = 3600.0
SHOWN = 5


def connect() -> None:
    register("disk", disk)
    register("database", database)
    register("originals", originals)


def disk() -> Iterator[Finding]:
    for name, folder in (("home folder", settings.LOUPE_HOME), ("media folder", storage.root())):
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE:
            yield problem(
                "disk",
                f"Only {free / 1024**2:,.0f} MiB are free on the disk of the {name} {folder}.",
                "Free some space or move it: uploads are refused when the disk is full.",
            )


def database() -> Iterator[Finding]:
    missing = pending_migrations()
    if missing:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
        yield problem("database", f"Migrations are missing: {names}.", "Run `manage.py migrate`.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        row = cursor.fetchone()
    if row is None:
        yield problem(
            "database",
            "The extension pgvector is not installed in the database.",
            "Install it on the server, then run `manage.py migrate`.",
        )


def originals() -> Iterator[Finding]:
    """Hold each original's row against its file, and each file against the rows."""
    known, place = set[str](), storage.backend()
    missing, changed = [], []
    for blob in Blob.objects.iterator(chunk_size=5_000):
        known.add(blob.sha256)
        size = place.size(blob.key)
        if size is None:
            missing.append(blob.sha256[:12])
        elif size != blob.size:
            changed.append(blob.sha256[:12])
    if missing:
        yield problem(
            "originals",
            f"{len(missing)} originals are missing from {storage.root()}: {_some(missing)}.",
            "Restore them from a backup; check that the disk is mounted.",
        )
    if changed:
        yield problem(
            "originals",
            f"{len(changed)} originals do not have the size that was stored: {_some(changed)}.",
            "Restore them from a backup.",
        )
    orphans = [path.name[:12] for path in _files("originals") if path.name not in known]
    if orphans:
        yield problem(
            "originals",
            f"{len(orphans)} files among the originals belong to no row: {_some(orphans)}.",
            "A crash between file and row leaves them; they do no harm and can be deleted.",
        )
    arriving = (path for path in _files(storage.INCOMING) if path.suffix != storage.PART)
    leftovers = [path for path in arriving if _old(path)]
    if leftovers:
        yield note("originals", f"{len(leftovers)} uploads were never finished.", "Delete them.")


def _files(folder: str) -> Iterator[Path]:
    base = storage.root() / folder
    return (path for path in base.rglob("*") if path.is_file()) if base.exists() else iter(())


def _old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > HOUR


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
