"""`manage.py backup PLACE`: the database and all files, consistent while the library is in use."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from dam.backup.making import Backup, make
from dam.backup.manifest import Unusable
from dam.command import LoupeCommand, progress
from dam.storage import StorageError

MB = 1_000_000


class Command(LoupeCommand):
    help = "Back up the database and all files, while the library is in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "place", type=Path, metavar="PLACE", help="a folder that grows, or a new .tar file"
        )
        parser.add_argument(
            "--without-renditions", action="store_true", help="they can be made again"
        )
        parser.add_argument(
            "--without-secret-key", action="store_true", help="then restoring signs everybody out"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with progress("Backing up", quiet=options["json"]) as bar:
                task = bar.add_task("", total=None)
                made = make(
                    options["place"].expanduser().absolute(),
                    with_renditions=not options["without_renditions"],
                    with_secret_key=not options["without_secret_key"],
                    told=lambda done, count: bar.update(task, completed=done, total=count),
                )
        except (Unusable, StorageError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The backup cannot be written: {error}.") from error
        if options["json"]:
            self.write_json(asdict(made))
        else:
            self._tell(made)
        if made.problems:
            raise SystemExit(1)

    def _tell(self, made: Backup) -> None:
        for sentence in made.problems:
            self.stdout.write(f"{self.style.ERROR('✗')} {sentence}")
        self.stdout.write(
            f"Snapshot {made.snapshot}: the database, {made.originals:,} originals and"
            f" {made.renditions:,} renditions. {made.copied:,} files with {made.bytes / MB:,.0f} MB"
            " were copied."
        )
