"""Pages of rendering: what recipes made of an asset, having more made, and how far that is."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from dam.actions.common import Conflict
from dam.models import Asset, Rendition
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from dam.seeing import asset_or_404
from dam.views.common import plain_refusal, with_toast
from dam.views.files import ASK_FIRST, harmless
from processing.errors import ProcessingError
from processing.models import Render
from processing.recipebook import lookup
from processing.recipes.faults import RecipeError
from processing.rendering import choosing, previews, wishes
from processing.rendering.locks import locks_of
from processing.rendering.removing import remove_rendition
from processing.rendering.shown import made_of, notable

MOST_AT_ONCE = 50  # assets: more is a batch
SHOWN = 100


@require_GET
def asset_renders(request: PersonRequest, pk: int) -> HttpResponse:
    """The panel of an asset's page; `?list` is what is in motion in it alone."""
    asset = asset_or_404(request.user, pk)
    return _panel(request, asset, "list" if "list" in request.GET else "panel")


def _panel(request: PersonRequest, asset: Asset, part: str) -> HttpResponse:
    may_edit = can(request.user, "asset.edit", asset)
    wishes_shown = notable(asset, request.user) if may_edit else []
    context = {
        "asset": asset,
        "may_edit": may_edit,
        "wishes": wishes_shown,
        "waiting": any(wish.open for wish in wishes_shown),
        "made": made_of(asset, request.user),
    }
    if part == "panel" and not (may_edit or context["made"]):
        return HttpResponse("")
    return render(request, f"processing/renders/_{part}.html", context)


@require_GET
def render_form(request: PersonRequest, pk: int) -> HttpResponse:
    """What can be chosen: recipes, and for `?recipe=` its variables and outputs."""
    asset = asset_or_404(request.user, pk)
    require(request.user, "asset.edit", asset)
    return _form(request, {"asset": asset}, asset.brand_id)


def _form(request: PersonRequest, context: dict[str, Any], brand: int | None) -> HttpResponse:
    name = request.GET.get("recipe", "")
    context |= {"recipes": choosing.offered(request.user, brand), "chosen": name}
    if name:
        try:
            read = lookup.load(lookup.find(name, request.user))
            held = locks_of(context["asset"]) if "asset" in context else ()
            context["form"] = choosing.form_of(read, held)
        except (RecipeError, LookupError) as error:
            context["fault"] = _sentence(error)
    return render(request, "processing/renders/_form.html", context)


@require_POST
def render_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for what the form says; the panel's list comes back with it in motion."""
    asset = asset_or_404(request.user, pk)
    try:
        wishes.ask(asset=asset, user=request.user, **choosing.read_form(request))
    except (RecipeError, LookupError, ProcessingError) as error:
        return plain_refusal(_sentence(error))
    return _panel(request, asset, "list")


def _sentence(error: Exception) -> str:
    if isinstance(error, RecipeError):
        return wishes.told_faults(error)
    return str(error.args[0])


@require_POST
def render_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, wishes.cancel)


@require_POST
def render_again(request: PersonRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, wishes.again)


def _changed(request: PersonRequest, pk: int, change: Any) -> HttpResponse:
    wish = get_object_or_404(Render.objects.visible_to(request.user).in_order(), pk=pk)
    try:
        change(render=wish, user=request.user)
    except Conflict as error:
        return plain_refusal(str(error), status=409)
    if "page" in request.POST:
        return redirect("renders")
    return _panel(request, wish.version.asset, "list")


@require_POST
def rendition_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete what a recipe made; it can be made again."""
    row = _made_or_404(request, pk)
    asset = row.version.asset
    remove_rendition(rendition=row, user=request.user)
    return with_toast(_panel(request, asset, "list"), _("Deleted. The recipe can make it again."))


def _made_or_404(request: PersonRequest, pk: int) -> Rendition:
    rows = Rendition.objects.filter(provenance__isnull=False)
    row = get_object_or_404(rows.select_related("version__asset__brand", "provenance"), pk=pk)
    if not can(request.user, "rendition.look", row):
        raise Http404
    return row


@require_safe
def rendition_look(request: PersonRequest, pk: int) -> HttpResponseBase:
    """What a recipe made, as a picture that every browser shows, whatever its type is."""
    row = _made_or_404(request, pk)
    response = FileResponse(previews.opened(row), content_type="image/webp")
    response["Cache-Control"] = ASK_FIRST
    return harmless(response)


@require_GET
def renders(request: PersonRequest) -> HttpResponse:
    """What one had rendered lately, and what of it is still to come."""
    if not Grants.of(request.user).creating:
        raise PermissionDenied("asset.edit")
    mine = Render.objects.visible_to(request.user).filter(made_by=request.user).in_order()
    rows = list(mine[:SHOWN])
    context = {"wishes": rows, "waiting": any(row.open for row in rows)}
    part = request.headers.get("HX-Request") == "true"
    name = "processing/renders/_mine.html" if part else "processing/renders/page.html"
    return render(request, name, context)


@require_POST
def renders_new(request: PersonRequest) -> HttpResponse:
    """The form for several chosen assets."""
    chosen = _chosen(request)
    if not chosen:
        return plain_refusal(_("You may not change these pictures."), status=403)
    if len(chosen) > MOST_AT_ONCE:
        words = _("Choose %d pictures at most: each is rendered on its own.")
        return plain_refusal(words % MOST_AT_ONCE)
    return _several(request, chosen)


def _several(request: PersonRequest, chosen: Sequence[Asset]) -> HttpResponse:
    brands = {asset.brand_id for asset in chosen}
    context = {
        "assets": chosen,
        "recipes": choosing.offered(request.user, brands.pop() if len(brands) == 1 else None),
    }
    return render(request, "processing/renders/several.html", context)


@require_GET
def renders_form(request: PersonRequest) -> HttpResponse:
    """The variables and outputs of `?recipe=`, for several assets."""
    if not Grants.of(request.user).creating:
        raise PermissionDenied("asset.edit")
    return _form(request, {}, None)


@require_POST
def renders_ask(request: PersonRequest) -> HttpResponse:
    """Ask for the same of several assets; what cannot be had is said with its reason."""
    chosen, wish = _chosen(request)[:MOST_AT_ONCE], choosing.read_form(request)
    asked, refused = 0, dict[str, int]()
    for asset in chosen:
        try:
            wishes.ask(asset=asset, user=request.user, **wish)
            asked += 1
        except (RecipeError, LookupError, ProcessingError) as error:
            reason = _sentence(error)
            refused[reason] = refused.get(reason, 0) + 1
    if asked:
        words = ngettext("%d picture is being rendered.", "%d pictures are being rendered.", asked)
        messages.success(request, words % asked)
    for reason, count in refused.items():
        messages.error(request, f"{count} ×: {reason}" if count > 1 else reason)
    return redirect("renders")


def _chosen(request: PersonRequest) -> list[Asset]:
    given = [*request.POST.getlist("asset"), *request.POST.get("assets", "").split(",")]
    ids = [int(pk) for pk in given if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    seen = Asset.objects.visible_to(request.user).filter(pk__in=ids[:500]).with_current()
    return [one for one in seen if can(request.user, "asset.edit", one)]
