"""`manage.py models list|fetch|use|remove`: neural models, and which one search uses."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db.models import Count
from rich.console import Console
from rich.progress import Progress

from dam.command import LoupeCommand
from processing import networks, weights
from processing.encoders import EncoderError
from processing.weights import WeightsError
from search import active, switching
from search.models import EmbeddingModel


class Command(LoupeCommand):
    help = "List neural models, fetch their weights, and choose which one search uses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        known = actions.add_parser("list", help="what there is, and what is used")
        fetch = actions.add_parser("fetch", help="get and check weights")
        fetch.add_argument(
            "names",
            nargs="*",
            metavar="NAME",
            default=_wanted(),
            help="models (default: the one that a new library searches with, and those of recipes)",
        )
        use = actions.add_parser("use", help="embed the library with a model, then switch to it")
        remove = actions.add_parser("remove", help="delete the embeddings of an unused model")
        for one in (use, remove):
            one.add_argument("name", metavar="NAME")
        for one in (known, fetch, use, remove):
            self.add_json_argument(one)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except (EncoderError, WeightsError, switching.NotPossible) as problem:
            raise CommandError(str(problem)) from problem

    def _list(self, options: dict[str, Any]) -> None:
        rows = listed()
        if options["json"]:
            self.write_json(rows)
            return
        for row in rows:
            state = row["state"] or ("here" if row["present"] else "")
            self.stdout.write(f"{row['name']:38} {state:9} {row['licence']:11} {row['about']}")

    def _fetch(self, options: dict[str, Any]) -> None:
        fetched = []
        for name in map(active.full_key, options["names"] or _wanted()):
            files = weights.ensure(name, Path(settings.MODELS_DIR))
            fetched.append({"name": name, "files": sorted(map(str, files.values()))})
            if not options["json"] and options["verbosity"]:
                self.stdout.write(f"{name}: here and whole.")
        if options["json"]:
            self.write_json(fetched)

    def _use(self, options: dict[str, Any]) -> None:
        key = active.full_key(options["name"])
        if key in weights.manifest():
            weights.ensure(key, Path(settings.MODELS_DIR))
        quiet = options["json"] or not sys.stderr.isatty()
        with Progress(console=Console(file=sys.stderr), disable=quiet) as bar:
            task = bar.add_task("Looking at the library", total=None)
            model, unreadable = switching.use(
                key, tell=lambda done, of: bar.update(task, completed=done, total=of)
            )
        count = model.embeddings.count()
        if options["json"]:
            self.write_json({"active": model.key, "embeddings": count, "unreadable": unreadable})
            return
        self.stdout.write(f"Search uses {model.key}: {count} pictures.")
        if unreadable:
            self.stderr.write(f"{len(unreadable)} pictures have no readable preview.")

    def _remove(self, options: dict[str, Any]) -> None:
        count = switching.remove(options["name"])
        if options["json"]:
            self.write_json({"removed": active.full_key(options["name"]), "embeddings": count})
        else:
            self.stdout.write(f"{count} embeddings were removed.")


def _wanted() -> list[str]:
    """Return what this instance is configured to use."""
    return [settings.LOUPE_ENCODER, *networks.wanted()]


def listed() -> list[dict[str, Any]]:
    """Return every model of the manifest, and those that the library has embeddings of."""
    used = {
        model.key: model
        for model in EmbeddingModel.objects.defer("moments").annotate(number=Count("embeddings"))
    }
    folder = Path(settings.MODELS_DIR)
    rows = [
        {
            "name": name,
            "task": entry.task,
            "licence": entry.licence,
            "about": entry.about,
            "present": weights.is_present(name, folder),
        }
        for name, entry in weights.manifest().items()
    ]
    rows += [
        {"name": key, "task": "image-text", "licence": "", "about": "", "present": True}
        for key in used
        if key not in weights.manifest()
    ]
    for row in rows:
        model = used.get(str(row["name"]))
        row["state"] = model.state if model else ""
        row["embeddings"] = model.number if model else 0
    return rows
