"""Warnings: a score under its floor, or one that fell by more than it may."""

from __future__ import annotations

from django.utils.formats import date_format

from processing.consistency.scoring import ASPECTS
from processing.models import ConsistencyRun


def warn(made: ConsistencyRun) -> None:
    """Write the sentences that a new run gives rise to into it."""
    before = made.reference.runs.exclude(pk=made.pk).order_by("-pk").first()
    made.warnings = sentences(made, before)
    if made.warnings:
        made.save(update_fields=["warnings"])


def sentences(made: ConsistencyRun, before: ConsistencyRun | None) -> list[str]:
    """What is to be warned of after a run; `before` is the one that came before it."""
    held = made.reference
    found = []
    if made.overall < held.floor:
        lowest = min(ASPECTS, key=lambda aspect: getattr(made, aspect))
        found.append(
            f"The score of {made.overall:.0f} is under {held.floor:g};"
            f" the lowest part is {lowest} with {getattr(made, lowest):.0f}."
        )
    if before is not None and before.overall - made.overall > held.fall:
        falls = {aspect: getattr(before, aspect) - getattr(made, aspect) for aspect in ASPECTS}
        most = max(falls, key=lambda aspect: falls[aspect])
        found.append(
            f"The score fell by {before.overall - made.overall:.0f} points since"
            f" {date_format(before.at, 'j F')}, most of all in {most}."
        )
    return found
