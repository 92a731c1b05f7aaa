"""The list of recipes, and one of them: what it does, its versions, what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dam.models import BrandProfile
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from dam.views.common import sentences
from processing.models import Recipe, RecipeVersion
from processing.recipebook import actions, lookup
from processing.recipepages import makes, sides
from processing.recipepages.importing import NotTaken, take_in
from processing.recipes.faults import RecipeError

VERSIONS_SHOWN = 100


@require_GET
def recipes(request: PersonRequest) -> HttpResponse:
    """All recipes that a person sees, those that are offered no more at the end."""
    if not Grants.of(request.user).viewing:
        raise PermissionDenied("recipes")
    rows = _rows(request)
    context = {
        "groups": _grouped([row for row in rows if not row["recipe"].archived]),
        "archived": [row for row in rows if row["recipe"].archived],
        "brands": brands_for(request),
        "may_add_for_all": can(request.user, "recipe.add", None),
    }
    return render(request, "processing/recipes/list.html", context)


def brands_for(request: PersonRequest) -> list[BrandProfile]:
    """The brands for which a person may keep recipes."""
    own = Grants.within("pk", Grants.of(request.user).administering)
    return list(BrandProfile.objects.filter(own).order_by("name"))


def _rows(request: PersonRequest) -> list[dict[str, Any]]:
    found = list(lookup.recipes(request.user))
    newest = makes.newest_versions(one.pk for one in found)
    told = makes.summaries(newest)
    return [{"recipe": one, "version": newest[one.pk], "told": told[one.pk]} for one in found]


def _grouped(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Recipes that people have worked on first, then those that are as they came with Loupe."""
    ours = [row for row in rows if row["version"].author is not None]
    others = [row for row in rows if row["version"].author is None]
    groups = [(_("Yours"), ours), (_("Came with Loupe"), others)]
    return [group for group in groups if group[1]]


def found(request: PersonRequest, name: str) -> Recipe:
    """A recipe that this person sees, else 404."""
    recipe = lookup.recipes(request.user).filter(name=name).first()
    if recipe is None:
        raise Http404
    return recipe


@require_GET
def recipe(request: PersonRequest, name: str) -> HttpResponse:
    """One recipe: what it does, its versions, and what a version changed."""
    one = found(request, name)
    versions = list(one.versions.select_related("author")[:VERSIONS_SHOWN])
    newest = versions[0]
    context = {
        "recipe": one,
        "newest": newest,
        "versions": versions,
        "read": sides.read_or_fault(one, newest),
        "included_by": actions.including(one.name),
        "may_edit": can(request.user, "recipe.edit", one),
        "brands": brands_for(request),
    }
    return render(request, "processing/recipes/recipe.html", context)


@require_GET
def changes(request: PersonRequest, name: str) -> HttpResponse:
    """What is different between two versions: in words, and line by line."""
    one = found(request, name)
    after = _version(one, request.GET.get("b", ""), one.newest)
    earlier = one.versions.filter(number__lt=after.number).first()
    before = _version(one, request.GET.get("a", ""), earlier or after)
    context = {
        "recipe": one,
        "versions": one.versions.select_related("author")[:VERSIONS_SHOWN],
        "difference": sides.between(one, before, after),
        "may_edit": can(request.user, "recipe.edit", one),
        "newest": one.newest,
    }
    return render(request, "processing/recipes/changes.html", context)


def _version(recipe: Recipe, number: str, otherwise: RecipeVersion) -> RecipeVersion:
    if not number:
        return otherwise
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        raise Http404
    try:
        return lookup.version(recipe, int(number))
    except lookup.NoSuchRecipe as error:
        raise Http404 from error


@require_GET
def file(request: PersonRequest, name: str) -> HttpResponse:
    """A version's text as a file, the newest where none is named."""
    one = found(request, name)
    version = _version(one, request.GET.get("version", ""), one.newest)
    answer = HttpResponse(version.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.name}.yaml"'
    return answer


@require_POST
def act(request: PersonRequest, name: str) -> HttpResponse:
    """Restore an earlier version, offer the recipe no more, or again."""
    one = found(request, name)
    require(request.user, "recipe.edit", one)
    wish = request.POST.get("action", "")
    if wish == "restore":
        _restore(request, one)
    elif wish in {"archive", "unarchive"}:
        _archive(request, one, wish == "archive")
    else:
        raise PermissionDenied(wish)
    return redirect("recipe", name=one.name)


def _restore(request: PersonRequest, one: Recipe) -> None:
    earlier = _version(one, request.POST.get("number", ""), one.newest)
    try:
        saved = actions.restore_version(recipe=one, number=earlier.number, user=request.user)
    except RecipeError as error:
        fault = error.faults[0]
        said = _("Version %(number)s is no recipe any more. Line %(line)s: %(why)s")
        told = {"number": earlier.number, "line": fault.line, "why": fault.sentence}
        messages.error(request, said % told)
        return
    words = (
        _("Version %(old)s is in force again, as version %(new)s.")
        if saved.made
        else _("Version %(new)s says the same already.")
    )
    messages.success(request, words % {"old": earlier.number, "new": saved.version.number})


def _archive(request: PersonRequest, one: Recipe, archived: bool) -> None:
    try:
        actions.set_archived(recipe=one, user=request.user, archived=archived)
    except ValidationError as error:
        messages.error(request, sentences(error))
        return
    words = _("%s is offered no more.") if archived else _("%s is offered again.")
    messages.success(request, words % one.name)


@require_POST
def bring(request: PersonRequest) -> HttpResponse:
    """Keep the recipes of files: all of them, or none."""
    brand = chosen_brand(request)
    require(request.user, "recipe.add", brand)
    try:
        saved = take_in(request.FILES.getlist("file"), user=request.user, brand=brand)
    except NotTaken as error:
        for sentence in error.sentences:
            messages.error(request, sentence)
        return redirect("recipes")
    made = [one.version for one in saved if one.made]
    said = ngettext("%d recipe was taken in.", "%d recipes were taken in.", len(made))
    messages.success(request, said % len(made) if made else _("All of that was here already."))
    if len(saved) == 1:
        return redirect("recipe", name=saved[0].version.recipe.name)
    return redirect("recipes")


def chosen_brand(request: PersonRequest) -> BrandProfile | None:
    """The brand that a form names; None for every brand. Raises Http404 for one of others."""
    slug = request.POST.get("brand", "")
    if not slug:
        return None
    brand = next((one for one in brands_for(request) if one.slug == slug), None)
    if brand is None:
        raise Http404
    return brand
