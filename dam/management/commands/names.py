"""`manage.py names`: read the names of all files by the patterns of their brands."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from dam.command import LoupeCommand
from dam.models import BrandProfile
from dam.name_check import check
from dam.name_fields import reread

BATCH = 5_000


class Command(LoupeCommand):
    help = "Read the names of files anew by the patterns in force, and say how many fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", metavar="SLUG", help="of this brand alone")
        self.add_json_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        brands = BrandProfile.objects.order_by("name")
        if options["brand"]:
            brands = brands.filter(slug=options["brand"])
            if not brands:
                raise CommandError(f"There is no brand “{options['brand']}”.")
        answer = [self._read(brand) for brand in brands if brand.rules.name_pattern]
        if options["json"]:
            self.write_json({"brands": answer})
            return
        for one in answer:
            self.stdout.write(f"{one['brand']}: {one['fit']} of {one['read']} fit {one['pattern']}")
            for misfit in one["misfits"]:
                self.stdout.write(f"  {misfit['name']}: {misfit['reason']}")
        if not answer:
            self.stdout.write("No brand has a pattern of names.")

    def _read(self, brand: BrandProfile) -> dict[str, Any]:
        read = fit = 0
        before: int | None = None
        while True:
            part = reread(brand, limit=BATCH, before=before)
            read, fit, before = read + part.read, fit + part.fit, part.last
            if part.read < BATCH:
                break
        found = check(brand, brand.rules.name_pattern)
        misfits = found.misfits if found else []
        return {
            "brand": brand.slug,
            "pattern": brand.rules.name_pattern,
            "read": read,
            "fit": fit,
            "misfits": [{"name": v.file_name, "reason": reason} for v, reason in misfits],
        }
