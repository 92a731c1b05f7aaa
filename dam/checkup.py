"""The library's own checks: disk and database. Those of the files are in dam/integrity."""

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from dam import storage
from dam.command import pending_migrations
from dam.health import Finding, problem, register

LEAST_FREE = 2 * 1024**3


def connect() -> None:
    register("disk", disk)
    register("database", database)


def disk() -> Iterator[Finding]:
    for name, folder in (("home folder", settings.LOUPE_HOME), ("media folder", storage.root())):
        if not folder.exists():
            continue  # it is made when it is first needed
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
