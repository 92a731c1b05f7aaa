"""Restricting an asset, and who looked at it since."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dam.actions import access
from dam.permissions import can
from dam.requests import PersonRequest
from dam.seeing import asset_or_404

READS_SHOWN = 200


@require_POST
def restrict(request: PersonRequest, pk: int) -> HttpResponse:
    """Restrict an asset, or lift that with `lift=1`."""
    of = asset_or_404(request.user, pk)
    access.restrict(
        asset=of,
        user=request.user,
        restricted="lift" not in request.POST,
        reason=request.POST.get("reason", "")[:500],
    )
    return redirect(of)


@require_GET
def reads(request: PersonRequest, pk: int) -> HttpResponse:
    """Who looked at a restricted asset, the newest first."""
    of = asset_or_404(request.user, pk)
    if not can(request.user, "asset.restrict", of):
        raise Http404
    events = of.access_events.select_related("user", "version")[:READS_SHOWN]
    return render(request, "dam/_reads.html", {"asset": of, "events": events})
