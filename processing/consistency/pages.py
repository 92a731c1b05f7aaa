"""What the pages of consistency show, put together from rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam.models import Asset, BrandProfile, Category, User
from dam.permissions import Grants, can
from processing.consistency import running, sets, telling
from processing.consistency.chart import Chart, chart
from processing.consistency.scoring import ASPECTS
from processing.models import ConsistencyRun, ReferenceSet

WORST_SHOWN = 12
TITLES = {
    "overall": gettext_lazy("All"),
    "colour": gettext_lazy("Colour"),
    "exposure": gettext_lazy("Exposure"),
    "framing": gettext_lazy("Framing"),
    "size": gettext_lazy("Size"),
}
GOOD, FAIR = 85.0, 65.0  # from here a score is shown as good, as fair


def tone(score: float) -> str:
    """How a score is coloured: `ok`, `fair` or `low`. The number beside it says the same."""
    return "ok" if score >= GOOD else "fair" if score >= FAIR else "low"


def row_of(of: ReferenceSet) -> dict[str, Any]:
    """A set in the list."""
    runs = telling.trend(of)
    run = runs[-1] if runs else None
    return {
        "set": of,
        "run": run,
        "tone": tone(run.overall) if run else "",
        "parts": parts_of(run) if run else [],
        "chart": _chart(runs, "overall", of.floor),
        "change": telling.falling(runs),
        "pictures": of.pictures.count(),
    }


def parts_of(run: ConsistencyRun, runs: Sequence[ConsistencyRun] = ()) -> list[dict[str, Any]]:
    """The four parts of a run's score, each with how the set is off as a whole."""
    drift = telling.drift_of(run)
    return [
        {
            "name": aspect,
            "title": TITLES[aspect],
            "score": getattr(run, aspect),
            "tone": tone(getattr(run, aspect)),
            "drift": drift.get(aspect, ""),
            "chart": _chart(runs, aspect),
        }
        for aspect in ASPECTS
    ]


def page_of(of: ReferenceSet, user: User) -> dict[str, Any]:
    """One set: scores, trend, reference, locks."""
    runs = telling.trend(of)
    run = runs[-1] if runs else None
    may_edit = can(user, "consistency.edit", of.brand)
    return {
        **row_of(of),
        "brand": of.brand,
        "parts": parts_of(run, runs) if run else [],
        "runs": runs[::-1],
        "first": runs[0] if runs else None,
        "change_size": abs(telling.falling(runs) or 0.0),
        "lowest": min(runs, key=lambda one: one.overall) if runs else None,
        "lacks": "" if of.asked_at else _lacks(of),
        "being_measured": sets.being_measured(of) if of.asked_at else 0,
        "reference": _reference(of, user),
        "locks": list(of.locks.select_related("locked_by")),
        "may_edit": may_edit,
        **(worst_of(run, user) if run else {}),
    }


def worst_of(run: ConsistencyRun, user: User, aspect: str = "overall") -> dict[str, Any]:
    """The pictures that are farthest off, in all or in one part, with the reasons in words."""
    reference = telling.reference_of(run)
    found = []
    for row, asset in telling.worst(run, user, aspect)[:WORST_SHOWN]:
        reasons = telling.reasons_of(row, reference)
        if aspect != "overall":
            reasons = {aspect: reasons[aspect]} if aspect in reasons else {}
        score = getattr(row, aspect)
        if reasons:
            found.append(
                {"row": row, "asset": asset, "score": score, "tone": tone(score), "why": reasons}
            )
    tabs = [{"name": name, "title": title} for name, title in TITLES.items()]
    return {"worst": found, "aspect": aspect, "tabs": tabs}


def without_reference(user: User) -> list[dict[str, Any]]:
    """Brands' categories that have pictures and no reference yet, of those that one may set up."""
    brands = BrandProfile.objects.filter(Grants.within("pk", Grants.of(user).administering))
    there = set(ReferenceSet.objects.values_list("brand", "category"))
    rows = (
        Asset.objects.live()
        .filter(brand__in=brands)
        .exclude(category="")
        .values("brand__slug", "brand__name", "brand", "category")
        .annotate(pictures=Count("pk"))
        .order_by("brand__name", "category")
    )
    return [
        {
            **row,
            "title": Category(row["category"]).label,
            "asked": f"brand:{row['brand__slug']} category:{row['category']}",
        }
        for row in rows
        if (row["brand"], row["category"]) not in there
    ]


def _lacks(of: ReferenceSet) -> str:
    """What a set lacks for being scored; empty where nothing does."""
    try:
        running.reference_of(of)
    except running.NotReady as reason:
        return str(reason)
    if not sets.looks(sets.members(of)).exists():
        return _("There are no other measured pictures of this brand and category yet.")
    return ""


def _reference(of: ReferenceSet, user: User) -> list[dict[str, Any]]:
    """The reference's pictures: whether one may see each, and whether it counts now."""
    rows = list(of.pictures.select_related("version__asset"))
    ids = [row.version.asset_id for row in rows]
    visible = Asset.objects.visible_to(user).filter(pk__in=ids)
    seen = set(visible.values_list("current_version", flat=True))
    every = set(visible.editable_by(user).values_list("pk", flat=True))
    counting = set(sets.shown_by(of).values_list("pk", flat=True))
    return [
        {
            "row": row,
            "seen": row.version_id in seen or row.version.asset_id in every,
            "counts": row.version_id in counting,
        }
        for row in rows
    ]


def _chart(runs: Sequence[ConsistencyRun], name: str, floor: float = 0.0) -> Chart | None:
    return chart([run.at for run in runs], [getattr(run, name) for run in runs], floor)
