"""`manage.py duplicates`: what looks the same, and what could go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.template.defaultfilters import filesizeformat

from dam.command import LoupeCommand
from dam.models import BrandProfile, Version
from search.active import fetch
from search.duplicates import finding
from search.duplicates.best import why
from search.duplicates.clusters import Cluster, Overview, overview
from search.output import positive

BATCH = 200


class Command(LoupeCommand):
    help = "List groups of near-duplicates, the biggest saving first. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", metavar="SLUG", help="of this brand alone")
        parser.add_argument(
            "--limit", type=positive, default=50, metavar="N", help="groups; 50 if not said"
        )
        parser.add_argument(
            "--find", action="store_true", help="look at every picture anew first, which takes long"
        )
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        brand = _brand(options["brand"])
        if options["find"]:
            self._find(brand)
        found = overview(None, brand)
        shown = found.clusters[: options["limit"]]
        if options["json"]:
            self.write_json(_answer(found, shown))
            return
        for cluster in shown:
            self.stdout.write(_line(cluster))
        saving = filesizeformat(found.saving).replace("\xa0", " ")
        self.stdout.write(f"{len(found.clusters)} groups, {saving} of originals could go.")

    def _find(self, brand: BrandProfile | None) -> None:
        fetch()
        rows = Version.objects.filter(current_of__deleted_at=None, current_of__isnull=False)
        if brand is not None:
            rows = rows.filter(current_of__brand=brand)
        last = looked = 0
        while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
            finding.run(batch)
            last, looked = batch[-1].pk, looked + len(batch)
            self.stderr.write(f"{looked} looked at")


def _brand(slug: str | None) -> BrandProfile | None:
    brand = BrandProfile.objects.filter(slug=slug).first() if slug else None
    if slug and brand is None:
        raise CommandError(f"There is no brand “{slug}”.")
    return brand


def _line(cluster: Cluster) -> str:
    best, *others = cluster.members
    listed = ", ".join(f"#{one.asset}" for one in others)
    saving = filesizeformat(cluster.saving).replace("\xa0", " ")
    reasons = ", ".join(why(cluster.members))
    return f"keep #{best.asset} ({reasons}); like it: {listed}; {saving}"


def _answer(found: Overview, shown: list[Cluster]) -> dict[str, Any]:
    return {
        "clusters": len(found.clusters),
        "saving": found.saving,
        "cut": found.cut,
        "shown": [
            {
                "best": cluster.members[0].asset,
                "why": why(cluster.members),
                "others": [one.asset for one in cluster.members[1:]],
                "saving": cluster.saving,
                "likeness": cluster.likeness,
                "mirrored": sorted(cluster.mirrored),
            }
            for cluster in shown
        ],
    }
