"""Uploads: one file a request, what became of each, and the list of one's own."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions.sidecars import LARGEST
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import BoundedList, Given, Problem, Text
from dam.api.versions import STORED
from dam.api.views import ListView
from dam.models import Asset, BrandProfile, Collection, User, Version
from dam.permissions import can, require
from dam.scopes import Scope
from dam.seeing import brand_called
from processing.actions import Outcome, ingest_file
from processing.models import DEFAULT_PRIORITY
from processing.outcomes import OUTCOMES
from processing.uploads.quota import a_form_with_a_file, require_size

MOST_TAGS = 50
WORST = {Version.State.REFUSED, Version.State.REJECTED}


class UploadIn(Given):
    """A form: everything in it is text, except the file."""

    file = serializers.FileField(allow_empty_file=True, max_length=2_000)
    sidecar = serializers.FileField(
        required=False,
        allow_empty_file=True,
        max_length=2_000,
        help_text="The XMP file that lies beside it: its words win over those inside.",
    )
    file_name = Text(
        required=False, allow_blank=True, max_length=2_000, help_text="Instead of the file's own."
    )
    brand = Text(required=False, allow_blank=True, help_text="A brand's slug.")
    asset = serializers.IntegerField(
        required=False, min_value=1, max_value=10**18, help_text="A new version of this asset."
    )
    note = Text(required=False, allow_blank=True, max_length=500)
    tags = BoundedList(child=Text(max_length=120), required=False, max_length=MOST_TAGS)
    collection = serializers.IntegerField(required=False, min_value=1, max_value=10**18)
    priority = serializers.IntegerField(required=False, min_value=1, max_value=10)


class UploadOut(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reason = serializers.CharField(help_text="A sentence, wherever it was not simply taken in.")
    asset = serializers.IntegerField(required=False)
    version = serializers.IntegerField(required=False)
    address = serializers.CharField(required=False, help_text="The asset's page.")
    thumbnail = serializers.CharField(required=False, help_text="Empty until it is made.")


class UploadRowOut(serializers.Serializer):
    """One upload, with what has become of it."""

    version = serializers.IntegerField(source="pk")
    asset = serializers.IntegerField(source="asset_id")
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=Version.State.choices)
    reason = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_reason(self, version: Version) -> str:
        return version.state_reason if version.state in WORST else ""


def uploads_of(person: User) -> QuerySet[Version]:
    """Return the versions that a person brought in, as long as they see the asset."""
    seen = Asset.objects.visible_to(person)
    return Version.objects.filter(created_by=person, asset__in=seen.order_by().values("pk"))


class UploadsView(ListView):
    """One's own uploads, and the simple way to send a file. Large ones are better sent by tus."""

    queryset = Version.objects.none()
    serializer_class = UploadRowOut
    parser_classes = [MultiPartParser]
    body_limit = staticmethod(a_form_with_a_file)
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.UPLOADS_WRITE}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask whether one may send a file before anything of it is read."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            require(self.person, "library.upload")

    def rows(self) -> QuerySet[Version]:
        return uploads_of(self.person)

    @extend_schema(
        operation_id="uploads_list",
        tags=["Uploads"],
        summary="One's own uploads",
        responses=UploadRowOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """What you brought in and still see, the newest first, with its state."""
        return self.page()

    @extend_schema(
        operation_id="uploads_create",
        tags=["Uploads"],
        summary="Upload a file",
        request=UploadIn,
        responses={200: UploadOut, 201: UploadOut, 404: Problem, **STORED},
    )
    @idempotent(in_transaction=False)
    def post(self, request: Request) -> Response:
        """Answer 201 for a new version, 200 for a duplicate or a refused file, with a sentence."""
        given = UploadIn(data=request.data)
        given.is_valid(raise_exception=True)
        outcome = _bring(given.validated_data, self.person)
        taken = outcome.outcome == "ingested"
        code = status.HTTP_201_CREATED if taken else status.HTTP_200_OK
        return Response(said(outcome, self.person), status=code)


def _bring(wish: dict[str, Any], person: User) -> Outcome:
    file = wish["file"]
    try:
        require_size(file.size)
        return ingest_file(
            source=file,
            file_name=wish.get("file_name") or file.name or "unnamed",
            user=person,
            brand=_brand(person, wish.get("brand")),
            asset=_asset(person, wish.get("asset")),
            note=wish.get("note", ""),
            tags=wish.get("tags", ()),
            collection=_collection(person, wish.get("collection")),
            priority=wish.get("priority", DEFAULT_PRIORITY),
            sidecar=sidecar_of(wish.get("sidecar")),
        )
    except ValueError as error:  # a tag that is none
        raise Refused(str(error)) from error


def sidecar_of(file: Any) -> bytes | None:
    """Return an XMP file's bytes: one more than is kept at most, so that too many are noticed."""
    return file.read(LARGEST + 1) if file else None


def _brand(person: User, slug: str | None) -> BrandProfile | None:
    if not slug:
        return None
    brand = brand_called(person, slug)
    if brand is None:
        raise NotFound(f"There is no brand “{slug[:60]}”.")
    return brand


def _asset(person: User, pk: int | None) -> Asset | None:
    if not pk:
        return None
    asset = Asset.objects.visible_to(person).with_current().filter(pk=pk).first()
    if asset is None:
        raise NotFound("That picture is not there (any more).")
    return asset


def _collection(person: User, pk: int | None) -> Collection | None:
    if not pk:
        return None
    collection = Collection.objects.visible_to(person).filter(pk=pk).first()
    if collection is None:
        raise NotFound("That collection is not there (any more).")
    return collection


def said(outcome: Outcome, person: User) -> dict[str, Any]:
    """Say what became of a file, as upload lists show it. A match one may not see stays unnamed."""
    asset = outcome.asset
    if asset and not can(person, "asset.view", asset):
        reason = "The library has exactly these bytes, in a place that you may not see."
        return {"outcome": outcome.outcome, "reason": reason}
    answer: dict[str, Any] = {"outcome": outcome.outcome, "reason": outcome.reason}
    if asset:
        answer |= {"asset": asset.pk, "address": asset.get_absolute_url()}
        version = outcome.version or asset.current_version
        answer |= picture_of(version) if version else {}
    return answer


def picture_of(version: Version) -> dict[str, Any]:
    """Return a version's id and the address of its thumbnail, as soon as there is one."""
    made = version.renditions.filter(purpose="thumbnail").exists()
    address = reverse("rendition", args=[version.pk, "thumbnail"]) if made else ""
    return {"version": version.pk, "thumbnail": address}
