"""How large a request may be: said before anything of it is read, so that nothing is put on disk.

Django writes what is large in a form to temporary files, and its protection against forged
requests reads the form before anybody asks who sends it. So this comes before that.
"""

import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dam.problems import MEDIA_TYPE, problem

MIB = 1024**2
UNSIGNED = MIB  # bytes, wherever nobody is signed in
ORDINARY = 4 * MIB  # bytes, where a view does not say otherwise
READ_AWAY = 8 * MIB  # a refused body up to this size is read, so that a browser sees the answer
PIECE = 64 * 1024

Limit = Callable[..., float]


def takes(limit: Limit) -> Callable[[Callable], Callable]:
    """Let a view of a page take more: `limit(request, **address)` says how many bytes.

    Views of the API say it with an attribute `body_limit`, which is called alike.
    """

    def mark(view: Callable) -> Callable:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


class BodySizeMiddleware:
    """Answer 413 with a sentence to a request that is larger than its address takes from the asker.

    A body of unknown length (in chunks) is read by nobody but the endpoint of tus, which counts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, _args: Any, address: dict[str, Any]
    ) -> HttpResponse | None:
        size = _announced(request)
        if size <= UNSIGNED:
            return None
        known = _is_known(request, view)
        most = _limit_of(view)(request, **address) if known else UNSIGNED
        if size <= most:
            return None
        if known and size <= READ_AWAY:
            while request.read(PIECE):
                pass
        return _refusal(request, most, known)


def _announced(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isascii() and given.isdecimal() else 0


def _is_known(request: HttpRequest, view: Callable) -> bool:
    """Whether somebody is signed in. A token is looked at by the API, before it reads anything."""
    if getattr(view, "csrf_exempt", False) and "Authorization" in request.headers:
        return True
    return request.user.is_authenticated


def _limit_of(view: Callable) -> Limit:
    of_class = getattr(getattr(view, "view_class", None), "body_limit", _ordinary)
    return getattr(view, "body_limit", of_class)


def any_size(request: HttpRequest, **address: Any) -> float:
    """The limit of a view that looks at the size by itself, and reads nothing before."""
    return math.inf


def _ordinary(request: HttpRequest, **address: Any) -> float:
    return ORDINARY


def _refusal(request: HttpRequest, most: float, known: bool) -> HttpResponse:
    size = f"{most / MIB:,.0f} MiB"
    sentence = f"This request is larger than the {size} that this address takes. Nothing was kept."
    if not known:
        sentence = f"Without a sign-in a request has {size} at most. Nothing was kept."
    if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse(problem(413, sentence), status=413, content_type=MEDIA_TYPE)
    return render(request, "413.html", {"detail": sentence}, status=413)
