"""Measured facts, the palette and the placeholder, all from the preview."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from dam.models import Facts, PaletteColour, Version
from processing.measures.facts import measure
from processing.measures.fingerprint import placeholder
from processing.measures.palette import dominant_colours
from processing.pictures import pixels


def run(versions: Sequence[Version]) -> None:
    for version in versions:
        rgb = pixels(version)
        facts = asdict(measure(rgb))
        colours = [
            PaletteColour(
                version=version,
                position=position,
                hex=swatch.hex,
                lightness=swatch.l,
                a=swatch.a,
                b=swatch.b,
                fraction=swatch.fraction,
            )
            for position, swatch in enumerate(dominant_colours(rgb))
        ]
        with transaction.atomic():
            Facts.objects.update_or_create(version=version, defaults=facts)
            version.palette.all().delete()
            PaletteColour.objects.bulk_create(colours)
            version.placeholder = placeholder(rgb)
            version.save(update_fields=["placeholder"])
