"""One asset: its page, what is said of it, and the bin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dam import audit
from dam.actions import access, library, tags
from dam.actions.rights import RIGHTS, change_rights
from dam.credentials import credentials_in_words
from dam.models import Asset, Category, Collection, TagAssignment, Term, Version, VersionText
from dam.permissions import can, require
from dam.plain_words import facts_in_words, place_in_words
from dam.related import related_to
from dam.requests import PersonRequest
from dam.rights import rights_form
from dam.seeing import asset_or_404, versions_of
from dam.views.common import plain_refusal, sentences, trail, wants_part, with_toast
from dam.views.files import looking

State = TagAssignment.State
TERMS_OFFERED = 12
STANDARD = ("thumbnail", "preview", "large")  # the others are made by recipes
LINES_SHOWN, LINE_SHOWN = 60, 400  # of the beginning of a text


@require_GET
def asset(request: PersonRequest, pk: int) -> HttpResponse:
    """The page of one asset; `?version=` shows an older version of it, `?from=` keeps a search."""
    shown_asset = _asset_or_binned(request, pk)
    versions = list(versions_of(shown_asset, request.user))
    shown = _shown(request, shown_asset, versions)
    access.saw(**looking(request, shown, "page"))
    context = {
        "asset": shown_asset,
        "shown": shown,
        "versions": versions,
        "renditions": _best_renditions(shown),
        "palette": list(shown.palette.all()),
        "facts": facts_in_words(shown),
        **_beginning(shown),
        "tiled": _tiled(shown),
        "place": place_in_words(shown),
        "credentials": credentials_in_words(shown),
        "trail": trail(request),
        "origin": request.GET.get("from", ""),
        "may_restrict": can(request.user, "asset.restrict", shown_asset),
        "may_download": can(request.user, "version.download", shown),
        "may_share": can(request.user, "version.share", shown),
        "my_collections": Collection.objects.filter(owner=request.user.pk),
        "related": related_to(shown_asset, request.user),
        "in_collections": shown_asset.collections.all(),
        "lines": rights_form(shown_asset),
        **_tag_context(request, shown_asset),
    }
    return render(request, "dam/asset.html", context)


def _asset_or_binned(request: PersonRequest, pk: int) -> Asset:
    binned = Asset.objects.in_bin_of(request.user).with_current().filter(pk=pk).first()
    return binned or asset_or_404(request.user, pk)


def _shown(request: PersonRequest, shown_asset: Asset, versions: list[Version]) -> Version:
    wanted = request.GET.get("version", "")
    for version in versions:
        if str(version.pk) == wanted or (
            not wanted and version.pk == shown_asset.current_version_id
        ):
            return version
    raise Http404


def _tiled(version: Version) -> str:
    """What tiles are asked for by, where no rendition has all the pixels; empty where one has."""
    widest = version.renditions.order_by("-width").values_list("width", flat=True).first()
    larger = version.placeholder and (widest or 0) < version.width
    return f"v{version.pk}" if larger and version.asset.deleted_at is None else ""


def _beginning(version: Version) -> dict[str, Any]:
    """How a text begins, or what a document says: enough to know it by."""
    row = VersionText.objects.filter(version=version.pk).first()
    if row is None:
        return {}
    lines = [line[:LINE_SHOWN] for line in row.text[: LINES_SHOWN * LINE_SHOWN].split("\n")]
    return {
        "beginning": "\n".join(lines[:LINES_SHOWN]),
        "beginning_is_lines": row.is_lines,
    }


def _best_renditions(version: Version) -> list:
    """The newest rendition of each purpose that every picture has, smallest first."""
    rows = version.renditions.filter(purpose__in=STANDARD).order_by("id")
    newest = {made.purpose: made for made in rows}
    return sorted(newest.values(), key=lambda made: made.width)


def _tag_context(request: PersonRequest, of: Asset) -> dict[str, Any]:
    rows = of.tags.select_related("term", "decided_by").order_by("-confidence", "term__name")
    groups: dict[str, list[TagAssignment]] = {state: [] for state in State.values}
    for row in rows:
        groups[row.state].append(row)
    return {
        "asset": of,
        "tags": groups,
        "may_edit": can(request.user, "asset.edit", of),
        "may_delete": can(request.user, "asset.delete", of),
    }


@require_POST
def tag(request: PersonRequest, pk: int) -> HttpResponse:
    """Accept, add or reject a tag: `term` (id) or `name`, and `state`."""
    of = asset_or_404(request.user, pk)
    state = request.POST.get("state", State.ACCEPTED)
    if state not in {State.ACCEPTED, State.REJECTED}:
        return plain_refusal(_("A tag is accepted or rejected."))
    try:
        term = _term(request)
    except ValueError as error:
        return plain_refusal(str(error))
    tags.decide(asset=of, term=term, user=request.user, state=state)
    if not wants_part(request):
        return redirect(of)
    return render(request, "dam/_tags.html", _tag_context(request, of))


def _term(request: PersonRequest) -> Term:
    given = request.POST.get("term", "")
    if given.isascii() and given.isdecimal():
        return get_object_or_404(Term.objects.visible_to(request.user), pk=int(given))
    return tags.term_named(request.POST.get("name", ""))


@require_GET
def terms(request: PersonRequest) -> JsonResponse:
    """Offer terms whose name or synonym begins with, else contains, what is being typed."""
    typed = request.GET.get("q", "").strip().lower()
    if not typed:
        return JsonResponse({"terms": []})
    seen = Term.objects.visible_to(request.user)
    begins = seen.filter(name__istartswith=typed)
    found = list(begins.order_by("name")[:TERMS_OFFERED])
    known = {term.pk for term in found}
    more = seen.filter(name__icontains=typed).exclude(pk__in=known).order_by("name")
    found += more[: TERMS_OFFERED - len(found)]
    return JsonResponse(
        {"terms": [{"name": t.name, "facet": t.get_facet_display()} for t in found]}
    )


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Title and description, as a form in place."""
    of = asset_or_404(request.user, pk)
    may_edit = can(request.user, "asset.edit", of)
    if request.method == "POST":
        library.describe(
            asset=of,
            user=request.user,
            title=request.POST.get("title", ""),
            description=request.POST.get("description", ""),
        )
        if "category" in request.POST:
            library.categorise(asset=of, user=request.user, category=request.POST["category"])
        if not wants_part(request):
            return redirect(of)
        return render(request, "dam/_title.html", {"asset": of, "may_edit": may_edit})
    editing = may_edit and "cancel" not in request.GET
    context = {
        "asset": of,
        "may_edit": may_edit,
        "editing": editing,
        "categories": Category.choices if editing else (),
    }
    return render(request, "dam/_title.html", context)


@require_http_methods(["GET", "POST"])
def rights(request: PersonRequest, pk: int) -> HttpResponse:
    """Whose it is and what may be done with it, as a form in place."""
    of = asset_or_404(request.user, pk)
    may_edit = can(request.user, "asset.edit", of)
    if request.method == "POST":
        require(request.user, "asset.edit", of)
        given = {name: request.POST[name] for name in RIGHTS if name in request.POST}
        try:
            change_rights(asset=of, user=request.user, **given)
        except ValidationError as error:
            return _rights_again(request, of, given, error)
        if not wants_part(request):
            return redirect(of)
    editing = may_edit and request.method == "GET" and "cancel" not in request.GET
    context = {"asset": of, "may_edit": may_edit, "editing": editing}
    return render(request, "dam/_rights.html", context | {"lines": rights_form(of)})


def _rights_again(
    request: PersonRequest, of: Asset, given: dict[str, str], error: ValidationError
) -> HttpResponse:
    """The form with what was typed and what is wrong with it; nothing was changed.

    As a part it is answered with 200: htmx puts no other answer in place.
    """
    if not wants_part(request):
        messages.error(request, sentences(error))
        return redirect(of)
    lines = rights_form(of, given, error.message_dict)
    context = {"asset": of, "may_edit": True, "editing": True, "lines": lines}
    return render(request, "dam/_rights.html", context)


@require_GET
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """Who changed what, when and why: for those who may change it too."""
    of = _asset_or_binned(request, pk)
    if not can(request.user, "asset.edit", of):
        raise Http404
    return render(request, "dam/_history.html", {"asset": of, "entries": audit.timeline(of)})


@require_POST
def to_bin(request: PersonRequest, pk: int) -> HttpResponse:
    """Move to the bin; nothing is deleted."""
    of = asset_or_404(request.user, pk)
    library.bin_asset(asset=of, user=request.user, reason=request.POST.get("reason", ""))
    response: HttpResponse = redirect("library")
    if wants_part(request):
        response = HttpResponse(headers={"HX-Redirect": reverse("library")})
    return with_toast(response, _("Moved to the bin."))


@require_POST
def from_bin(request: PersonRequest, pk: int) -> HttpResponse:
    """Take out of the bin."""
    of = get_object_or_404(Asset.objects.in_bin_of(request.user), pk=pk)
    library.unbin_asset(asset=of, user=request.user)
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": of.get_absolute_url()})
    return redirect(of)


@require_GET
def bin_page(request: PersonRequest) -> HttpResponse:
    """What this person may take out of the bin, the newest first."""
    assets = Asset.objects.in_bin_of(request.user).with_current().order_by("-deleted_at")[:200]
    return render(request, "dam/bin.html", {"assets": assets})
