"""The pages of consistency: every set, one set, and what is changed there."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dam.models import Asset, BrandProfile
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from dam.views.common import chosen_ids, plain_refusal, sentences, wants_part, with_toast
from processing.consistency import actions, fitting, pages
from processing.consistency.actions import EDIT
from processing.models import ReferenceSet
from processing.recipes.tree import typed


@require_GET
def consistency(request: PersonRequest) -> HttpResponse:
    """Every set of one's brands, with its score."""
    if Grants.of(request.user).nothing:
        raise PermissionDenied("consistency.view")
    found = ReferenceSet.objects.visible_to(request.user).select_related("brand")
    context = {
        "rows": [pages.row_of(of) for of in found],
        "open": pages.without_reference(request.user),
    }
    return render(request, "processing/consistency/list.html", context)


@require_GET
def reference_set(request: PersonRequest, slug: str, category: str) -> HttpResponse:
    """One set: its scores, trend, reference, the pictures that are farthest off, locks."""
    of = _found(request, slug, category)
    context = pages.page_of(of, request.user)
    if wants_part(request):
        return render(request, "processing/consistency/_set.html", context)
    return render(request, "processing/consistency/set.html", context)


@require_GET
def worst(request: PersonRequest, slug: str, category: str) -> HttpResponse:
    """The pictures that are farthest off in one part of the score."""
    of = _found(request, slug, category)
    aspect = request.GET.get("aspect", "overall")
    run = of.runs.order_by("-pk").first()
    if aspect not in pages.TITLES or run is None:
        raise Http404
    context = {"set": of, **pages.worst_of(run, request.user, aspect)}
    if wants_part(request):
        return render(request, "processing/consistency/_worst.html", context)
    page = {**pages.page_of(of, request.user), **context}
    return render(request, "processing/consistency/set.html", page)


@require_GET
def variables(request: PersonRequest, slug: str, category: str) -> HttpResponse:
    """The form of a new lock, with the variables of the brand's recipes."""
    of = _found(request, slug, category)
    require(request.user, EDIT, of.brand)
    known = [
        {
            "name": name,
            "values": sorted({str(recipe.variables[name]) for recipe in recipes}),
            "recipes": [recipe.title for recipe in recipes],
        }
        for name, recipes in sorted(fitting.variables(of).items())
    ]
    context = {"set": of, "variables": known}
    return render(request, "processing/consistency/_lock_form.html", context)


@require_POST
def add(request: PersonRequest) -> HttpResponse:
    """Let chosen pictures show how their brand's pictures of their category should look."""
    seen = Asset.objects.visible_to(request.user).filter(pk__in=chosen_ids(request))
    assets = list(seen.select_related("brand", "current_version"))
    if not any(can(request.user, EDIT, asset.brand) for asset in assets):
        return plain_refusal(_("You may not change the references of these brands."), status=403)
    try:
        with transaction.atomic():
            count = _add(request, assets)
    except ValidationError as error:
        return plain_refusal(sentences(error))
    words = ngettext(
        "%d picture is a reference from now on.",
        "%d pictures are references from now on.",
        count,
    )
    said = words % count if count else _("They are references already.")
    return with_toast(HttpResponse(status=204), said)


def _add(request: PersonRequest, assets: list[Asset]) -> int:
    """Add assets to the sets of their brands and categories."""
    groups: dict[tuple[BrandProfile, str], list[Asset]] = {}
    for asset in assets:
        if not asset.category:
            words = _("“%s” has no category yet: say first what kind of picture it is.")
            raise ValidationError(words % asset)
        groups.setdefault((asset.brand, asset.category), []).append(asset)
    count = 0
    for (brand, category), own in groups.items():
        of = actions.set_of(brand=brand, category=category, user=request.user)
        versions = []
        for asset in own:
            if asset.current_version is not None:
                asset.current_version.asset = asset
                versions.append(asset.current_version)
        count += actions.add_pictures(reference=of, versions=versions, user=request.user)
    return count


@require_POST
def act(request: PersonRequest, slug: str, category: str) -> HttpResponse:
    """Change a set: `action` is run, remove, back, rules, lock, unlock or forget."""
    of = _found(request, slug, category)
    require(request.user, EDIT, of.brand)
    change = _ACTS.get(request.POST.get("action", ""))
    if change is None:
        return plain_refusal(_("That is nothing that can be done here."))
    try:
        said = change(request, of)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, said)
    if not ReferenceSet.objects.filter(pk=of.pk).exists():
        return redirect("consistency")
    return redirect("consistency_set", slug=slug, category=category)


def _run(request: PersonRequest, of: ReferenceSet) -> str:
    actions.ask_run(reference=of, user=request.user)
    return _("It is being measured.")


def _remove(request: PersonRequest, of: ReferenceSet) -> str:
    actions.remove_pictures(reference=of, assets=chosen_ids(request), user=request.user)
    return _("It is no longer in the reference.")


def _rules(request: PersonRequest, of: ReferenceSet) -> str:
    wish = {name: _number(request.POST, name) for name in ("floor", "fall", "newest")}
    actions.change_set(reference=of, user=request.user, **wish)
    return _("That holds from the next run on.")


def _lock(request: PersonRequest, of: ReferenceSet) -> str:
    text = request.POST.get("value", "").strip()
    value = typed(text)
    made = actions.lock(
        reference=of,
        name=request.POST.get("name", ""),
        value=text if value is None else value,
        user=request.user,
        note=request.POST.get("note", ""),
    )
    return _("“%(name)s” is locked to %(value)s.") % {"name": made.name, "value": made.value}


def _unlock(request: PersonRequest, of: ReferenceSet) -> str:
    name = request.POST.get("name", "")
    actions.unlock(reference=of, name=name, user=request.user)
    return _("“%s” is no longer locked.") % name


def _forget(request: PersonRequest, of: ReferenceSet) -> str:
    actions.remove_set(reference=of, user=request.user)
    return _("The reference is forgotten; its pictures stay.")


_ACTS: dict[str, Callable[[PersonRequest, ReferenceSet], str]] = {
    "run": _run,
    "remove": _remove,
    "rules": _rules,
    "lock": _lock,
    "unlock": _unlock,
    "forget": _forget,
}


def _number(sent: QueryDict, name: str) -> Any:
    text = sent.get(name, "").strip()
    number = typed(text)
    if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
        raise ValidationError(_("“%s” is no number.") % text)
    return number


def _found(request: PersonRequest, slug: str, category: str) -> ReferenceSet:
    """A brand's set, for those who see the brand."""
    brand = get_object_or_404(BrandProfile, slug=slug)
    if not can(request.user, "consistency.view", brand):
        raise Http404 if request.method == "GET" else PermissionDenied("consistency.view")
    return get_object_or_404(
        ReferenceSet.objects.select_related("brand"), brand=brand, category=category
    )
