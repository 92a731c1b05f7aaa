"""Answers with a sentence where the storage does not do what was asked of it."""

import logging
from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dam.problems import MEDIA_TYPE, problem
from dam.storage import StorageAway, StorageError, StorageFull, StorageMissing, TooLarge

log = logging.getLogger(__name__)


class StorageMiddleware:
    """Turn the storage's errors into an answer: problem JSON, plain words, or a page."""

    STATUS: ClassVar[dict[type[StorageError], int]] = {
        StorageFull: 507,  # Insufficient Storage (RFC 4918)
        StorageAway: 503,
        StorageMissing: 404,
        TooLarge: 413,
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, StorageError):
            return None
        status = next((code for kind, code in self.STATUS.items() if isinstance(error, kind)), 500)
        log.warning("%s: %s", request.path, error)
        response = _answer(request, str(error), status)
        if status == 503:
            response["Retry-After"] = "60"
        return response


def _answer(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(problem(status, sentence), status=status, content_type=MEDIA_TYPE)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "storage.html", {"sentence": sentence}, status=status)
