"""Renders and what they made, as plain JSON: one form for the API and the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from dam.models import Rendition
from processing.models import Provenance, Render

Told = dict[str, Any]


def told(render: Render) -> Told:
    """One render with its results; how each came is in its ``provenance``."""
    return told_all([render])[0]


def told_all(renders: Iterable[Render]) -> list[Told]:
    """Several renders, with two questions for all their results."""
    rows = list(renders)
    results = [one for row in rows for one in row.results or ()]
    made = _provenance("rendition", [one.get("rendition") for one in results])
    versions = _provenance("version", [one.get("version") for one in results])
    return [_told(row, made, versions) for row in rows]


def _told(row: Render, made: dict[int, Provenance], versions: dict[int, Provenance]) -> Told:
    job = row.job
    return {
        "id": row.pk,
        "asset": row.version.asset_id,
        "version": row.version_id,
        "recipe": row.recipe,
        "recipe_version": row.recipe_number,
        "variables": row.variables,
        "outputs": row.outputs,
        "as_version": row.as_version,
        "note": row.note,
        "state": row.state.value,
        "progress": row.progress,
        "attempts": job.attempts if job is not None else 0,
        "error": row.error,
        "error_category": job.error_category if job is not None and row.error else "",
        "made_by": row.made_by,
        "created_at": row.created_at,
        "started_at": job.started_at if job is not None else None,
        "finished_at": job.finished_at if job is not None and not row.open else None,
        "milliseconds": job.milliseconds if job is not None and not row.open else None,
        "results": [_result(one, made, versions) for one in row.results or ()],
    }


def _result(one: Told, made: dict[int, Provenance], versions: dict[int, Provenance]) -> Told:
    rendition, version = one.get("rendition"), one.get("version")
    how = made.get(rendition or 0) if rendition else versions.get(version or 0)
    told = {
        "output": one["output"],
        "rendition": rendition,
        "version": version,
        "cached": one["cached"],
        "gone": how is None,
        "file": None,
        "provenance": None,
    }
    if how is None:
        return told
    file = told_file(how.rendition) if how.rendition is not None else None
    return told | {"file": file, "provenance": told_provenance(how)}


def told_file(row: Rendition) -> Told:
    """What a rendition is, and where it is to be had."""
    return {
        "purpose": row.purpose,
        "media_type": row.media_type,
        "width": row.width,
        "height": row.height,
        "size": row.size,
        "sha256": row.sha256,
        "standing": row.standing,
        "address": reverse("api_rendition", args=[row.version_id, row.purpose]),
    }


def told_provenance(how: Provenance) -> Told:
    """How it came: from what, by what, step by step."""
    return {
        "source": how.source_id,
        "recipe": how.recipe,
        "recipe_version": how.recipe_number,
        "output": how.output,
        "digest": how.recipe_digest,
        "milliseconds": how.milliseconds,
        "confidence": how.confidence,
        "steps": how.steps,
        "checks": how.checks,
        "variables": how.variables,
        "locked": how.locked,
        "networks": how.networks,
        "made_at": how.created_at,
    }


def _provenance(what: str, ids: Iterable[int | None]) -> dict[int, Provenance]:
    wanted = {pk for pk in ids if pk}
    rows = Provenance.objects.filter(**{f"{what}__in": wanted}).select_related("rendition")
    return {getattr(row, f"{what}_id"): row for row in rows} if wanted else {}
