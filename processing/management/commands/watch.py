"""`manage.py watch [--once]`: take files from the sources, as `manage.py up` does all the time."""

import logging
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from dam.command import LoupeCommand
from processing.models import Source
from processing.sources.watcher import Watcher, WatcherBroken, once


class Command(LoupeCommand):
    help = "Watch the sources and take their files, until Ctrl-C or TERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="take what is there now, then end")
        parser.add_argument("--source", action="append", help="only this one (its name); repeat")
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self._once(options)
            return
        if options["source"] or options["json"]:
            raise CommandError("--source and --json go with --once.")
        self._watch()

    def _once(self, options: dict[str, Any]) -> None:
        answers = [once(source) for source in self._sources(options["source"])]
        troubled = any(answer["trouble"] for answer in answers)
        if options["json"]:
            self.write_json({"sources": answers})
            if troubled:
                raise SystemExit(1)
            return
        for answer in answers:
            self.stdout.write(_line(answer))
        if troubled:
            raise CommandError("Not every source could be worked on.")

    def _sources(self, wanted: list[str] | None) -> list[Source]:
        if not wanted:
            return list(Source.objects.filter(active=True))
        found = list(Source.objects.filter(name__in=wanted))
        if missing := set(wanted) - {source.name for source in found}:
            raise CommandError(f"There is no source called {', '.join(sorted(missing))}.")
        return found

    def _watch(self) -> None:
        watcher = Watcher()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
        logging.getLogger("watchfiles").setLevel(logging.WARNING)
        try:
            watcher.run()
        except WatcherBroken as error:
            raise CommandError(str(error)) from error


def _line(answer: dict[str, Any]) -> str:
    said = (
        f"{answer['source']}: {answer['taken']} taken, {answer['duplicates']} there already,"
        f" {answer['failed']} failed, {answer['waiting']} not at rest."
    )
    return f"{said} {answer['trouble']}".strip()
