"""What is known of a version, as recipes' conditions ask it (processing/recipes/facts.py)."""

from __future__ import annotations

from pydantic import JsonValue

from dam.formats import by_mime
from dam.models import Facts, TagAssignment, Version
from processing.models import SourceFile
from processing.recipes.facts import word

SQUARE = 1.02  # sides that differ by less are called equal


def facts_of(version: Version) -> dict[str, JsonValue]:
    """Every fact of `FACTS` that is known; what was not measured is missing."""
    return {**_file(version), **_measured(version), **_said(version)}


def shape_facts(width: int, height: int) -> dict[str, JsonValue]:
    """The facts that a size alone gives: of an upright picture, in pixels."""
    long, short = max(width, height), max(1, min(width, height))
    upright = "landscape" if width > height else "portrait"
    return {
        "width": width,
        "height": height,
        "megapixels": round(width * height / 1e6, 3),
        "aspect": round(width / max(1, height), 4),
        "orientation": "square" if long / short <= SQUARE else upright,
    }


def _file(version: Version) -> dict[str, JsonValue]:
    return {
        **shape_facts(version.width, version.height),
        "file_name": version.file_name,
        "format": word(by_mime(version.media_type).rule),
        "has_alpha": version.has_alpha,
        "bit_depth": version.bit_depth,
        "colour_space": word(version.colour_space),
        "camera": version.camera,
    }


def _measured(version: Version) -> dict[str, JsonValue]:
    found = Facts.objects.filter(version=version).first()
    if found is None:
        return {}
    names = ("brightness", "contrast", "colourfulness", "sharpness", "noise")
    told = {name: getattr(found, name) for name in (*names, "clipped_dark", "clipped_light")}
    return {name: value for name, value in told.items() if value is not None}


def _said(version: Version) -> dict[str, JsonValue]:
    accepted = TagAssignment.objects.filter(
        asset=version.asset_id, state=TagAssignment.State.ACCEPTED
    )
    words = accepted.order_by("term__name").values_list("term__name", flat=True)
    names: list[JsonValue] = list(words)
    return {
        "category": version.asset.category,
        "brand": version.asset.brand.slug,
        "tags": names,
        "source": _source(version),
    }


def _source(version: Version) -> str:
    """The name of the source that brought the asset; empty where a person did."""
    brought = SourceFile.objects.filter(asset=version.asset_id).order_by("id")
    return brought.values_list("source__name", flat=True).first() or ""
