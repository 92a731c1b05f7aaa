"""`manage.py storage show|accept|copy`: where files are kept, and whose storages they are."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from rich.console import Console
from rich.progress import track

from dam.command import LoupeCommand
from dam.integrity.moving import copy_originals
from dam.models import Blob
from dam.storage import StorageError, backend
from dam.storage.backend import Backend
from dam.storage.local import LocalOriginals
from dam.storage.mark import Markable, Standing, holds_originals, mark, standing
from dam.storage.originals import places


class Command(LoupeCommand):
    help = "Show the storages of this library, accept one that was moved, or copy originals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        show = actions.add_parser("show", help="which storages are used, and whether they are ours")
        accept = actions.add_parser("accept", help="make a storage ours that was moved or restored")
        accept.add_argument(
            "--force", action="store_true", help="also where the newest originals are not in it"
        )
        copy = actions.add_parser("copy", help="bring originals into the storage of the settings")
        copy.add_argument("--from", dest="source", choices=["local", "s3"], required=True)
        for one in (show, accept, copy):
            self.add_json_argument(one)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except StorageError as error:
            raise CommandError(str(error)) from error

    def _show(self, options: dict[str, Any]) -> None:
        rows = [
            {"kind": place.kind, "where": place.where, "standing": standing(place).value}
            for place in places()
        ]
        if options["json"]:
            self.write_json(rows)
            return
        for row in rows:
            self.stdout.write(f"{row['kind']:6} {row['standing']:26} {row['where']}")

    def _accept(self, options: dict[str, Any]) -> None:
        accepted = []
        for place in places():
            if standing(place) is not Standing.OURS:
                self._look_into(place, options)
                mark(place)
                accepted.append(place.where)
        if options["json"]:
            self.write_json({"accepted": accepted})
            return
        for where in accepted:
            self.stdout.write(f"{where} is this library's storage from now on.")
        if not accepted:
            self.stdout.write("Every storage is this library's already.")

    def _look_into(self, place: Markable, options: dict[str, Any]) -> None:
        """Refuse a storage for originals that does not hold ours: an empty mount point, mostly."""
        holds = place.kind == backend().kind
        if holds and not options["force"] and not holds_originals(place):
            raise CommandError(
                f"{place.where} does not hold the originals of this library. Mount the right disk,"
                " or restore them first; --force accepts it as it is."
            )

    def _copy(self, options: dict[str, Any]) -> None:
        target, source = backend(), _backend_of(options["source"])
        if source.where == target.where:
            raise CommandError(
                f"The settings keep originals in {target.where} already:"
                " set LOUPE_ORIGINALS to where they should go."
            )
        copied, problems = 0, []
        bar = track(
            copy_originals(source, target),
            "Copying originals",
            total=Blob.objects.count(),
            console=Console(stderr=True, quiet=options["json"] or not sys.stderr.isatty()),
        )
        for moved in bar:
            copied += moved.copied
            problems += [moved.problem] if moved.problem else []
        if options["json"]:
            self.write_json({"copied": copied, "problems": problems})
        else:
            self.stdout.write(f"{copied} originals were copied to {target.where}.")
            self.stdout.write("\n".join(problems))
        if problems:
            raise SystemExit(1)


def _backend_of(name: str) -> Backend:
    if name == "local":
        return LocalOriginals()
    from dam.storage.s3 import S3Originals

    return S3Originals.of_settings()
