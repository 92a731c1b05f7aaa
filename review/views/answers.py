"""How the review pages answer: JSON to the page's script, a page or a redirect to a plain form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from dam.actions.common import Conflict

View = Callable[..., HttpResponse]
NOT_YOURS = "Only the brand's reviewers may do that."


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's script asks (it says so), rather than a browser without it."""
    return request.headers.get("Accept", "").startswith("application/json")


def in_words(view: View) -> View:
    """Turn what an action refuses into an answer in words: 400, 403 or 409."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Conflict as conflict:
            return refusal(request, str(conflict), 409)
        except ValueError as error:
            return refusal(request, str(error), 400)
        except PermissionDenied:
            if not wants_json(request):
                raise
            return refusal(request, NOT_YOURS, 403)

    return answer


def refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": sentence}, status=status)
    messages.error(request, sentence)
    return redirect("review_bulk" if "bulk" in request.path else "review")


def numbers(values: list[str]) -> list[int]:
    """Read ids that a form sent. Raises ValueError, in words, for what is no number."""
    if not all(value.isdecimal() and len(value) < 19 for value in values):
        raise ValueError("This form was not understood: reload the page.")
    return [int(value) for value in values]
