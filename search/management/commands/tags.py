"""`manage.py tags ASSET [--json]`: what is said of an asset, by whom, and how surely."""

from argparse import ArgumentParser
from typing import Any

from dam.command import LoupeCommand
from dam.models import TagAssignment
from search.management.commands.similar import asset_of


class Command(LoupeCommand):
    help = "List the tags of an asset: accepted, suggested and rejected ones, with their source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("asset", metavar="ASSET", help="an asset's id")
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asset = asset_of(options["asset"])
        rows = asset.tags.select_related("term").order_by("state", "-confidence", "term__name")
        if options["json"]:
            self.write_json([as_json(row) for row in rows])
            return
        for row in rows:
            sure = "" if row.confidence is None else f" {row.confidence:.2f}"
            by = row.model or row.get_source_display().lower()
            self.stdout.write(f"{row.state:9}{sure:5} {row.term.facet}: {row.term.name} ({by})")
        if not rows:
            self.stdout.write("Nothing is said of it yet.")


def as_json(row: TagAssignment) -> dict[str, Any]:
    return {
        "term": row.term.name,
        "facet": row.term.facet,
        "source": row.source,
        "model": row.model,
        "score": row.raw_score,
        "confidence": row.confidence,
        "state": row.state,
    }
