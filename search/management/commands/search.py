"""`manage.py search "query" [--limit N] [--json]`, or `--stdin` for one query a line."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from dam.command import LoupeCommand
from processing.errors import ProcessingError
from search import language, ranking
from search.active import fetch
from search.output import answer, lines, positive


class Command(LoupeCommand):
    help = "Find pictures by meaning, by word, and by filters such as tag:dog or color:#d33."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", nargs="?", help="what to look for, as in the search field")
        parser.add_argument(
            "--limit", type=positive, default=20, metavar="N", help="20 if not said"
        )
        parser.add_argument(
            "--stdin", action="store_true", help="one query a line; answers one JSON line each"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stdin"] == bool(options["query"] and options["query"].strip()):
            raise CommandError("Say what to look for: a query, or --stdin for one query a line.")
        try:
            fetch()
        except ProcessingError as problem:
            raise CommandError(str(problem)) from problem
        if not options["stdin"]:
            self._answer(options["query"], options["limit"], options["json"])
            return
        for line in sys.stdin:
            if line.strip():
                self._answer(line.strip(), options["limit"], True)
                self.stdout.flush()

    def _answer(self, text: str, limit: int, as_json: bool) -> None:
        page = ranking.search(language.parse(text), None, limit=limit)
        if as_json:
            told = {"problems": page.problems} if page.problems else {}
            self.write_json({"query": text, "hits": answer(page.hits), **told})
            return
        for problem in page.problems:
            self.stderr.write(problem)
        self.stdout.write("\n".join(lines(page.hits)) or "Nothing was found.")
