"""`manage.py ingest PATH… [--wait] [--json]`: files and folders into the library."""

import os
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dam.actions.brands import default_brand
from dam.actions.people import system_user
from dam.actions.sidecars import LARGEST
from dam.command import LoupeCommand
from dam.models import BrandProfile, User, Version
from dam.storage import StorageError
from processing import queue
from processing.actions import Outcome, ingest_file
from processing.errors import ResourceError, TransientError
from processing.outcomes import OUTCOMES
from processing.sources.names import is_sidecar, sidecar_names
from processing.waiting import Workforce


@dataclass
class Line:
    """What became of one file."""

    path: Path
    outcome: Outcome

    def as_json(self) -> dict[str, Any]:
        asset = self.outcome.asset
        return {
            "path": str(self.path),
            "outcome": self.outcome.outcome,
            "asset": asset.pk if asset else None,
            "reason": self.outcome.reason,
        }


class Command(LoupeCommand):
    help = "Take files, and folders with all that is in them, into the library."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--wait", action="store_true", help="until everything is processed")
        self.add_json_argument(parser)
        parser.add_argument("--brand", help="slug of the brand (default: the default brand)")
        parser.add_argument("--user", help="who brings them (default: the system)")
        parser.add_argument("--note", default="", help="why; kept in the history")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        files = self._files(options["paths"])
        brand, user = self._brand(options["brand"]), self._user(options["user"])
        with Workforce() if options["wait"] else nullcontext() as force:
            lines = [
                Line(path, self._take(path, user, brand, options["note"]))
                for path in self._shown(files, "Taking in", options)
            ]
            if force is not None:
                self._wait(lines, force, options)
        self._report(lines, time.monotonic() - begun, options)

    def _files(self, paths: list[Path]) -> list[Path]:
        missing = [str(path) for path in paths if not os.path.exists(path)]
        if missing:
            raise CommandError(f"There is no such file or folder: {', '.join(missing)}")
        files = [file for path in paths for file in _walk(path)]
        if not files:
            raise CommandError("There are no files there.")
        beside = {sidecar for file in files if (sidecar := _sidecar_of(file))}
        return [file for file in files if file not in beside]

    def _brand(self, slug: str | None) -> BrandProfile:
        if not slug:
            return default_brand()
        brand = BrandProfile.objects.filter(slug=slug).first()
        if brand is None:
            known = ", ".join(BrandProfile.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no brand {slug!r}; there are: {known}.")
        return brand

    def _user(self, name: str | None) -> User:
        if not name:
            return system_user()
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is nobody called {name!r}.")
        return user

    def _take(self, path: Path, user: User, brand: BrandProfile, note: str) -> Outcome:
        try:
            with path.open("rb") as source:
                return ingest_file(
                    source=source,
                    file_name=path.name,
                    user=user,
                    brand=brand,
                    note=note,
                    sidecar=_sidecar(path),
                )
        except (PermissionError, FileNotFoundError, IsADirectoryError) as error:
            return Outcome("refused", reason=f"It cannot be read: {error.strerror}.")
        except (TransientError, ResourceError) as error:
            return Outcome("refused", reason=f"{error.sentence} It was not taken in.")
        except PermissionDenied as error:
            raise CommandError(f"{user} may not bring pictures into {brand}.") from error
        except StorageError as error:
            raise CommandError(str(error)) from error

    def _wait(self, lines: list[Line], force: Workforce, options: dict[str, Any]) -> None:
        versions = {line.outcome.version.pk for line in lines if line.outcome.version}
        with self._bar(options) as bar:
            task = bar.add_task("Processing", total=len(versions))
            force.wait_for(versions, tell=lambda done: bar.update(task, completed=done))
        refused = Version.objects.filter(pk__in=versions, state=Version.State.REFUSED)
        reasons = dict(refused.values_list("pk", "state_reason"))
        for line in lines:
            version = line.outcome.version
            if version and version.pk in reasons:
                line.outcome = Outcome("refused", reason=reasons[version.pk])

    def _bar(self, options: dict[str, Any]) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            disable=options["json"] or not sys.stderr.isatty(),
        )

    def _shown(self, files: list[Path], what: str, options: dict[str, Any]) -> Iterator[Path]:
        with self._bar(options) as bar:
            yield from bar.track(files, description=what)

    def _report(self, lines: list[Line], seconds: float, options: dict[str, Any]) -> None:
        counts = Counter(line.outcome.outcome for line in lines)
        totals = {name: counts[name] for name in OUTCOMES}
        if options["json"]:
            answer = {
                "files": [line.as_json() for line in lines],
                "counts": totals,
                "seconds": round(seconds, 3),
            }
            self.write_json(answer)
            return
        for line in lines:
            if line.outcome.reason:
                self.stdout.write(
                    f"{_readable(line.path)}: {line.outcome.outcome}. {line.outcome.reason}"
                )
        said = ", ".join(f"{number} {name}" for name, number in totals.items())
        self.stdout.write(f"{len(lines)} files in {seconds:.1f} s: {said}.")
        if not options["wait"] and totals["ingested"] and not queue.living_workers():
            home = settings.LOUPE_HOME
            self.stdout.write(f"No worker is running for {home}: `manage.py up` starts them.")


def _readable(path: Path) -> str:
    """A path as it can be written out: names on disk need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _sidecar_of(path: Path) -> Path | None:
    """The XMP file that lies beside a file: `a.jpg.xmp` before `a.xmp`."""
    if is_sidecar(path.name):
        return None
    places = (path.with_name(name) for name in sidecar_names(path.name))
    return next((place for place in places if place.is_file()), None)


def _sidecar(path: Path) -> bytes | None:
    """The bytes of a file's sidecar: one more than is kept at most."""
    place = _sidecar_of(path)
    if place is None:
        return None
    with place.open("rb") as source:
        return source.read(LARGEST + 1)


def _walk(path: Path) -> Iterator[Path]:
    """Yield a file, or every file below a folder in a steady order, hidden ones left out."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in entry.relative_to(path).parts)
        if entry.is_file() and not hidden:
            yield entry
