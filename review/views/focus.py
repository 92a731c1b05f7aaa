"""The focus view: one picture at a time, the next ones ready behind it."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from dam.permissions import require
from dam.requests import PersonRequest
from review import queue
from review.actions import decide, undo
from review.actions.undo import may_undo
from review.history import recent
from review.models import Decision, RejectReason, ReviewItem
from review.sheet import sheet_of
from review.views.answers import in_words, numbers, wants_json

AHEAD = 3  # how many are ready behind the one on the page


@require_GET
def focus(request: PersonRequest) -> HttpResponse:
    """The page, beginning with what is next for this person."""
    items = queue.lease_next(request.user, count=1)
    return _page(request, items[0] if items else None)


@require_GET
def item(request: PersonRequest, pk: int) -> HttpResponse:
    """The page, beginning with one particular item; or that item's sheet, for the script."""
    found = _item(request, pk)
    held = queue.take(found, request.user)
    if wants_json(request):
        return JsonResponse({"html": _html(request, found), "refusal": held.refusal})
    return _page(request, found, held.refusal)


def _page(request: PersonRequest, found: ReviewItem | None, refusal: str = "") -> HttpResponse:
    sheet = _laid_out(request, found) if found else {"sheet": None}
    context = sheet | {
        "refusal": refusal,
        "recent": recent(request.user),
        "remaining": queue.remaining(request.user),
        "lease_seconds": int(queue.LEASE.total_seconds()),
        "ahead": AHEAD,
    }
    return render(request, "review/focus.html", context)


@require_POST
@in_words
def lease(request: PersonRequest) -> HttpResponse:
    """Hand out the next items, with their sheets, beside those that the page has already."""
    have = numbers(request.POST.getlist("have"))
    items = queue.lease_next(request.user, count=AHEAD, beside=have)
    return JsonResponse(
        {
            "sheets": [_html(request, found) for found in items],
            "remaining": queue.remaining(request.user),
        }
    )


@require_POST
@in_words
def heartbeat(request: PersonRequest) -> HttpResponse:
    """Keep the leases of what the page shows; say what was lost, and to whom."""
    require(request.user, "review.work")
    wanted = numbers(request.POST.getlist("have"))
    kept = queue.renew(request.user, wanted)
    lost = ReviewItem.objects.for_reviewer(request.user).filter(pk__in=set(wanted) - kept)
    return JsonResponse(
        {
            "lost": {found.pk: queue.why_not(found, request.user) for found in lost},
            "remaining": queue.remaining(request.user),
        }
    )


@require_POST
@in_words
def release(request: PersonRequest) -> HttpResponse:
    """Let go of what the page held: sent when it is left. Only one's own is let go of."""
    queue.release(request.user, numbers(request.POST.getlist("have")))
    return HttpResponse(status=204)


@require_POST
@in_words
def decide_item(request: PersonRequest, pk: int) -> HttpResponse:
    """Decide one item as the form says."""
    form = request.POST
    offered, accepted = numbers(form.getlist("offered")), set(numbers(form.getlist("accept")))
    tags = {term: "accepted" if term in accepted else "rejected" for term in offered}
    tags |= dict.fromkeys(numbers(form.getlist("drop")), "rejected")
    reason = form.get("reject", "")  # its button is the verdict and the reason in one
    made = decide(
        item=_item(request, pk),
        user=request.user,
        verdict=Decision.Verdict.REJECT if reason else form.get("verdict", ""),
        reason=reason,
        comment=form.get("comment", ""),
        tags=tags,
        add_tags=form.getlist("add"),
        file_name=form.get("file_name", ""),
    )
    if not wants_json(request):
        return redirect("review")
    return JsonResponse({"decision": made.pk, "remaining": queue.remaining(request.user)})


@require_POST
@in_words
def undo_decision(request: PersonRequest, pk: int) -> HttpResponse:
    """Take one decision back."""
    seen = Decision.objects.visible_to(request.user).select_related("item__version__asset__brand")
    decision = get_object_or_404(seen, pk=pk)
    undo(decision=decision, user=request.user)
    if not wants_json(request):
        if request.POST.get("next") == "history":
            return redirect("decisions")
        return redirect("review_item", decision.item_id)
    return JsonResponse(
        {"html": _html(request, _item(request, decision.item_id)),
         "remaining": queue.remaining(request.user)}
    )  # fmt: skip


@require_GET
def count(request: PersonRequest) -> HttpResponse:
    """How many items wait, for the rail: a number, or nothing at all."""
    number = queue.remaining(request.user)
    return HttpResponse(f"{number:,}" if number else "", content_type="text/html")


def _item(request: PersonRequest, pk: int) -> ReviewItem:
    mine = ReviewItem.objects.for_reviewer(request.user).with_picture()
    return get_object_or_404(mine, pk=pk)


def _html(request: PersonRequest, found: ReviewItem) -> str:
    return render_to_string("review/_sheet.html", _laid_out(request, found), request=request)


def _laid_out(request: PersonRequest, found: ReviewItem) -> dict[str, Any]:
    sheet = sheet_of(found)
    mine = sheet.decision is not None and may_undo(sheet.decision, request.user)
    return {"sheet": sheet, "reasons": _reasons(), "may_undo": mine}


def _reasons() -> list[tuple[int, str, str]]:
    """The reasons of a rejection in the order of their digit keys."""
    return [
        (digit, str(value), str(label))
        for digit, (value, label) in enumerate(RejectReason.choices, 1)
    ]
