"""The editor's page: a recipe's text is shown, and saved as its next version or as a new recipe."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dam.actions.common import Conflict
from dam.models import BrandProfile
from dam.permissions import can, require
from dam.requests import PersonRequest
from dam.views.common import sentences
from processing.models import Recipe
from processing.recipebook import actions, lookup
from processing.recipebook.actions import Saved
from processing.recipepages import sides
from processing.recipepages.form import choices
from processing.recipepages.views import brands_for, chosen_brand, found
from processing.recipepages.working import look
from processing.recipes.facts import FACTS
from processing.recipes.faults import Fault, RecipeError
from processing.recipes.known import Known

START = """recipe: my-recipe
title: My recipe
description: |
  What it is for.
steps:
  - resize: {width: 1600, height: 1600}
outputs:
  main:
    export: jpeg
"""
UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """The editor on a recipe that is not kept yet, perhaps with another's text to begin with."""
    if not brands_for(request) and not can(request.user, "recipe.add", None):
        raise PermissionDenied("recipe.add")
    if request.method == "GET":
        return _page(request, None, _beginning(request))
    text, note = _sent(request)
    brand = chosen_brand(request)
    require(request.user, "recipe.add", brand)
    try:
        saved = actions.create_recipe(user=request.user, text=text, brand=brand, note=note)
    except RecipeError as error:
        return _page(request, None, text, faults=error.faults, note=note, brand=brand)
    except ValidationError as error:
        faults = [Fault(0, 0, sentences(error))]
        return _page(request, None, text, faults=faults, note=note, brand=brand)
    return _kept(request, saved)


def _beginning(request: PersonRequest) -> str:
    """The text of the recipe that is copied, under a name that is free; else a small example."""
    name = request.GET.get("from", "")
    if not name:
        return START
    other = found(request, name)
    taken = set(Recipe.objects.values_list("name", flat=True))
    names = (f"{name[:50]}-copy{number}" for number in ("", *(f"-{n}" for n in range(2, 999))))
    free = next(one for one in names if one not in taken)
    return _renamed(other.newest.text, name, free)


def _renamed(text: str, old: str, new: str) -> str:
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        if line.startswith("recipe:"):
            lines[place] = line.replace(old, new, 1)
            break
    return "".join(lines)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, name: str) -> HttpResponse:
    """The editor on a recipe; saving makes its next version."""
    recipe = found(request, name)
    require(request.user, "recipe.edit", recipe)
    if request.method == "GET":
        return _page(request, recipe, recipe.newest.text)
    text, note = _sent(request)
    after = request.POST.get("after", "")
    number = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    try:
        saved = actions.save_version(
            recipe=recipe, user=request.user, text=text, note=note, after=number
        )
    except RecipeError as error:
        return _page(request, recipe, text, faults=error.faults, note=note, after=number)
    except Conflict:
        return _conflict(request, recipe, text, note, number)
    return _kept(request, saved)


def _sent(request: PersonRequest) -> tuple[str, str]:
    """The text, with the line ends that forms make of them taken back, and the note."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return text, request.POST.get("note", "")


def _kept(request: PersonRequest, saved: Saved) -> HttpResponse:
    name, number = saved.version.recipe.name, saved.version.number
    words = _("Saved as version %d.") if saved.made else _("Version %d says this already.")
    messages.success(request, words % number)
    return redirect("recipe_edit", name=name)


def _conflict(
    request: PersonRequest, recipe: Recipe, text: str, note: str, number: int
) -> HttpResponse:
    """Somebody saved meanwhile: what they changed is shown, what was typed stays."""
    newest = recipe.newest
    before = recipe.versions.filter(number=number).first() or newest
    more: dict[str, Any] = {
        "theirs": sides.between(recipe, before, newest),
        "mine": list(sides.lines_of(newest.text, text)),
    }
    return _page(request, recipe, text, note=note, after=newest.number, status=CONFLICT, **more)


def _page(
    request: PersonRequest,
    recipe: Recipe | None,
    text: str,
    *,
    faults: Any = (),
    note: str = "",
    after: int | None = None,
    brand: BrandProfile | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    newest = recipe.newest if recipe else None
    brand_id = recipe.brand_id if recipe else brand.pk if brand else None
    looked = look(text, brand_id)
    context = {
        "recipe": recipe,
        "form": looked.form,
        "faults": faults or looked.faults,
        "known": Known(),
        "names": lookup.recipes(request.user).filter(archived=False).values_list("name", flat=True),
        "facts": FACTS.values(),
        "choices": choices(),
        "newest": newest,
        "text": text,
        "note": note,
        "after": after if after is not None else newest.number if newest else 0,
        "chosen_brand": brand.slug if brand else "",
        "brands": brands_for(request),
        "may_add_for_all": can(request.user, "recipe.add", None),
        **more,
    }
    status = UNPROCESSABLE if faults else status
    return render(request, "processing/recipes/editor.html", context, status=status)
