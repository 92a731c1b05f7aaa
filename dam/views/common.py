"""What the library's views share."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse

from dam.requests import PersonRequest

MOST_AT_ONCE = 500


def wants_part(request: PersonRequest) -> bool:
    """Whether htmx asks for the fragment rather than the page."""
    return request.headers.get("HX-Request") == "true"


def with_toast(response: HttpResponse, text: str, **more: Any) -> HttpResponse:
    """Let the page say something; `undo={"url", "values"}` offers a way back, `tone` colours it."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, **more}})
    return response


def plain_refusal(sentence: str, status: int = 400) -> HttpResponse:
    """Answer with a sentence that the page shows as it is."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def sentences(error: ValidationError) -> str:
    return " ".join(error.messages)


def chosen_ids(request: PersonRequest) -> list[int]:
    """Return the ids of the posted selection, MOST_AT_ONCE at most."""
    given = request.POST.getlist("asset")
    return [int(pk) for pk in given if pk.isdecimal() and len(pk) < 19][:MOST_AT_ONCE]


def trail(request: PersonRequest) -> str:
    """Return the search that one came from, as an address's end: `?from=…` or nothing."""
    origin = request.GET.get("from")
    return "" if origin is None else "?" + urlencode({"from": origin})
