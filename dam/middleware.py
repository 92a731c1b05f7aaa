"""What every request goes through: nothing that breaks later, and a name in the audit trail."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.http import HttpRequest, HttpResponse, JsonResponse

from dam.problems import MEDIA_TYPE, problem

WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class AuditMiddleware:
    """Name the person and the page in every change that a request makes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in WRITES:
            return self.get_response(request)
        user = request.user.pk if request.user.is_authenticated else None
        with pghistory.context(user=user, url=request.path):
            return self.get_response(request)


class BrowserPowersMiddleware:
    """Ask browsers to refuse our pages what they never need, and others our answers.

    Permissions Policy (W3C), and Cross-Origin-Resource-Policy (Fetch standard): no other site
    embeds what we send.
    """

    POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class CleanTextMiddleware:
    """Refuse NUL characters: PostgreSQL keeps no text with one, so that they only ever are a slip
    or an attack. The API looks at its own bodies (dam/api/parsers.py); forms are looked at here.
    """

    SENTENCE = "There is a NUL character in this request: no text has one. Nothing was changed."

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self._refusal(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, *_given: object) -> Any:
        """Look at a form that CSRF protection has read already; at nothing else."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        texts = (text for values in request.POST.lists() for text in (values[0], *values[1]))
        return self._refusal(request) if any("\0" in text for text in texts) else None

    def _refusal(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            body = problem(400, self.SENTENCE)
            return JsonResponse(body, status=400, content_type=MEDIA_TYPE)
        return HttpResponse(self.SENTENCE, status=400, content_type="text/plain; charset=utf-8")
