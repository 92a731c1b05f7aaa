"""Uploads as an API, and the page that shows what the workers are doing."""

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from rest_framework import status
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dam.models import Asset, BrandProfile, User, Version
from dam.permissions import Grants, can, require
from dam.requests import PersonRequest
from processing import queue
from processing.actions import Outcome, ingest_file
from processing.models import ErrorCategory, Job
from processing.status import snapshot

STATES_AT_ONCE = 200
LONGEST_NUMBER = 18  # digits that fit the database's numbers
JOBS_SHOWN = 50


class UploadView(APIView):
    """POST one file as multipart `file`, perhaps with `brand` (slug), `asset` (id) and `note`."""

    def post(self, request: Request) -> Response:
        """Answer 201 for a new version, 200 for a duplicate or a refused file, with a sentence."""
        if not (can(request.user, "library.upload") or request.POST.get("asset")):
            raise PermissionDenied("library.upload")
        file = request.FILES.get("file")
        if file is None:
            raise ParseError("There is no file in this request: send it as the field “file”.")
        if file.size > settings.LOUPE_MAX_UPLOAD_BYTES:
            return _too_large()
        outcome = ingest_file(
            source=file,
            file_name=request.POST.get("file_name") or file.name or "unnamed",
            user=cast(User, request.user),
            brand=_brand(request.POST.get("brand")),
            asset=_asset(request, request.POST.get("asset")),
            note=request.POST.get("note", "")[:500],
        )
        taken = outcome.outcome == "ingested"
        code = status.HTTP_201_CREATED if taken else status.HTTP_200_OK
        return Response(_said(outcome, request), status=code)


def _too_large() -> Response:
    most = settings.LOUPE_MAX_UPLOAD_BYTES / 1024**2
    sentence = f"The file is larger than {most:,.0f} MiB. Nothing of it was kept."
    return Response({"detail": sentence}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)


def _brand(slug: str | None) -> BrandProfile | None:
    if not slug:
        return None
    brand = BrandProfile.objects.filter(slug=slug).first()
    if brand is None:
        raise NotFound(f"There is no brand “{slug}”.")
    return brand


def _asset(request: Request, pk: str | None) -> Asset | None:
    if not pk:
        return None
    known = Asset.objects.visible_to(request.user).with_current()
    asset = known.filter(pk=pk).first() if str(pk).isdecimal() else None
    if asset is None:
        raise NotFound("That picture is not there (any more).")
    return asset


def _said(outcome: Outcome, request: Request) -> dict[str, Any]:
    """What became of a file, as the upload list shows it. A match one may not see stays unnamed."""
    asset = outcome.asset
    if asset and not can(request.user, "asset.view", asset):
        reason = "The library has exactly these bytes, in a place that you may not see."
        return {"outcome": outcome.outcome, "reason": reason}
    answer: dict[str, Any] = {"outcome": outcome.outcome, "reason": outcome.reason}
    if asset:
        answer |= {"asset": asset.pk, "address": asset.get_absolute_url()}
        version = outcome.version or asset.current_version
        answer |= _picture(version) if version else {}
    return answer


def _picture(version: Version) -> dict[str, Any]:
    made = version.renditions.filter(purpose="thumbnail").exists()
    address = reverse("rendition", args=[version.pk, "thumbnail"]) if made else ""
    return {"version": version.pk, "thumbnail": address}


class UploadStatesView(APIView):
    """GET `?versions=1,2,3`: the state of each version of the assets that one may see."""

    def get(self, request: Request) -> Response:
        asked = request.query_params.get("versions", "").split(",")
        wanted = [int(pk) for pk in asked if pk.isdecimal() and len(pk) < LONGEST_NUMBER]
        seen = Asset.objects.visible_to(request.user)
        known = Version.objects.filter(pk__in=wanted[:STATES_AT_ONCE], asset__in=seen)
        return Response({"states": {version.pk: _state(version) for version in known}})


def _state(version: Version) -> dict[str, Any]:
    shown = {Version.State.REFUSED, Version.State.REJECTED}
    reason = version.state_reason if version.state in shown else ""
    return {
        "state": version.state,
        "reason": reason,
        "asset": version.asset_id,
        **_picture(version),
    }


@require_GET
def activity(request: PersonRequest) -> HttpResponse:
    """What waits, runs, failed and was done; the whole queue for those who keep the system."""
    if not Grants.of(request.user).creating:
        raise PermissionDenied("activity")
    context: dict[str, Any] = {"mine": _my_refusals(request)}
    if can(request.user, "system.see"):
        context |= {"now": snapshot(), "categories": _failures()}
    part = request.headers.get("HX-Request") == "true"
    name = "processing/_activity.html" if part else "processing/activity.html"
    return render(request, name, context)


def _my_refusals(request: PersonRequest) -> list[Version]:
    """The person's own uploads that were refused lately, with the sentence why."""
    mine = Q(created_by=request.user.pk, state=Version.State.REFUSED, asset__deleted_at=None)
    return list(Version.objects.filter(mine).select_related("asset").order_by("-pk")[:JOBS_SHOWN])


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
    if job.isdecimal():
        queue.retry_failed(jobs=[int(job)])
    elif category in ErrorCategory.values:
        queue.retry_failed(category)
    return redirect("activity")


@require_POST
def version_add(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a new version of an asset from a plain form, where scripts do not run."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).with_current(), pk=pk)
    require(request.user, "asset.add_version", asset)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("There was no file in the form."))
        return redirect(asset)
    outcome = ingest_file(
        source=cast(BinaryIO, file),
        file_name=file.name or "unnamed",
        user=request.user,
        asset=asset,
        note=request.POST.get("note", "")[:500],
    )
    if outcome.outcome == "ingested":
        messages.success(request, _("The new version is being processed."))
    else:
        messages.error(request, outcome.reason)
    return redirect(asset)
