"""What every request carries into the audit trail."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

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
