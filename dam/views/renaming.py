"""Renaming many files: a pattern, the table of old and new names, and the way back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dam.actions import naming
from dam.actions.common import Conflict
from dam.naming import PatternError
from dam.naming.downloads import KNOWN
from dam.permissions import Grants
from dam.requests import PersonRequest
from dam.seeing import renamings_of
from dam.views.common import plain_refusal, wants_part, with_toast

SHOWN = 100  # rows of the table; what stands in the way comes first
RECENT = 10
FIRST_PATTERN = "{name:text}"


@require_http_methods(["GET", "POST"])
def rename(request: PersonRequest) -> HttpResponse:
    """The form for the posted assets; without any, the renamings that one made lately."""
    if not Grants.of(request.user).creating:
        raise PermissionDenied("asset.edit")
    ids = _chosen(request)
    allowed = len(naming.renamable(request.user, ids)) if ids else 0
    if ids and not allowed:
        return plain_refusal(_("You may not rename these files."), status=403)
    mine = renamings_of(request.user)[:RECENT]
    context = {
        "ids": ",".join(map(str, ids)),
        "chosen": allowed,
        "left_out": len(ids) - allowed,
        "fields": [*KNOWN.items(), ("n", _("a number that counts up"))],
        "recent": mine,
        "most": naming.MOST_AT_ONCE,
        **_planned(request, ids),
    }
    return render(request, "dam/rename.html", context)


def _chosen(request: PersonRequest) -> list[int]:
    """The posted ids: one by one, or all in one field between commas."""
    given = [*request.POST.getlist("asset"), *request.POST.get("assets", "").split(",")]
    known = [int(pk) for pk in given if pk.isdecimal() and len(pk) < 19]
    return list(dict.fromkeys(known))[: naming.MOST_AT_ONCE]


def _planned(request: PersonRequest, ids: list[int]) -> dict[str, Any]:
    pattern = request.POST.get("pattern", "") or FIRST_PATTERN
    context: dict[str, Any] = {"pattern": pattern, "start": _start(request)}
    if not ids:
        return context
    try:
        chosen = naming.renamable(request.user, ids)
        changes = naming.plan(chosen, pattern, user=request.user, start=context["start"])
    except PatternError as error:
        return context | {"error": str(error)}
    rows = sorted(changes, key=lambda one: (not one.problem, not one.remark))
    return context | {
        "changes": rows[:SHOWN],
        "total": len(changes),
        "renamed": sum(one.changed and not one.problem for one in changes),
        "problems": sum(bool(one.problem) for one in changes),
        "remarks": sum(bool(one.remark) for one in changes),
    }


def _start(request: PersonRequest) -> int:
    given = request.POST.get("start", "1")
    return int(given) if given.isdecimal() and len(given) < 10 else 1


@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """The table of old and new names, for what is in the form."""
    return render(request, "dam/_rename_table.html", _planned(request, _chosen(request)))


@require_POST
def apply(request: PersonRequest) -> HttpResponse:
    """Rename; the answer offers the way back."""
    ids = _chosen(request)
    assets = naming.renamable(request.user, ids)
    if not assets:
        return plain_refusal(_("You may not rename these files."), status=403)
    try:
        made = naming.rename_many(
            user=request.user,
            assets=assets,
            pattern=request.POST.get("pattern", ""),
            start=_start(request),
            titles="titles" in request.POST,
        )
    except ValueError as error:  # a PatternError too
        return plain_refusal(str(error))
    words = ngettext("%d file renamed.", "%d files renamed.", len(made.changes))
    said = words % len(made.changes)
    if not wants_part(request):
        messages.success(request, said)
        return redirect("rename")
    undo = {"url": reverse("rename_undo", args=[made.pk]), "values": {}}
    response = render(request, "dam/_renamed.html", {"made": made})
    return with_toast(response, said, undo=undo)


@require_POST
def undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Give the files of a batch their old names back."""
    made = get_object_or_404(renamings_of(request.user), pk=pk)
    try:
        count = naming.undo_renaming(renaming=made, user=request.user)
    except Conflict as conflict:
        return plain_refusal(str(conflict), status=409)
    words = ngettext("%d file has its old name.", "%d files have their old names.", count) % count
    kept = len(made.changes) - count
    if kept:
        words += " " + _("%d were renamed since, and stay so.") % kept
    messages.success(request, words)
    if not wants_part(request):
        return redirect("rename")
    # Not a reload: the page may be the answer to a form, which would be sent again.
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("rename")})
