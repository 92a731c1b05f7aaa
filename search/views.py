"""The library page: everything one may see, or what a search finds of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dam.models import Asset


def library(request: HttpRequest) -> HttpResponse:
    assets = Asset.objects.visible_to(request.user).with_current()[:60]
    return render(request, "search/library.html", {"assets": assets})
