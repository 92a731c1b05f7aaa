"""The reference of the API, for people to read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dam.api.reference import groups
from dam.requests import PersonRequest
from dam.scopes import Scope


@require_GET
def api_docs(request: PersonRequest) -> HttpResponse:
    """Every address by group, with what it takes and answers, and a request to copy."""
    origin = f"{request.scheme}://{request.get_host()}"
    context = {"groups": groups(), "origin": origin, "every_scope": list(Scope)}
    return render(request, "settings/api_docs.html", context)
