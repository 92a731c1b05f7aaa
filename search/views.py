"""The library page: everything one may see, or what a search finds of it."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from dam.bodies import ORDINARY, takes
from dam.models import Asset, Collection
from dam.permissions import can, require
from dam.requests import PersonRequest
from dam.views.files import harmless
from processing.errors import TransientError
from search import asked, narrowing, page, ranking
from search.language import parse
from search.page import Found

ROWS = ("small", "medium", "large")
STRIP = 12
AROUND_PAGES, AROUND_PAGE = 4, 120
FILM = 15
MOST_CHOSEN = 5000


@require_GET
def library(request: PersonRequest) -> HttpResponse:
    """The library and the search: one page. htmx asks it for further pages by cursor."""
    found = page.find(request)
    context = _grid_context(request, found)
    if request.headers.get("HX-Request") == "true" and request.GET.get("cursor"):
        return render(request, "search/_page.html", context)
    rows = request.COOKIES.get("rows", "")
    context |= {
        "facets": [] if found.like or found.picture else narrowing.filters(found.query, request),
        "chips": narrowing.chips(found.query),
        "rows": rows if rows in ROWS else "medium",
        "row_sizes": [("small", "S"), ("medium", "M"), ("large", "L")],
        "words": request.COOKIES.get("words") == "1",
        "library_is_empty": found.plain and not found.hits,
        "my_collections": Collection.objects.filter(owner=request.user.pk),
        "ids_url": _ids_url(found),
    }
    return render(request, "search/library.html", context)


def _ids_url(found: Found) -> str:
    """Where all ids of a result are; none where it is an order without an end."""
    if found.like or found.picture or found.query.meant:
        return ""
    return f"{reverse('search_ids')}?{urlencode({'q': found.query.to_string()})}"


def _grid_context(request: PersonRequest, found: Found) -> dict[str, Any]:
    text = found.query.to_string()
    weak_before = request.GET.get("weak") == "1"
    weak = [hit.asset.pk for hit in found.hits if hit.weak]
    going_on = found.next_cursor is not None
    more = {"cursor": found.next_cursor, "weak": "1" if weak or weak_before else ""}
    return {
        "found": found,
        "query": found.query,
        "query_text": text,
        "first_weak": weak[0] if weak and not weak_before else None,
        "next_address": page.address(found.query, **more) if going_on else "",
        "trail": "?" + urlencode({"from": text}) if text else "",
        "picture_address": reverse("search_picture_shown", args=[found.picture])
        if found.picture
        else "",
    }


@require_GET
def ids(request: PersonRequest) -> JsonResponse:
    """The ids of everything that a search finds, for “select all”: MOST_CHOSEN at most."""
    query, cursor, found = parse(request.GET.get("q", "")), None, list[int]()
    while len(found) < MOST_CHOSEN:
        part = ranking.search(query, request.user, limit=500, cursor=cursor)
        found += [hit.asset.pk for hit in part.hits]
        cursor = part.next_cursor
        if cursor is None:
            break
    return JsonResponse({"ids": found[:MOST_CHOSEN]})


def _most_of_a_form(request: HttpRequest, **address: object) -> float:
    """Who may not search by a picture sends none: what looks for forged requests reads the form."""
    may = can(request.user, "library.search_by_picture")
    return asked.most_of_a_form(request, **address) if may else ORDINARY


@takes(_most_of_a_form)
@require_POST
def ask_by_picture(request: PersonRequest) -> JsonResponse:
    """Take a picture to search by; answer with the address of what is similar to it."""
    require(request.user, "library.search_by_picture")
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"detail": _("There is no picture in this request.")}, status=400)
    try:
        token = asked.keep_picture(upload, request.user)
    except asked.NoPicture as error:
        return JsonResponse({"detail": str(error)}, status=400)
    except TransientError as error:
        return JsonResponse({"detail": error.sentence}, status=503, headers={"Retry-After": "30"})
    return JsonResponse({"address": page.address("", picture=token)})


@require_safe
def asked_picture(request: PersonRequest, token: str) -> HttpResponseBase:
    """The picture that a search was asked by."""
    kept = asked.picture_path(token, request.user)
    response = FileResponse(kept.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return harmless(response)


@require_GET
def similar_strip(request: PersonRequest, pk: int) -> HttpResponse:
    """A strip of pictures that look like one."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), pk=pk)
    hits = page.like(asset, request.user, STRIP)
    return render(request, "search/_similar.html", {"asset": asset, "hits": hits})


@require_GET
def around(request: PersonRequest, pk: int) -> HttpResponse:
    """The film strip of an asset page: what comes before and after in the search one came from."""
    text = request.GET.get("from", "")
    near, at = _neighbours(request, text, pk)
    if at is None:
        return HttpResponse(status=204)
    context = {
        "near": near[max(0, at - FILM // 2) : at + FILM // 2 + 1],
        "current": pk,
        "before": near[at - 1] if at else None,
        "after": near[at + 1] if at + 1 < len(near) else None,
        "trail": "?" + urlencode({"from": text}) if text else "",
    }
    return render(request, "search/_film.html", context)


def _neighbours(request: PersonRequest, text: str, pk: int) -> tuple[list[Asset], int | None]:
    """Look for an asset in the first AROUND_PAGES pages; with it comes what lies around it."""
    query, cursor, assets = parse(text), None, list[Asset]()
    for _page in range(AROUND_PAGES):
        part = ranking.search(query, request.user, limit=AROUND_PAGE, cursor=cursor)
        assets += [hit.asset for hit in part.hits]
        at = next((n for n, asset in enumerate(assets) if asset.pk == pk), None)
        cursor = part.next_cursor
        if cursor is None or (at is not None and at + FILM < len(assets)):
            return assets, at
    return assets, at
