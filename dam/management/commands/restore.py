"""`manage.py restore PLACE`: a backup into an empty home, or a look whether it is whole."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from dam.backup import restoring
from dam.backup.manifest import Unusable
from dam.backup.restoring import Restored
from dam.backup.sources import opened
from dam.command import LoupeCommand, progress
from dam.storage import StorageError


class Command(LoupeCommand):
    help = "Restore a backup into an empty home. What is there is never overwritten."
    migrates = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "place", type=Path, metavar="PLACE", help="a folder of backups, or a .tar file"
        )
        parser.add_argument(
            "--snapshot", default="", metavar="NAME", help="which of a folder; the newest if not"
        )
        parser.add_argument(
            "--check", action="store_true", help="only read all of it and compare the hashes"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        act = restoring.check if options["check"] else restoring.restore
        title = "Checking" if options["check"] else "Restoring"
        try:
            with (
                opened(options["place"].expanduser().absolute(), options["snapshot"]) as source,
                progress(title, quiet=options["json"]) as bar,
            ):
                task = bar.add_task("", total=None)
                done = act(
                    source, lambda done, count: bar.update(task, completed=done, total=count)
                )
        except (Unusable, StorageError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.write_json(asdict(done))
        else:
            self._tell(done, checked=options["check"])
        if done.problems:
            raise SystemExit(1)

    def _tell(self, done: Restored, *, checked: bool) -> None:
        for sentence in done.problems:
            self.stdout.write(f"{self.style.ERROR('✗')} {sentence}")
        self.stdout.write(
            f"{'Whole' if checked else 'Restored'}: the database of {done.created_at},"
            f" {done.originals:,} originals and {done.renditions:,} renditions."
        )
        if done.to_make:
            self.stdout.write(
                f"{done.to_make:,} renditions are to be made again: `manage.py doctor --repair`."
            )
        if not checked:
            self.stdout.write(
                "Models are not part of a backup: `manage.py models fetch` gets them. Then run"
                " `manage.py doctor`."
            )
