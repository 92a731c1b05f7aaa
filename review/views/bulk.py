"""The bulk view: groups of the alike, decided together, exceptions left out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dam.permissions import require
from dam.requests import PersonRequest
from review import bulk as groups
from review import queue, sheet
from review.models import Decision, RejectReason, ReviewItem
from review.views.answers import in_words, numbers

SHOWN_REFUSALS = 3


@require_GET
def bulk(request: PersonRequest) -> HttpResponse:
    """A grid of what waits, one group at a time."""
    require(request.user, "review.work")
    known = groups.groups(request.user)
    code = request.GET.get("group", "")
    found = list(groups.members(request.user, code, after=_cursor(request)))
    shown = found[: groups.PAGE]
    context = {
        "groups": known,
        "code": code,
        "cells": [(item, sheet.small_of(item)) for item in shown],
        "next_after": shown[-1].pk if len(found) > groups.PAGE else None,
        "reasons": RejectReason.choices,
        "remaining": queue.remaining(request.user),
        "undoable": request.session.pop("review_bulk", None),
    }
    return render(request, "review/bulk.html", context)


@require_POST
@in_words
def decide_many(request: PersonRequest) -> HttpResponse:
    """Approve or reject the ticked items."""
    require(request.user, "review.work")
    ticked = numbers(request.POST.getlist("item"))[: groups.PAGE]
    if not ticked:
        raise ValueError(_("Tick the pictures that you decide about first."))
    reason = request.POST.get("reject", "")
    outcome = groups.decide_all(
        items=ReviewItem.objects.for_reviewer(request.user).filter(pk__in=ticked).with_picture(),
        user=request.user,
        verdict=Decision.Verdict.REJECT if reason else Decision.Verdict.APPROVE,
        reason=reason,
        comment=request.POST.get("comment", ""),
    )
    _tell(request, outcome, _verb(outcome))
    request.session["review_bulk"] = [made.pk for made in outcome.decisions]
    return _back(request)


@require_POST
@in_words
def undo_many(request: PersonRequest) -> HttpResponse:
    """Take back what was just decided together."""
    require(request.user, "review.work")
    wanted = numbers(request.POST.getlist("decision"))[: groups.PAGE]
    seen = Decision.objects.visible_to(request.user).filter(pk__in=wanted).with_picture()
    outcome = groups.undo_all(decisions=seen, user=request.user)
    queue.release(request.user, [made.item_id for made in outcome.decisions])
    _tell(request, outcome, _("taken back"))
    return _back(request)


def _verb(outcome: groups.Outcome) -> str:
    return outcome.decisions[0].get_verdict_display().lower() if outcome.decisions else ""


def _tell(request: PersonRequest, outcome: groups.Outcome, verb: str) -> None:
    number = len(outcome.decisions)
    if number:
        words = ngettext("%(number)d picture %(verb)s.", "%(number)d pictures %(verb)s.", number)
        messages.success(request, words % {"number": number, "verb": verb})
    for sentence in outcome.refused[:SHOWN_REFUSALS]:
        messages.error(request, sentence)
    more = len(outcome.refused) - SHOWN_REFUSALS
    if more > 0:
        messages.error(request, _("And %(number)d more were left alone.") % {"number": more})


def _back(request: PersonRequest) -> HttpResponse:
    group = request.POST.get("group", "")
    known = {found.code for found in groups.groups(request.user)}
    response = redirect("review_bulk")
    if group in known:
        response["Location"] += f"?group={group}"
    return response


def _cursor(request: PersonRequest) -> int:
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
