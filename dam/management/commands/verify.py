"""`manage.py verify`: read and hash every file again, and say what is not what was stored."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import CommandError

from dam.command import LoupeCommand, progress
from dam.integrity import report, verifying
from dam.models import Verification
from dam.storage import StorageError

MB = 1_000_000


def above_zero(text: str) -> float:
    """Return a number above 0, which may have decimals. Raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def one_or_more(text: str) -> int:
    """Return a whole number of at least 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


class Command(LoupeCommand):
    help = (
        "Read and hash every file again. Nothing is changed or deleted. Exits with 1 on findings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rate", type=above_zero, metavar="MB/S", help="read at most so many MB a second"
        )
        parser.add_argument(
            "--limit", type=one_or_more, metavar="N", help="stop after N files; go on another time"
        )
        parser.add_argument(
            "--restart", action="store_true", help="begin anew where an earlier call stopped"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with verifying.alone():
                walk = verifying.begin(restart=options["restart"])
                self._walk(walk, options)
        except (StorageError, verifying.AlreadyRunning) as error:
            raise CommandError(str(error)) from error
        walk.refresh_from_db()
        self._tell(walk, options)

    def _walk(self, walk: Verification, options: dict[str, Any]) -> None:
        with progress("Verifying", quiet=options["json"]) as bar:
            task = bar.add_task("", total=walk.files + verifying.left(walk), completed=walk.files)
            verifying.verify(
                walk,
                rate=options["rate"] and options["rate"] * MB,
                limit=options["limit"],
                looked_at=lambda file, condition: bar.advance(task),
            )

    def _tell(self, walk: Verification, options: dict[str, Any]) -> None:
        answer = report.as_json(walk, verifying.left(walk))
        if options["json"]:
            self.write_json(answer)
        else:
            self._tell_people(walk, answer)
        if answer["findings"] or answer["orphans"]:
            raise SystemExit(1)

    def _tell_people(self, walk: Verification, answer: dict[str, Any]) -> None:
        for one in answer["findings"]:
            names = ", ".join(one["file_names"][:3]) or "no asset"
            self.stdout.write(
                f"{self.style.ERROR('✗')} {one['kind']} {one['condition']}: {one['name']} ({names})"
            )
        for name in answer["orphans"]:
            self.stdout.write(f"· a file without a row: {name}")
        read = f"{walk.files:,} files with {walk.bytes / MB:,.0f} MB were read"
        if not answer["finished"]:
            self.stdout.write(f"{read}; {answer['left']:,} are left for the next call.")
        elif answer["findings"] or walk.orphans:
            self.stdout.write(
                f"{read}: {len(answer['findings'])} are damaged, {walk.orphans} without a row."
            )
        else:
            self.stdout.write(f"{read}: all are what was stored.")
