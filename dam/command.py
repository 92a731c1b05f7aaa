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

from dam.database import DatabaseUnavailable

OURS = ("dam", "processing", "search", "review")


class LoupeCommand(BaseCommand):
    """A command that works on a fresh LOUPE_HOME: it prepares the database where needed.

    An embedded database is ours to migrate; a server that DATABASE_URL names is not, and the
    command says what to run.
    """

    migrates = True

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
    written = {
        (app, file.stem)
        for app in OURS
        for file in (Path(apps.get_app_config(app).path) / "migrations").glob("0*.py")
    }
    return written - set(MigrationRecorder(connection).applied_migrations())
