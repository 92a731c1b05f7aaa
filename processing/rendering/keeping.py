"""Keeps what recipes made: renditions with their provenance, found again by their key."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from dam.models import Asset, Condition, Rendition
from dam.models.storage import DAMAGED
from dam.storage import incoming, path_of, place_rendition, rendition_key
from processing.engine.keys import ENGINE_VERSION
from processing.engine.running import Made
from processing.models import Provenance
from processing.rendering import locks
from processing.rendering.rendering import Work
from processing.renditions.making import LADDER
from processing.signals import rendition_made

ONLY = "main"  # an output of this name needs no name of its own beside its recipe's
_LADDER = frozenset(spec.purpose for spec in LADDER)


def purpose_of(recipe: str, output: str) -> str:
    """What a recipe's output is called among a version's renditions: letters, digits, hyphens."""
    name = recipe if output == ONLY else f"{recipe}--{output}"
    return f"recipe-{name}" if name in _LADDER else name


def kept(work: Work, key: str) -> Rendition | None:
    """The rendition that this very work made before, if its file is there and whole."""
    rows = work.version.renditions.filter(recipe_digest=key, engine_version=str(ENGINE_VERSION))
    known = rows.select_related("provenance").first()
    if known is None or known.condition in DAMAGED or not path_of(known.key).is_file():
        return None
    return known


def keep(work: Work, made: Made, key: str, number: int | None = None) -> Rendition:
    """Keep one output as a rendition of the version; the same key is the same row.

    The file first, then the rows together: a crash in between leaves a file that the next try
    replaces. What the same output was before, by another key, goes: it is out of date. Raises
    StorageFull and NotMounted.
    """
    purpose = purpose_of(work.recipe.name, made.output.name)
    place = rendition_key(work.version.pk, key, f".{made.encoded.media.extension}")
    _place(made.encoded.data, place)
    with transaction.atomic():
        # The asset first, as whoever decides about a rendition: so that none waits in a circle.
        Asset.objects.select_for_update().get(pk=work.version.asset_id)
        row, _ = Rendition.objects.update_or_create(
            version=work.version,
            recipe_digest=key,
            engine_version=str(ENGINE_VERSION),
            defaults={"purpose": purpose, "key": place, **_facts(made)},
        )
        Provenance.objects.update_or_create(
            rendition=row, defaults=provenance(work, made, key, number)
        )
        earlier = work.version.renditions.filter(purpose=purpose).exclude(pk=row.pk)
        gone = list(earlier.values_list("key", flat=True))
        earlier.delete()
        rendition_made.send(Rendition, rendition=row)
    for name in gone:
        path_of(name).unlink(missing_ok=True)
    return row


def provenance(work: Work, made: Made, key: str, number: int | None) -> Mapping[str, object]:
    """The fields of a Provenance row."""
    return {
        "source": work.version,
        "recipe": work.recipe.name,
        "recipe_number": number,
        "recipe_digest": key,
        "output": made.output.name,
        "steps": [record.as_json() for record in made.records],
        "checks": [asdict(verdict) for verdict in made.verdicts],
        "variables": dict(work.recipe.variables),
        "locked": [locks.told(lock) for lock in work.locked],
        "networks": work.networks(made.output.name),
        "confidence": made.confidence,
        "milliseconds": sum(record.milliseconds for record in made.records),
        "made_by": work.user,
    }


def _facts(made: Made) -> dict[str, object]:
    encoded = made.encoded
    return {
        "media_type": encoded.media.mime,
        "width": encoded.width,
        "height": encoded.height,
        "size": len(encoded.data),
        "sha256": hashlib.sha256(encoded.data).hexdigest(),
        "condition": Condition.UNKNOWN,
        "verified_at": None,
    }


def _place(data: bytes, key: str) -> None:
    with tempfile.TemporaryDirectory(dir=incoming(), prefix="rendered-") as folder:
        file = Path(folder) / "rendered"
        file.write_bytes(data)
        place_rendition(file, key)
