"""Collections: the list, one of them, and what goes in and out."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dam.actions import collections as actions
from dam.models import Asset, Collection, CollectionItem
from dam.permissions import can, require
from dam.requests import PersonRequest
from dam.seeing import collection_or_404
from dam.views.common import chosen_ids, plain_refusal, sentences, wants_part, with_toast

COVERS = 4
PAGE, MOST = 120, 200


@require_http_methods(["GET", "POST"])
def collections(request: PersonRequest) -> HttpResponse:
    """Every collection with its first pictures; POST makes a new one."""
    require(request.user, "collection.add")
    if request.method == "POST":
        return _make(request)
    known = Collection.objects.visible_to(request.user)
    rows = known.with_size_for(request.user).select_related("owner")
    mine = list(rows.filter(owner=request.user.pk)[:MOST])
    others = list(rows.exclude(owner=request.user.pk)[:MOST])
    covers = _covers(request, [*mine, *others])
    context = {
        "mine": [(row, covers[row.pk]) for row in mine],
        "others": [(row, covers[row.pk]) for row in others],
    }
    return render(request, "dam/collections.html", context)


def _make(request: PersonRequest) -> HttpResponse:
    try:
        made = actions.create_collection(
            user=request.user,
            name=request.POST.get("name", ""),
            description=request.POST.get("description", ""),
        )
    except ValidationError as error:
        messages.error(request, sentences(error))
        return redirect("collections")
    return redirect(made)


def _covers(request: PersonRequest, of: Sequence[Collection]) -> dict[int, list[Asset]]:
    """The first pictures of each collection that this person may see, in one query for all."""
    seen = Asset.objects.visible_to(request.user).exclude(current_version__placeholder="")
    place = Window(RowNumber(), partition_by="collection", order_by="id")
    items = CollectionItem.objects.filter(collection__in=of, asset__in=seen).annotate(place=place)
    covers: dict[int, list[Asset]] = {one.pk: [] for one in of}
    for item in items.filter(place__lte=COVERS).select_related("asset__current_version"):
        covers[item.collection_id].append(item.asset)
    return covers


@require_GET
def collection(request: PersonRequest, pk: int) -> HttpResponse:
    """One collection: those of its pictures that this person may see, in their order."""
    of = collection_or_404(request.user, pk)
    seen = Asset.objects.visible_to(request.user).filter(collection_items__collection=of)
    page = Paginator(seen.with_current().order_by("collection_items__id"), PAGE).get_page(
        request.GET.get("page")
    )
    may_edit = can(request.user, "collection.edit", of)
    context = {
        "collection": of,
        "assets": page.object_list,
        "next_address": f"?page={page.next_page_number()}" if page.has_next() else "",
        "trail": "?" + urlencode({"from": f'collection:"{of.name}"'}),
        "hidden": of.items.count() - page.paginator.count if may_edit else 0,
        "may_edit": may_edit,
        "my_collections": Collection.objects.filter(owner=request.user.pk).exclude(pk=pk),
    }
    part = wants_part(request) and "page" in request.GET
    return render(request, "dam/_collection_page.html" if part else "dam/collection.html", context)


@require_POST
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Rename, describe or delete (`delete=1`) a collection."""
    of = collection_or_404(request.user, pk)
    if "delete" in request.POST:
        actions.delete_collection(collection=of, user=request.user)
        messages.success(request, _("The collection is gone; its pictures are where they were."))
        return redirect("collections")
    try:
        actions.describe_collection(
            collection=of,
            user=request.user,
            name=request.POST.get("name", ""),
            description=request.POST.get("description", ""),
        )
    except ValidationError as error:
        messages.error(request, sentences(error))
    return redirect("collection", pk=pk)


@require_POST
def items(request: PersonRequest, pk: int) -> HttpResponse:
    """Put the posted assets in (or take them out: `remove=1`)."""
    of = collection_or_404(request.user, pk)
    chosen = chosen_ids(request)
    if not chosen:
        return plain_refusal(_("No pictures were chosen."))
    undo = {"url": request.path, "values": {"asset": chosen}}
    if "remove" in request.POST:
        count = actions.remove_assets(collection=of, user=request.user, assets=chosen)
        words = _("%(count)s taken out of “%(name)s”.") % {"count": count, "name": of}
    else:
        count = actions.add_assets(collection=of, user=request.user, assets=chosen)
        words = _("%(count)s added to “%(name)s”.") % {"count": count, "name": of}
        undo["values"]["remove"] = "1"  # type: ignore[index]
    if not wants_part(request):
        return redirect(of)
    return with_toast(HttpResponse(status=204), words, undo=undo)
