"""What Loupe's commands share: a database that is ready, and `--json` for machines."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dam.database import DatabaseUnavailable

OURS = ("dam", "processing", "search", "review")


class LoupeCommand(BaseCommand):
    """A command that works on a fresh LOUPE_HOME: it prepares the database where needed.

    An embedded database is ours to migrate; a server that DATABASE_URL names is not, and the
    command says what to run.
    """

    migrates = True
    # Django's checks read every route: a third of what a short command takes. `up` makes them.
    requires_system_checks = ()

    def add_json_argument(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON, for machines")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if self.migrates:
            self._prepare()
        return super().execute(*args, **options)

    def write_json(self, answer: Any) -> None:
        self.stdout.write(json.dumps(answer))

    def _prepare(self) -> None:
        try:
            missing = pending_migrations()
        except (OperationalError, DatabaseUnavailable) as error:
            raise CommandError(f"The database does not answer. {error}") from error
        if not missing:
            return
        if settings.DATABASES["default"]["ENGINE"] != "dam.postgres":
            raise CommandError(
                f"The database lacks {len(missing)} migrations: run `manage.py migrate` first."
            )
        sys.stderr.write(f"Preparing the library in {settings.LOUPE_HOME} …\n")
        call_command("migrate", verbosity=0)


def pending_migrations() -> set[tuple[str, str]]:
    """Return (app, migration) of ours that the database does not have."""
    return written_migrations() - set(MigrationRecorder(connection).applied_migrations())


def written_migrations() -> set[tuple[str, str]]:
    """Return (app, migration) of ours that this code has."""
    return {
        (app, file.stem)
        for app in OURS
        for file in (Path(apps.get_app_config(app).path) / "migrations").glob("0*.py")
    }


def progress(title: str, *, quiet: bool) -> Progress:
    """Return a bar on the terminal; a quiet one draws nothing."""
    silent = quiet or not sys.stderr.isatty()
    return Progress(
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, quiet=silent),
    )
