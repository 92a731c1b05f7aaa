"""What is answered where a request failed outside of every view, or a view is at fault."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from dam.problems import MEDIA_TYPE, problem

OUR_FAULT = "Something went wrong here, and why is in the server's log."
NOT_UNDERSTOOD = "This request is not understood."


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: problem JSON for programs, the page for people."""
    return _problem(request, 500, OUR_FAULT) or defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception, **more: Any) -> HttpResponse:
    """A request that no view was asked about, such as one to a host that is not ours."""
    return _problem(request, 400, NOT_UNDERSTOOD) or defaults.bad_request(request, exception)


def _problem(request: HttpRequest, status: int, sentence: str) -> HttpResponse | None:
    if not request.path.startswith("/api/"):
        return None
    return JsonResponse(problem(status, sentence), status=status, content_type=MEDIA_TYPE)
