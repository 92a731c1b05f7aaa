"""The overview of the settings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dam.requests import PersonRequest


@require_GET
def settings_page(request: PersonRequest) -> HttpResponse:
    """What there is to set, each with a sentence; the entries come with every page's context."""
    return render(request, "settings/overview.html")
