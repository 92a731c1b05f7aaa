"""What a person is told when a file could not be looked at just now."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dam.problems import MEDIA_TYPE, problem
from processing.errors import OverQuota, ResourceError, TransientError

AGAIN_SECONDS = "30"


class TryAgainMiddleware:
    """Answer 503 with the error's sentence where trying again may help.

    As JSON where that is what was asked for, else as a page. Both say when to come back. What is
    beyond a quota is refused with 413: it does not help to try again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TransientError | ResourceError):
            return None
        if isinstance(error, OverQuota):
            return JsonResponse(problem(413, error.sentence), status=413, content_type=MEDIA_TYPE)
        page = "text/html" in request.headers.get("Accept", "")  # not */*, which scripts send
        if page and not request.path.startswith("/api/"):
            answer = render(request, "503.html", {"detail": error.sentence}, status=503)
        else:
            body = problem(503, error.sentence)
            answer = JsonResponse(body, status=503, content_type=MEDIA_TYPE)
        answer["Retry-After"] = AGAIN_SECONDS
        return answer
