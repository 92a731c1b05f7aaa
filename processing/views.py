"""The page that shows what the workers are doing, and new versions from a plain form."""

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dam.bodies import ORDINARY, takes
from dam.integrity import report
from dam.models import Asset, Version
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from processing import queue
from processing.actions import ingest_file
from processing.api.uploads import uploads_of
from processing.errors import OverQuota
from processing.models import ErrorCategory, Job
from processing.status import snapshot
from processing.uploads.quota import a_form_with_a_file

LONGEST_NUMBER = 18  # digits that fit the database's numbers
JOBS_SHOWN = 50


@require_GET
def activity(request: PersonRequest) -> HttpResponse:
    """What waits, runs, failed and was done; the whole queue for those who keep the system."""
    if not Grants.of(request.user).creating:
        raise PermissionDenied("activity")
    context: dict[str, Any] = {"mine": _my_refusals(request)}
    if can(request.user, "system.see"):
        context |= {"now": snapshot(), "categories": _failures(), "files": report.summary()}
    part = request.headers.get("HX-Request") == "true"
    name = "processing/_activity.html" if part else "processing/activity.html"
    return render(request, name, context)


def _my_refusals(request: PersonRequest) -> list[Version]:
    """The person's own uploads that were refused lately, with the sentence why."""
    refused = uploads_of(request.user).filter(state=Version.State.REFUSED)
    return list(refused.select_related("asset").order_by("-pk")[:JOBS_SHOWN])


def _failures() -> list[dict[str, Any]]:
    """Failed jobs by category: who can mend it, how many, and the newest of them."""
    groups = []
    for value, label in ErrorCategory.choices:
        failed = Job.objects.filter(state=Job.State.FAILED, error_category=value)
        count = failed.count()
        if count:
            newest = failed.select_related("version__asset").order_by("-finished_at")[:8]
            groups.append({"value": value, "label": label, "count": count, "newest": list(newest)})
    return groups


@require_POST
def retry(request: PersonRequest) -> HttpResponse:
    """Queue failed jobs again: those of one category, or one job."""
    require(request.user, "system.see")
    category, job = request.POST.get("category", ""), request.POST.get("job", "")
    if job.isascii() and job.isdecimal() and len(job) <= LONGEST_NUMBER:
        queue.retry_failed(jobs=[int(job)])
    elif category in ErrorCategory.values:
        queue.retry_failed(category)
    return redirect("activity")


def _most_of_a_form(request: HttpRequest, **address: object) -> float:
    """Who may not upload sends no file: the protection against forged requests reads the form."""
    may = can(request.user, "library.upload")
    return a_form_with_a_file(request, **address) if may else ORDINARY


@takes(_most_of_a_form)
@require_POST
def version_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a new version of an asset from a plain form, where scripts do not run."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).with_current(), pk=pk)
    require(request.user, "asset.add_version", asset)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("There was no file in the form."))
        return redirect(asset)
    try:
        outcome = ingest_file(
            source=cast(BinaryIO, file),
            file_name=file.name or "unnamed",
            user=request.user,
            asset=asset,
            note=request.POST.get("note", "")[:500],
        )
    except OverQuota as error:
        messages.error(request, error.sentence)
        return redirect(asset)
    if outcome.outcome == "ingested":
        messages.success(request, _("The new version is being processed."))
    elif outcome.outcome == "described":
        messages.success(request, outcome.reason)
    else:
        messages.error(request, outcome.reason)
    return redirect(asset)
