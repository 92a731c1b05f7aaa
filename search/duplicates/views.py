"""The page of near-duplicates, and the look-alikes on an asset's page."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from dam.actions.common import Conflict
from dam.models import Asset, BrandProfile, User
from dam.permissions import Grants, can
from dam.requests import PersonRequest
from dam.seeing import asset_or_404
from dam.views.common import plain_refusal, wants_part, with_toast
from search.duplicates import actions
from search.duplicates.clusters import BadCursor, lookalikes, overview, page
from search.duplicates.models import DuplicateDecision
from search.duplicates.shown import laid_out

MOST_AT_ONCE = 100
SHOWN_ALIKE = 6
NOT_ALLOWED = gettext_lazy(
    "You may not do that with every one of these pictures: choose another to keep."
)


def require_somewhere(user: User) -> None:
    """Creators and reviewers look after duplicates; raise PermissionDenied for others."""
    if not Grants.of(user).creating:
        raise PermissionDenied("duplicates")


@require_GET
def duplicates(request: PersonRequest) -> HttpResponse:
    """Clusters of what looks the same, the biggest saving first; `?brand=` and `?cursor=`.

    With `?asset=` the cluster of that asset alone.
    """
    require_somewhere(request.user)
    brand = _brand(request)
    found = overview(request.user, brand)
    of = request.GET.get("asset", "")
    if of:
        mine = [one for one in found.clusters if of in {str(m.asset) for m in one.members}]
        found = replace(found, clusters=mine)
    try:
        shown, cursor = page(found.clusters, request.GET.get("cursor"))
    except BadCursor as error:
        messages.error(request, str(error))
        return redirect("duplicates")
    context = {
        "shown": laid_out(shown, request.user),
        "next_cursor": cursor,
        "found": found,
        "of": of,
        "brand": brand,
        "brands": BrandProfile.objects.filter(Grants.within("pk", Grants.of(request.user).viewing)),
    }
    part = wants_part(request) and "cursor" in request.GET
    name = "search/_clusters.html" if part else "search/duplicates.html"
    return render(request, name, context)


def _brand(request: PersonRequest) -> BrandProfile | None:
    slug = request.GET.get("brand", "")
    if not slug:
        return None
    allowed = Grants.within("pk", Grants.of(request.user).viewing)
    return get_object_or_404(BrandProfile, allowed, slug=slug)


@require_POST
def decide(request: PersonRequest) -> HttpResponse:
    """Do `what` (keep, merge, link, dismiss) with one cluster or several.

    One is said by `keep` and `asset`s; several by `cluster`s, each "KEPT,OTHER,OTHER…".
    """
    require_somewhere(request.user)
    groups = _groups(request)
    if not groups:
        return plain_refusal(_("No pictures were chosen."))
    try:
        with transaction.atomic():
            made = [_decided(request, group) for group in groups]
    except PermissionDenied:
        return _refused(request, str(NOT_ALLOWED), 403)
    except ValueError as error:
        return _refused(request, str(error), 400)
    if not wants_part(request):
        return redirect("duplicates")
    undo = {"url": reverse("duplicates_undo"), "values": {"decision": [one.pk for one in made]}}
    response = with_toast(HttpResponse(), _said(made), undo=undo)
    response["X-Done"] = ",".join(str(one.pk) for one in made)
    return response


def _groups(request: PersonRequest) -> list[list[int]]:
    """The clusters that a form names, each with the one to keep first."""
    several = request.POST.getlist("cluster")[:MOST_AT_ONCE]
    given = [one.split(",") for one in several]
    if not given:
        kept = request.POST.get("keep", "")
        others = [one for one in request.POST.getlist("asset") if one != kept]
        given = [[kept, *others]]
    if not all(pk.isdecimal() and len(pk) < 19 for group in given for pk in group):
        return []
    return [[int(pk) for pk in group] for group in given]


def _decided(request: PersonRequest, group: list[int]) -> DuplicateDecision:
    seen = Asset.objects.visible_to(request.user).with_current().in_bulk(group)
    if group[0] not in seen:
        raise ValueError(_("The picture to keep is not there (any more): reload the page."))
    return actions.decide(
        user=request.user,
        kind=request.POST.get("what", ""),
        kept=seen[group[0]],
        others=[seen[pk] for pk in group[1:] if pk in seen],
    )


def _refused(request: PersonRequest, sentence: str, status: int) -> HttpResponse:
    if wants_part(request):
        return plain_refusal(sentence, status)
    messages.error(request, sentence)
    return redirect("duplicates")


def _said(made: list[DuplicateDecision]) -> str:
    others = sum(len(one.assets) for one in made)
    words = {
        "keep": ngettext("%d duplicate is in the bin.", "%d duplicates are in the bin.", others),
        "merge": ngettext(
            "%d duplicate is merged, and in the bin.",
            "%d duplicates are merged, and in the bin.",
            others,
        ),
        "link": ngettext("%d is linked as a variant.", "%d are linked as variants.", others),
        "dismiss": _("Remembered: %d and the kept one are different pictures."),
    }
    return words[made[0].kind] % others


@require_POST
def undo(request: PersonRequest) -> HttpResponse:
    """Take decisions back: those whose ids are posted."""
    given = [pk for pk in request.POST.getlist("decision") if pk.isdecimal() and len(pk) < 19]
    mine = DuplicateDecision.objects.filter(decided_by=request.user, pk__in=given[:MOST_AT_ONCE])
    try:
        with transaction.atomic():
            for one in mine.select_related("kept"):
                actions.undo(decision=one, user=request.user)
    except Conflict as conflict:
        return _refused(request, str(conflict), 409)
    if not wants_part(request):
        return redirect("duplicates")
    response = with_toast(HttpResponse(status=204), _("Taken back."))
    response["HX-Refresh"] = "true"
    return response


@require_GET
def lookalikes_panel(request: PersonRequest, pk: int) -> HttpResponse:
    """What looks the same as one asset, for its page and for the list of uploads."""
    asset = asset_or_404(request.user, pk)
    rows = lookalikes(asset, request.user).values_list(
        "first__current_of", "second__current_of", "likeness", "mirrored"
    )
    others = {one if two == pk else two: flip for one, two, _sure, flip in rows[:SHOWN_ALIKE]}
    seen = Asset.objects.visible_to(request.user).with_current().in_bulk(list(others))
    context: dict[str, Any] = {
        "asset": asset,
        "alike": [{"asset": seen[one], "mirrored": others[one]} for one in others if one in seen],
        "may_edit": can(request.user, "asset.edit", asset),
    }
    return render(request, "search/_lookalikes.html", context)
