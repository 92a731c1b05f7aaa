"""Versions of an asset: set side by side, and brought back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dam.actions import versions as actions
from dam.models import Version
from dam.plain_words import facts_in_words
from dam.requests import PersonRequest
from dam.seeing import asset_or_404, version_or_404, versions_of
from dam.views.common import trail


@require_GET
def compare(request: PersonRequest, pk: int) -> HttpResponse:
    """Two versions of an asset: `?a=` and `?b=` (ids); by default the newest and the one before."""
    asset = asset_or_404(request.user, pk)
    known = list(versions_of(asset, request.user))
    if len(known) < 2:
        raise Http404
    newer = _chosen(request, "b", known, known[0])
    older = _chosen(request, "a", known, next(v for v in known if v.pk != newer.pk))
    context = {
        "asset": asset,
        "versions": known,
        "older": older,
        "newer": newer,
        "rows": _differences(older, newer),
        "trail": trail(request),
    }
    return render(request, "dam/compare.html", context)


def _chosen(request: PersonRequest, name: str, known: list[Version], otherwise: Version) -> Version:
    wanted = request.GET.get(name, "")
    if not wanted:
        return otherwise
    for version in known:
        if str(version.pk) == wanted:
            return version
    raise Http404


def _differences(older: Version, newer: Version) -> list[tuple[str, str, str]]:
    """The facts of both side by side: name, older, newer."""
    rows = [
        (_("Size"), f"{older.width} × {older.height}", f"{newer.width} × {newer.height}"),
        (_("Type"), older.media_type, newer.media_type),
        (_("Colour space"), older.colour_space, newer.colour_space),
        (_("File"), older.file_name, newer.file_name),
    ]
    said = {fact.name: fact.words for fact in facts_in_words(older)}
    rows += [(f.name, said.get(f.name, ""), f.words) for f in facts_in_words(newer)]
    return rows


@require_POST
def restore(request: PersonRequest, pk: int) -> HttpResponse:
    """Make an old version's picture the newest one."""
    version = version_or_404(request.user, pk)
    restored = actions.restore(
        version=version, user=request.user, note=request.POST.get("note", "")[:500]
    )
    messages.success(
        request,
        _("Version %(old)s is back, as version %(new)s.")
        % {"old": version.number, "new": restored.number},
    )
    return redirect(version.asset)
