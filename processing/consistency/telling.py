"""Sets, runs and pictures as plain JSON: one form for the command and the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dam.models import Asset, User
from processing.consistency import wording
from processing.consistency.scoring import ASPECTS, FIGURES, Aim, Reference
from processing.models import (
    ConsistencyDeviation,
    ConsistencyRun,
    LockedSetting,
    ReferenceSet,
)

SCORES = ("overall", *ASPECTS)


def told_set(of: ReferenceSet) -> dict[str, Any]:
    """A set with its newest run."""
    newest = of.runs.order_by("-pk").first()
    return {
        "id": of.pk,
        "brand": of.brand.slug,
        "category": of.category,
        "pictures": of.pictures.count(),
        "floor": of.floor,
        "fall": of.fall,
        "newest": of.newest,
        "waiting": of.asked_at is not None,
        "locked": {lock.name: lock.value for lock in of.locks.all()},
        "run": told_run(newest) if newest else None,
    }


def told_run(run: ConsistencyRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "at": run.at.isoformat(),
        **{name: getattr(run, name) for name in SCORES},
        "measured": run.measured,
        "unmeasured": run.unmeasured,
        "pictures": run.pictures,
        "drift": drift_of(run),
        "warnings": run.warnings,
        "recipes": run.recipes,
        "look_version": run.look_version,
        "engine_version": run.engine_version,
    }


def told_worst(run: ConsistencyRun, user: User, aspect: str = "overall") -> list[dict[str, Any]]:
    """The pictures of a run that are farthest off, of those that a person may see."""
    return [
        {
            "asset": asset.pk,
            "version": row.version_id,
            "title": asset.title,
            **{name: getattr(row, name) for name in SCORES},
            "reasons": reasons_of(row, reference_of(run)),
            "recipe": row.recipe or None,
            "recipe_number": row.recipe_number,
        }
        for row, asset in worst(run, user, aspect)
    ]


def told_lock(lock: LockedSetting) -> dict[str, Any]:
    return {
        "name": lock.name,
        "value": lock.value,
        "note": lock.note,
        "locked_by": lock.locked_by.username if lock.locked_by else None,
        "locked_at": lock.locked_at.isoformat(),
    }


def worst(
    run: ConsistencyRun, user: User, aspect: str = "overall"
) -> list[tuple[ConsistencyDeviation, Asset]]:
    """A run's pictures, the farthest off in an aspect first; those that a person may see, and of
    which no newer version is shown.
    """
    rows = list(run.deviations.select_related("version").order_by(aspect, "pk"))
    seen = Asset.objects.visible_to(user).filter(pk__in=[row.version.asset_id for row in rows])
    assets = seen.with_current().in_bulk()
    pairs = [(row, assets.get(row.version.asset_id)) for row in rows]
    return [
        (row, asset) for row, asset in pairs if asset and asset.current_version_id == row.version_id
    ]


def reference_of(run: ConsistencyRun) -> Reference:
    """The reference as it was when a run was made."""
    return Reference({name: Aim(**run.aims[name]) for name in FIGURES})


def drift_of(run: ConsistencyRun) -> dict[str, str]:
    """How the set as a whole was off: aspect → a sentence."""
    return wording.drift(run.medians, run.measured, reference_of(run))


def reasons_of(row: ConsistencyDeviation, reference: Reference) -> dict[str, str]:
    """Why a picture is off: aspect → a sentence, the worst first."""
    return wording.reasons(row.figures, reference)


def trend(of: ReferenceSet, most: int = 60) -> list[ConsistencyRun]:
    """The last runs, the oldest first."""
    return list(of.runs.order_by("-pk")[:most])[::-1]


def falling(runs: Iterable[ConsistencyRun]) -> float | None:
    """Points from the run before the last to the last; None where there are not two."""
    last = list(runs)[-2:]
    return round(last[1].overall - last[0].overall, 1) if len(last) == 2 else None
