"""`manage.py demo`: a library with pictures in it, running, in one step."""

import io
import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command

from dam.command import LoupeCommand
from dam.models import Version
from processing.demo import library
from processing.waiting import Workforce

QUESTION = "a cat"


class Command(LoupeCommand):
    help = "Fill the library with pictures, then run Loupe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--photos", type=Path, help="a folder of yours instead of ours")
        parser.add_argument(
            "--smoke", action="store_true", help="process everything, search once, and exit"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        people = library.add_people()
        library.add_brands()
        call_command("models", "fetch", stdout=self.stdout)
        with Workforce() as force:
            taken = self._take_in(options["photos"], people)
            fresh = library.versions_of(taken)
            self.stdout.write(f"{len(fresh)} new pictures taken in; processing them …")
            force.wait_for(fresh)
            if options["photos"] is None:
                more = list(library.take_second_version(self._folder(), people["creator"]))
                force.wait_for(library.versions_of(more))
        self._tell_states()
        if options["smoke"]:
            self._search_once()
            return
        self.stdout.write("Sign in with any of these; the password is the same for all:")
        for role in library.PEOPLE:
            self.stdout.write(f"  {role:<9} {library.PASSWORD}")
        call_command("up", stdout=self.stdout, stderr=self.stderr)

    def _folder(self) -> Path:
        return settings.LOUPE_HOME / "demo"

    def _take_in(self, photos: Path | None, people: dict) -> list[library.Taken]:
        if photos is None:
            return library.fill(self._folder(), people)
        if not photos.is_dir():
            raise CommandError(f"There is no folder {photos}.")
        files = sorted(path for path in photos.rglob("*") if path.is_file())
        return list(library.take_in(files, people["creator"]))

    def _tell_states(self) -> None:
        states = Counter(Version.objects.values_list("state", flat=True))
        said = ", ".join(f"{count} {Version.State(s).label.lower()}" for s, count in states.items())
        self.stdout.write(f"Versions: {said}.")

    def _search_once(self) -> None:
        answer = io.StringIO()
        call_command("search", QUESTION, "--json", "--limit", "3", stdout=answer)
        hits = json.loads(answer.getvalue())["hits"]
        if not hits:
            raise CommandError(f"The search for “{QUESTION}” found nothing.")
        self.stdout.write(f"The search for “{QUESTION}” answers: {hits[0]['file']}.")
