"""What an asset's page shows of rendering: what recipes made, and wishes that are worth a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from dam.models import Asset, Rendition, User
from dam.permissions import can
from processing.models import Provenance, Render

LATELY = timedelta(minutes=15)
LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition that a recipe made, with how."""

    row: Rendition
    how: Provenance

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """The checks that failed."""
        return [check for check in self.how.checks if not check["passed"]]

    @property
    def passed(self) -> list[dict[str, Any]]:
        return [check for check in self.how.checks if check["passed"]]

    @property
    def type(self) -> str:
        return self.row.media_type.rpartition("/")[2].upper()


def made_of(asset: Asset, user: User) -> list[Made]:
    """What recipes made of an asset's versions, for who may have those; the newest first."""
    rows = Rendition.objects.filter(version__asset=asset, provenance__isnull=False)
    rows = rows.select_related("version__asset", "provenance__made_by").order_by("-provenance__pk")
    return [Made(row, row.provenance) for row in rows if can(user, "rendition.look", row)]


def notable(asset: Asset, user: User) -> list[Render]:
    """Wishes that a person wants to know of: what is in motion, what failed and was not asked for
    again, and what just became a version.
    """
    rows = Render.objects.visible_to(user).filter(version__asset=asset).in_order()[:LOOKED_AT]
    newest: dict[tuple[str, bool], Render] = {}
    open_ones = []
    for row in rows:
        if row.open:
            open_ones.append(row)
        else:
            newest.setdefault((row.recipe, row.as_version), row)
    ended = [row for row in newest.values() if _is_told(row, open_ones)]
    return open_ones + ended


def _is_told(row: Render, open_ones: list[Render]) -> bool:
    if any(one.recipe == row.recipe and one.pk > row.pk for one in open_ones):
        return False
    if row.state == Render.State.FAILED:
        return True
    at = row.job.finished_at if row.job is not None else None
    lately = at is not None and at > timezone.now() - LATELY
    return lately and row.as_version and row.state == Render.State.DONE
