"""ETags (RFC 9110): read again only what has changed, and change only what one has seen."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.problems import PreconditionFailed
from dam.requests import has_already

Handler = TypeVar("Handler", bound=Callable)


def etag_of(data: Any) -> str:
    """Return the strong ETag of what is answered: the SHA-256 of its JSON, shortened."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def answer(request: Request, data: Any, status: int = 200) -> Response:
    """Answer with data and its ETag; with 304 and no body where the asker has just this."""
    tag = etag_of(data)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.method in {"GET", "HEAD"} and has_already(request, tag):
        return Response(status=304, headers=headers)
    return Response(data, status=status, headers=headers)


def check_match(request: Request, data: Any) -> None:
    """Raise PreconditionFailed unless the thing is as the request's If-Match says (if it says).

    Call it with the thing locked, in the transaction that then changes it: between the look and
    the change nobody else can come.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return
    found = parse_etags(header)
    if found != ["*"] and etag_of(data) not in found:
        raise PreconditionFailed(
            "It has been changed meanwhile. Nothing was changed now: read it again first."
        )


def tagged(handler: Handler) -> Handler:
    """Say of a view's method that it knows ETags, for the description of the API."""
    handler.etag = True  # type: ignore[attr-defined]
    return handler
