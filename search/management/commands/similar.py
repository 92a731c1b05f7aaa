"""`manage.py similar ASSET_OR_FILE [--limit N] [--json]`: pictures like an asset or a file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from dam.command import LoupeCommand
from dam.models import Asset
from processing.encoders import EncoderError
from processing.errors import ProcessingError
from processing.weights import WeightsError
from search import similar
from search.active import fetch
from search.output import answer, lines, positive
from search.ranking import Hit


class Command(LoupeCommand):
    help = "Find pictures that look like an asset of the library or like a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="ASSET_OR_FILE", help="an asset's id, or a path")
        parser.add_argument(
            "--limit", type=positive, default=20, metavar="N", help="20 if not said"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        what = options["what"]
        try:
            fetch()
            hits = self._like(what, options["limit"])
        except (ProcessingError, EncoderError, WeightsError) as problem:
            raise CommandError(f"{what}: {problem}") from problem
        if options["json"]:
            self.write_json({"query": what, "hits": answer(hits)})
        else:
            self.stdout.write("\n".join(lines(hits)) or "Nothing was found.")

    def _like(self, what: str, limit: int) -> list[Hit]:
        # Not Path's own questions: they raise for a name that no file can have.
        if what.isdecimal() and not os.path.exists(what):
            return similar.by_asset(asset_of(what), None, limit)
        if not os.path.isfile(what):
            raise CommandError(f"There is no asset and no file called {what}.")
        return similar.by_file(Path(what), None, limit)


def asset_of(number: str) -> Asset:
    """Return the living asset with an id. Raises CommandError."""
    known = number.isdecimal() and len(number) < 18
    asset = Asset.objects.live().filter(pk=int(number)).first() if known else None
    if asset is None:
        raise CommandError(f"There is no asset {number}.")
    return asset
