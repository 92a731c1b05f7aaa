"""The pages of sources: which there are, how they are, what became of their last files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dam.models import Asset, Version
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from processing.models import Source, SourceFile
from processing.sources import actions, claims, roots
from processing.sources.forms import SourceForm
from processing.sources.reports import preview, row_of

FILES_SHOWN = 50


def managed(request: PersonRequest) -> QuerySet[Source]:
    """Return the sources of the brands that this person administers."""
    brands = Grants.within("brand", Grants.of(request.user).administering)
    return Source.objects.filter(brands).select_related("brand", "bringer", "collection")


def _source(request: PersonRequest, pk: int) -> Source:
    require(request.user, "source.see")
    source = get_object_or_404(managed(request), pk=pk)
    if not can(request.user, "source.manage", source.brand):
        raise Http404
    return source


@require_GET
def sources(request: PersonRequest) -> HttpResponse:
    """All sources of one's brands, each with how it is."""
    require(request.user, "source.see")
    context = {"rows": [row_of(source) for source in managed(request)]}
    part = request.headers.get("HX-Request") == "true"
    name = "processing/sources/_list.html" if part else "processing/sources/list.html"
    return render(request, name, context)


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest, kind: str) -> HttpResponse:
    """The form of a new source."""
    require(request.user, "source.see")
    if kind not in Source.Kind.values:
        raise Http404
    form = SourceForm(_sent(request), user=request.user, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_source(user=request.user, kind=kind, **form.wish())
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("%s is watched from now on.") % made.name)
            return redirect("source", pk=made.pk)
    return _form_page(request, form, reverse("source_add", args=[kind]))


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The form of a source that is there."""
    source = _source(request, pk)
    form = SourceForm(_sent(request), user=request.user, kind=source.kind, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_source(source=source, user=request.user, **form.wish())
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("source", pk=source.pk)
    return _form_page(request, form, reverse("source_edit", args=[pk]))


def _sent(request: PersonRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _tell(form: SourceForm, error: ValidationError) -> None:
    """Put an action's faults beside the fields that they are about."""
    for field, said in error.message_dict.items():
        form.add_error(field if field in form.fields else None, said)


def _form_page(request: PersonRequest, form: SourceForm, address: str) -> HttpResponse:
    context = {"form": form, "address": address, "roots": roots.roots()}
    if form.source is not None and form.kind == Source.Kind.FOLDER:
        context["found"] = preview(form.source)
    status = 422 if form.errors else 200
    return render(request, "processing/sources/form.html", context, status=status)


@require_POST
def look(request: PersonRequest) -> HttpResponse:
    """What is in the folder of the form now, and how much of it would be taken."""
    require(request.user, "source.see")
    form = SourceForm(request.POST, user=request.user, kind=Source.Kind.FOLDER)
    form.full_clean()
    names = ("path", "recursive", "include", "exclude", "done_folder", "failed_folder")
    known = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    context = {"found": preview(Source(**known)) if known.get("path") else None}
    return render(request, "processing/sources/_preview.html", context)


@require_GET
def source(request: PersonRequest, pk: int) -> HttpResponse:
    """One source: how it is, and its last files."""
    one = _source(request, pk)
    secret = request.session.pop(f"notice-secret-{pk}", "")
    failed = claims.retriable(one)
    context = {
        "row": row_of(one),
        "files": _files(request, one),
        "failed": failed.order_by("-settled_at")[:FILES_SHOWN],
        "failed_count": failed.count(),
        "secret": secret,
        "events": request.build_absolute_uri(reverse("api_source_events", args=[pk])),
    }
    part = request.headers.get("HX-Request") == "true"
    name = "processing/sources/_state.html" if part else "processing/sources/source.html"
    return render(request, name, context)


def _files(request: PersonRequest, one: Source) -> list[dict[str, Any]]:
    """The last files with what became of them; assets only of those that this person may see.

    Failed ones that can be tried again have a list of their own.
    """
    rows = one.files.exclude(claims.RETRIABLE)
    files = list(rows.filter(settled_at=None).order_by("-pk")[: FILES_SHOWN // 2])
    files += rows.exclude(settled_at=None).order_by("-settled_at")[:FILES_SHOWN]
    ids = [file.asset_id for file in files if file.asset_id]
    assets = Asset.objects.visible_to(request.user).filter(pk__in=ids)
    seen = assets.with_current().in_bulk()
    return [_file(file, seen.get(file.asset_id)) for file in files[:FILES_SHOWN]]


def _file(file: SourceFile, asset: Asset | None) -> dict[str, Any]:
    reason = file.reason
    version = asset.current_version if asset else None
    refused = version is not None and version.state == Version.State.REFUSED
    if refused and version is not None and not reason:
        reason = _("Refused when it was processed: %s") % version.state_reason
    return {"file": file, "asset": asset, "reason": reason, "refused": refused}


def _retry(request: PersonRequest, one: Source) -> None:
    """Try one failed file again, or all of them."""
    file = request.POST.get("file", "")
    if file and not (file.isascii() and file.isdecimal() and len(file) < 19):
        raise PermissionDenied(file)
    count = actions.retry_failed(source=one, user=request.user, files=[int(file)] if file else None)
    said = ngettext("%d file is tried again.", "%d files are tried again.", count)
    messages.success(request, said % count)


@require_POST
def act(request: PersonRequest, pk: int) -> HttpResponse:
    """Pause, resume, look through, try again, make a secret, or remove."""
    one = _source(request, pk)
    wish = request.POST.get("action", "")
    if wish in {"pause", "resume"}:
        actions.set_active(source=one, user=request.user, active=wish == "resume")
    elif wish == "scan":
        actions.ask_to_scan(source=one, user=request.user)
        messages.success(request, _("Everything in it is looked through now."))
    elif wish == "retry":
        _retry(request, one)
    elif wish == "secret":
        secret = actions.new_notice_secret(source=one, user=request.user)
        request.session[f"notice-secret-{pk}"] = secret
    elif wish == "remove":
        actions.remove_source(source=one, user=request.user)
        messages.success(request, _("%s is removed. Its files stay where they are.") % one.name)
        return redirect("sources")
    else:
        raise PermissionDenied(wish)
    return redirect("source", pk=pk)
