"""Brands: the list, and one brand's rules with what they would do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dam import compliance, delivery, name_check
from dam.actions import brands as actions
from dam.forms import RulesForm
from dam.models import BrandProfile, BrandProfileVersion, Version
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from dam.views.common import sentences

VERSIONS_SHOWN = 30
LABELS = {
    "palette": gettext_lazy("Palette"),
    "palette_tolerance": gettext_lazy("Palette tolerance"),
    "min_width": gettext_lazy("Least width"),
    "min_height": gettext_lazy("Least height"),
    "colour_spaces": gettext_lazy("Colour spaces"),
    "formats": gettext_lazy("Types"),
    "strip_gps": gettext_lazy("Place removed"),
    "embed_metadata": gettext_lazy("Written into downloads"),
    "auto_accept": gettext_lazy("Accept above"),
    "drop": gettext_lazy("Drop below"),
    "name_pattern": gettext_lazy("Names of files"),
    "download_pattern": gettext_lazy("Names of downloads"),
    "next_version_by_name": gettext_lazy("Next version by name"),
}


@require_http_methods(["GET", "POST"])
def brands(request: PersonRequest) -> HttpResponse:
    """The brands that this person administers; POST makes a new one."""
    if request.method == "POST":
        return _make(request)
    rows = _administered(request).annotate(
        pictures=Count("assets", filter=Q(assets__deleted_at=None))
    )
    if not rows and not can(request.user, "brand.add"):
        raise PermissionDenied("brand.edit")
    context = {
        "brands": [{"brand": row, "rules": row.rules} for row in rows],
        "may_add": can(request.user, "brand.add"),
    }
    return render(request, "dam/brands.html", context)


def _administered(request: PersonRequest) -> Any:
    return BrandProfile.objects.filter(
        Grants.within("pk", Grants.of(request.user).administering)
    ).order_by("-is_default", "name")


def _make(request: PersonRequest) -> HttpResponse:
    try:
        made = actions.create_brand(user=request.user, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, sentences(error))
        return redirect("brands")
    return redirect("brand", slug=made.slug)


def _brand(request: PersonRequest, slug: str) -> BrandProfile:
    brand = get_object_or_404(BrandProfile, slug=slug)
    if not can(request.user, "brand.edit", brand):
        raise Http404 if request.method == "GET" else PermissionDenied("brand.edit")
    return brand


@require_http_methods(["GET", "POST"])
def brand(request: PersonRequest, slug: str) -> HttpResponse:
    """One brand's rules as a form, what they do, and how they came about."""
    of = _brand(request, slug)
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm.of(of.rules)
    if request.method == "POST" and form.is_valid():
        made = actions.change_rules(
            brand=of, user=request.user, rules=form.rules(), note=form.cleaned_data["note"]
        )
        messages.success(request, _("Version %d of the rules is in force.") % made.number)
        return redirect("brand", slug=slug)
    context = _form_context(of, form) | {"history": _history(of)}
    status = 422 if form.errors else 200
    return render(request, "dam/brand.html", context, status=status)


def _form_context(of: BrandProfile, form: RulesForm) -> dict[str, Any]:
    rules = of.rules
    return {
        "brand": of,
        "rules": rules,
        "form": form,
        "compliance": compliance.check(of, rules),
        **_delivered(of, rules),
        "names": name_check.check(of, rules.name_pattern),
        "download": name_check.example(of, rules.download_pattern),
    }


@require_POST
def preview(request: PersonRequest, slug: str) -> HttpResponse:
    """What the rules in the form would do, before they are saved."""
    of = _brand(request, slug)
    require(request.user, "brand.edit", of)
    form = RulesForm(request.POST)
    context: dict[str, Any] = {"brand": of, "form": form}
    if form.is_valid():
        draft = BrandProfileVersion(brand=of, number=0, **form.rules())
        context["compliance"] = compliance.check(of, draft)
        context["before"] = compliance.check(of, of.rules)
        context |= _delivered(of, draft)
        context["names"] = name_check.check(of, draft.name_pattern)
        context["download"] = name_check.example(of, draft.download_pattern)
    return render(request, "dam/_compliance.html", context)


def _delivered(of: BrandProfile, rules: BrandProfileVersion) -> dict[str, Any]:
    """What a download of the brand's newest approved picture would carry."""
    newest = Version.objects.filter(
        current_of__brand=of, current_of__deleted_at=None, state=Version.State.APPROVED
    )
    example = newest.select_related("asset__brand").order_by("-pk").first()
    said = delivery.written(example, rules) if example else []
    return {"example": example, "written": said}


def _history(of: BrandProfile) -> list[dict[str, Any]]:
    """The versions of the rules, newest first, each with what it changed."""
    rows = list(of.versions.select_related("created_by")[: VERSIONS_SHOWN + 1])
    pairs = zip(rows, [*rows[1:], None], strict=True)
    shown = [{"version": new, "changes": _changes(old, new)} for new, old in pairs]
    return shown[:VERSIONS_SHOWN]


def _changes(old: BrandProfileVersion | None, new: BrandProfileVersion) -> list[str]:
    if old is None:
        return []
    changed = [name for name in LABELS if getattr(old, name) != getattr(new, name)]
    return [
        f"{LABELS[name]}: {_words(getattr(old, name))} → {_words(getattr(new, name))}"
        for name in changed
    ]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value) or _("any")
    return f"{value:g}" if isinstance(value, float) else str(value)
