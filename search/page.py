"""What the library page shows: which pictures, which filters, and where each link leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from dam.models import Asset, User
from dam.requests import PersonRequest
from processing.encoders import EncoderError
from processing.errors import ProcessingError
from processing.weights import WeightsError
from search import asked, ranking, similar
from search.language import Query, parse

PAGE = 60
SIMILAR = 60


@dataclass(slots=True)
class Found:
    """The pictures of one page of results, and how they were asked for."""

    query: Query
    hits: list[ranking.Hit]
    next_cursor: str | None = None
    total: int | None = None
    total_is_least: bool = False
    problems: list[str] = field(default_factory=list)
    like: Asset | None = None
    picture: str = ""

    @property
    def plain(self) -> bool:
        """Whether this is the whole library, asked for with nothing at all."""
        return self.query.empty and self.like is None and not self.picture


def find(request: PersonRequest) -> Found:
    """Answer `?q=`, `?like=` (an asset's id) or `?picture=` (what `keep_picture` returned)."""
    query = parse(request.GET.get("q", ""))
    if like := request.GET.get("like", ""):
        asset = _asset(request, like)
        hits, problems = _alike(lambda: similar.by_asset(asset, request.user, SIMILAR))
        return Found(query, hits, total=len(hits), problems=problems, like=asset)
    if picture := request.GET.get("picture", ""):
        path = asked.picture_path(picture, request.user)
        hits, problems = _alike(lambda: similar.by_kept(path, request.user, SIMILAR))
        return Found(query, hits, total=len(hits), problems=problems, picture=picture)
    return _searched(query, request)


def _searched(query: Query, request: PersonRequest) -> Found:
    """Ask for a page of results; a cursor that is not good leads to the first page, and says so."""
    cursor, problems = request.GET.get("cursor") or None, []
    try:
        page = ranking.search(query, request.user, limit=PAGE, cursor=cursor)
    except ranking.BadCursor as error:
        problems = [str(error)]
        page = ranking.search(query, request.user, limit=PAGE)
    return Found(
        query,
        list(page.hits),
        page.next_cursor,
        page.total,
        page.total_is_least,
        [*problems, *page.problems],
    )


def like(asset: Asset, user: User, limit: int) -> list[ranking.Hit]:
    """Return what is similar to an asset; nothing while that cannot be said."""
    return _alike(lambda: similar.by_asset(asset, user, limit))[0]


def _alike(ask: Callable[[], list[ranking.Hit]]) -> tuple[list[ranking.Hit], list[str]]:
    """Return similar pictures, or a sentence why none can be found now."""
    try:
        return ask(), []
    except (ProcessingError, EncoderError, WeightsError) as error:
        return [], [str(error)]


def _asset(request: PersonRequest, pk: str) -> Asset:
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404
    return get_object_or_404(Asset.objects.visible_to(request.user), pk=int(pk))


def address(query: Query | str, **more: Any) -> str:
    """Return the library's address for a query."""
    text = query if isinstance(query, str) else query.to_string()
    parts = {"q": text, **more}
    kept = {name: value for name, value in parts.items() if value not in ("", None)}
    return reverse("library") + (f"?{urlencode(kept)}" if kept else "")
