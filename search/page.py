"""What the library page shows: which pictures, which filters, and where each link leads."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from dam.models import Asset, User
from dam.storage import incoming
from processing.encoders import EncoderError
from processing.errors import InputError
from processing.weights import WeightsError
from search import facets, ranking, similar
from search.language import Filter, Query, parse

PAGE = 60
SIMILAR = 60
OPEN_GROUPS = 5
KEPT_HOURS = 24
LONGEST_SIDE = 1024
FOLDER = "asked"


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


def find(request: HttpRequest) -> Found:
    """Answer `?q=`, `?like=` (an asset's id) or `?picture=` (what `keep_picture` returned)."""
    query = parse(request.GET.get("q", ""))
    if like := request.GET.get("like", ""):
        asset = _asset(request, like)
        hits, problems = _alike(lambda: similar.by_asset(asset, request.user, SIMILAR))
        return Found(query, hits, total=len(hits), problems=problems, like=asset)
    if picture := request.GET.get("picture", ""):
        path = picture_path(picture)
        hits, problems = _alike(lambda: similar.by_file(path, request.user, SIMILAR))
        return Found(query, hits, total=len(hits), problems=problems, picture=picture)
    return _searched(query, request)


def _searched(query: Query, request: HttpRequest) -> Found:
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
    except (InputError, EncoderError, WeightsError) as error:
        return [], [str(error)]


def _asset(request: HttpRequest, pk: str) -> Asset:
    if not pk.isdecimal():
        raise Http404
    return get_object_or_404(Asset.objects.visible_to(request.user), pk=int(pk))


def address(query: Query | str, **more: Any) -> str:
    """Return the library's address for a query."""
    text = query if isinstance(query, str) else query.to_string()
    parts = {"q": text, **more}
    kept = {name: value for name, value in parts.items() if value not in ("", None)}
    return reverse("library") + (f"?{urlencode(kept)}" if kept else "")


def chips(query: Query) -> list[dict[str, str]]:
    """What narrows a query, each with the address of the query without it."""
    rows = []
    for one in query.filters:
        name = {"colour": ""}.get(one.field, f"{one.field}: ")
        label = f"{'not ' * one.negated}{name}{one.value.replace('_', ' ')}"
        colour = one.value if one.field == "colour" else ""
        rows.append({"label": label, "colour": colour, "address": address(query.minus(one))})
    for phrase in query.phrases:
        left = tuple(p for p in query.phrases if p != phrase)
        rows.append({"label": f"“{phrase}”", "address": address(_with(query, phrases=left))})
    for words in query.without:
        left = tuple(w for w in query.without if w != words)
        rows.append({"label": f"not {words}", "address": address(_with(query, without=left))})
    return rows


def _with(query: Query, **changes: Any) -> Query:
    fields = {name: getattr(query, name) for name in ("text", "phrases", "without", "filters")}
    return Query(**{**fields, **changes})


def filters(query: Query, request: HttpRequest) -> list[dict[str, Any]]:
    """The facets with their counts, each value with the address that switches it."""
    groups = []
    counted = facets.counts(query, request.user)
    everything = max((value.count for group in counted for value in group.values), default=0)
    for group in counted:
        values = [
            {
                "label": value.label,
                "count": value.count,
                "active": value.active,
                "colour": _swatch(value.token),
                "address": address(switched(query, value.token)),
            }
            for value in group.values
        ]
        alone = len(values) == 1 and not values[0]["active"]
        if alone and values[0]["count"] == everything:
            continue  # all results are so: there is nothing to choose
        swatches = bool(values) and all(value["colour"] for value in values)
        groups.append(
            {
                "name": group.name,
                "label": group.label,
                "values": values,
                "swatches": swatches,
                "estimated": group.estimated,
            }
        )
    groups.sort(key=lambda group: not group["swatches"])
    for at, group in enumerate(groups):
        group["open"] = at < OPEN_GROUPS or any(value["active"] for value in group["values"])
    return groups


def _filter_of(token: str) -> Filter | None:
    read = parse(token).filters
    return read[0] if read else None


def _swatch(token: str) -> str:
    wanted = _filter_of(token)
    return wanted.value if wanted and wanted.field == "colour" else ""


def switched(query: Query, token: str) -> Query:
    """Return the query with a facet's token added, or without it where it was there."""
    wanted = _filter_of(token)
    if wanted is None:
        return query
    if wanted in query.filters:
        return query.minus(wanted)
    return query.plus(wanted.field, wanted.value)


class NoPicture(ValueError):
    """What was dropped is no picture; the message is for the person."""


def keep_picture(upload: UploadedFile) -> str:
    """Keep a small copy of a picture that somebody asks by, for a day; return its token.

    Only the reduced, re-encoded copy is kept. Raises NoPicture.
    """
    try:
        with Image.open(
            upload, formats=("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP")
        ) as given:
            given.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(given).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError) as error:
        raise NoPicture("That is not a picture that can be read.") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    folder = _folder()
    _forget_old(folder)
    token = uuid.uuid4().hex
    picture.save(folder / f"{token}.webp", "WEBP", quality=85)
    return token


def _folder() -> Path:
    folder = incoming().parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    oldest = timezone.now().timestamp() - KEPT_HOURS * 3600
    for path in folder.glob("*.webp"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def picture_path(token: str) -> Path:
    """Return the file of a kept picture. Raises Http404 where there is none (any more)."""
    if len(token) != 32 or not token.isalnum():
        raise Http404
    path = _folder() / f"{token}.webp"
    if not path.is_file():
        raise Http404
    return path
