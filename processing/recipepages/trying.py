"""Before and after in the editor: a recipe that is not saved, tried on a few pictures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from dam.models import Asset, Version
from dam.permissions import require
from dam.requests import PersonRequest
from processing import queue
from processing.models import RecipeTrial, TrialPicture
from processing.recipepages.views import chosen_brand
from processing.recipes.faults import RecipeError
from processing.trials import actions, telling
from processing.trials.forgetting import STEP

OFFERED = 24


@require_http_methods(["GET", "POST"])
def trial(request: PersonRequest) -> HttpResponseBase:
    """Ask for a trial, or how the last one of this person is."""
    require(request.user, "recipe.try")
    if request.method == "GET":
        return _told(request)
    numbers = [one for one in request.POST.getlist("asset") if one.isdecimal() and len(one) < 19]
    edge = request.POST.get("edge", "")
    try:
        actions.ask(
            user=request.user,
            text=request.POST.get("text", "").replace("\r\n", "\n"),
            assets=[int(one) for one in numbers],
            brand=chosen_brand(request),
            edge=int(edge) if edge.isdecimal() and len(edge) < 6 else actions.EDGES[1],
        )
    except RecipeError as error:
        fault = error.faults[0]
        refused = f"Line {fault.line}: {fault.sentence}" if fault.line else fault.sentence
        return JsonResponse({"detail": refused}, status=422)
    except actions.NoTrial as error:
        return JsonResponse({"detail": str(error)}, status=422)
    return _told(request)


def _told(request: PersonRequest) -> JsonResponse:
    one = RecipeTrial.objects.filter(user=request.user).first()
    if one is None:
        return JsonResponse({"state": "none", "html": ""})
    if one.state == RecipeTrial.State.WAITING:
        # Whoever looked just before it came may have missed it: asking again is harmless.
        queue.enqueue(STEP, priority=actions.PRIORITY)
    context = {
        "trial": one,
        "results": [telling.result(told) for told in one.results],
        "workers": bool(queue.living_workers()),
    }
    html = render_to_string("processing/recipes/_trial.html", context, request)
    return JsonResponse({"state": one.state, "doing": one.doing, "html": html})


@require_GET
@cache_control(private=True, max_age=3600, immutable=True)
def picture(request: PersonRequest, pk: int) -> HttpResponse:
    """A picture of one's own trial, and of nobody else's."""
    row = get_object_or_404(TrialPicture, pk=pk, trial__user=request.user)
    return HttpResponse(bytes(row.data), content_type="image/webp")


@require_GET
def pictures(request: PersonRequest) -> HttpResponse:
    """Pictures to choose from: those whose words fit, the newest first."""
    require(request.user, "recipe.try")
    words = request.GET.get("q", "")[:100].split()
    seen: Any = Asset.objects.visible_to(request.user).with_current()
    seen = seen.exclude(current_version__placeholder="").filter(
        current_version__state__in=[Version.State.APPROVED, Version.State.IN_REVIEW]
    )
    for word in words[:6]:
        seen = seen.filter(title__icontains=word)
    context = {"assets": seen.order_by("-pk")[:OFFERED], "words": " ".join(words)}
    return render(request, "processing/recipes/_pictures.html", context)
