"""What was decided: for the room, and for one asset."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from dam.models import Asset
from dam.permissions import can, require
from dam.requests import PersonRequest
from review import history
from review.actions.undo import may_undo
from review.changes import rows_of
from review.models import Decision


@require_GET
def decisions(request: PersonRequest) -> HttpResponse:
    """Every decision that a person may see, newest first, narrowed by reviewer and verdict."""
    require(request.user, "review.work")
    reviewer = _number(request.GET.get("reviewer", ""))
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in Decision.Verdict.values else ""
    page = history.page(
        user=request.user,
        reviewer=reviewer,
        verdict=verdict,
        before=_number(request.GET.get("before", "")),
    )
    context = _rows(request, page.decisions) | {
        "next_before": page.next_before,
        "reviewers": history.reviewers(request.user),
        "verdicts": Decision.Verdict.choices,
        "reviewer": reviewer,
        "verdict": verdict,
    }
    part = request.headers.get("HX-Request") == "true"
    name = "review/_decisions.html" if part else "review/history.html"
    return render(request, name, context)


@require_GET
def asset_decisions(request: PersonRequest, pk: int) -> HttpResponse:
    """The decisions on one asset, as a fragment of its page, for its owner and its reviewers."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), pk=pk)
    made = list(history.for_asset(asset)) if can(request.user, "asset.edit", asset) else []
    context = _rows(request, made) | {"asset": asset}
    return render(request, "review/_asset_decisions.html", context)


def _rows(request: PersonRequest, made: list[Decision]) -> dict[str, Any]:
    mine = {decision.pk for decision in made if may_undo(decision, request.user)}
    return {"rows": rows_of(made), "mine": mine}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
