"""What verification found, for the doctor, the activity page and machines."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Min

from dam.models import Blob, Rendition, Verification, Version
from dam.models.storage import DAMAGED

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not what was stored, and whose it is."""

    kind: str  # "original" or "rendition"
    name: str  # SHA-256 of an original, key of a rendition
    condition: str
    assets: list[int]
    file_names: list[str]


def damages(most: int | None = None) -> list[Damage]:
    """Return what is damaged, originals first."""
    originals = [_of_original(blob) for blob in Blob.objects.filter(condition__in=DAMAGED)[:most]]
    renditions = Rendition.objects.filter(condition__in=DAMAGED).select_related("version")
    return originals + [_of_rendition(one) for one in renditions[:most]]


def _of_original(blob: Blob) -> Damage:
    rows = list(Version.objects.filter(blob=blob).values_list("asset", "file_name")[:SHOWN])
    assets, names = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    return Damage("original", blob.pk, blob.condition, assets, names)


def _of_rendition(one: Rendition) -> Damage:
    version = one.version
    return Damage("rendition", one.key, one.condition, [version.asset_id], [version.file_name])


def summary() -> dict[str, Any]:
    """Return how the files are known to be: counts by condition, and the last whole walk.

    `walk` is one that is not finished, `last` the newest that is; both may be None. `oldest` is
    when the original was verified that it is longest ago for, None where there are unverified ones.
    """
    walks = Verification.objects
    originals = _counts(Blob)
    return {
        "originals": originals,
        "renditions": _counts(Rendition),
        "last": walks.exclude(finished_at=None).first(),
        "walk": walks.filter(finished_at=None).first(),
        "oldest": None
        if originals["unknown"]
        else Blob.objects.aggregate(oldest=Min("verified_at"))["oldest"],
    }


def _counts(model: type[Blob] | type[Rendition]) -> dict[str, int]:
    rows = model._default_manager.values_list("condition").annotate(Count("pk"))
    found = dict(rows.order_by())
    counts = {name: found.get(name, 0) for name in ("unknown", "good", *DAMAGED)}
    return counts | {"damaged": sum(counts[name] for name in DAMAGED), "all": sum(found.values())}


def as_json(walk: Verification, left: int) -> dict[str, Any]:
    """Return what `manage.py verify --json` answers."""
    return {
        "finished": walk.finished_at is not None,
        "files": walk.files,
        "bytes": walk.bytes,
        "left": left,
        "orphans": walk.orphan_names,
        "findings": [asdict(one) for one in damages()],
    }
