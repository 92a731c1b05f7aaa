"""Versions: what an asset's picture was and is, and the files made of it."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam import delivery
from dam.actions import versions as actions
from dam.api.conditional import answer, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused, Unavailable
from dam.api.serializers import Choice, Given, Person, Problem, Text
from dam.api.views import ApiView, FileView
from dam.models import Rendition, Version
from dam.permissions import can
from dam.scopes import Scope
from dam.seeing import version_or_404
from dam.views import files

STORED = {503: Problem, 507: Problem}  # the storage is away, or has no room
BINARY = OpenApiResponse(OpenApiTypes.BINARY, description="The file.")


class VersionBriefOut(serializers.Serializer):
    """What a grid shows of a version."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Version.State.choices)
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class VersionOut(VersionBriefOut):
    asset = serializers.IntegerField(source="asset_id")
    state_reason = serializers.CharField()
    note = serializers.CharField()
    size = serializers.IntegerField(source="blob.size", help_text="Bytes of the original.")
    sha256 = serializers.CharField(source="blob_id", help_text="Of the original.")
    colour_space = serializers.CharField()
    bit_depth = serializers.IntegerField()
    has_alpha = serializers.BooleanField()
    captured_at = serializers.DateTimeField(allow_null=True)
    camera = serializers.CharField()
    restored_from = serializers.IntegerField(source="restored_from_id", allow_null=True)
    created_by = Person()
    created_at = serializers.DateTimeField()


class RenditionOut(serializers.Serializer):
    purpose = serializers.CharField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    standing = serializers.ChoiceField(
        choices=Rendition.Standing.choices, help_text="What is thought of what a recipe made."
    )
    address = serializers.SerializerMethodField()

    def get_address(self, made: Rendition) -> str:
        return reverse("api_rendition", args=[made.version_id, made.purpose])


class RenditionsOut(serializers.Serializer):
    results = RenditionOut(many=True)


class RestoreIn(Given):
    note = Text(required=False, allow_blank=True, max_length=500)


class FileQuery(Given):
    download = Choice(
        choices=[("true", "true")],
        required=False,
        help_text="As an attachment, with a name and the library's metadata in it.",
    )
    format = Choice(
        choices=[(name, name) for name in delivery.FORMATS],
        required=False,
        help_text="Download it as this; else as the rendition is.",
    )


class VersionView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="versions_get",
        tags=["Versions"],
        summary="One version",
        responses={200: VersionOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """What its file says of itself, and its state."""
        return answer(request, VersionOut(version_or_404(self.person, pk)).data)


class VersionRestoreView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="versions_restore",
        tags=["Versions"],
        summary="Bring an old version back",
        request=RestoreIn,
        responses={201: VersionOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Make its picture the newest version again; history is added to, never rewritten."""
        given = RestoreIn(data=request.data)
        given.is_valid(raise_exception=True)
        version = version_or_404(self.person, pk)
        note = given.validated_data.get("note", "")
        made = actions.restore(version=version, user=self.person, note=note)
        return Response(VersionOut(made).data, status=201)


class RenditionsView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="renditions_list",
        tags=["Versions"],
        summary="A version's renditions",
        responses={200: RenditionsOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest rendition of each purpose, the smallest first."""
        version = version_or_404(self.person, pk)
        there = version.renditions.select_related("version__asset").order_by("id")
        seen = [made for made in there if can(self.person, "rendition.look", made)]
        newest = {made.purpose: made for made in seen}
        rows = sorted(newest.values(), key=lambda made: (made.width, made.purpose))
        return Response({"results": RenditionOut(rows, many=True).data})


class RenditionView(FileView):
    query_class = FileQuery
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="renditions_get",
        tags=["Versions"],
        summary="A rendition's file",
        responses={
            (200, "image/webp", "image/jpeg", "image/png"): BINARY,
            304: None,
            **STORED,
        },
    )
    def get(self, request: Request, pk: int, purpose: str) -> Any:
        """The picture for a purpose: thumbnail, preview, large. 503: it cannot be made just now."""
        wish = self.asked
        try:
            return files.send_rendition(
                request._request,  # type: ignore[arg-type]
                pk,
                purpose,
                download=bool(wish),
                format=wish.get("format", ""),
            )
        except delivery.UnknownFormat as error:
            raise Refused(str(error)) from error
        except delivery.Undeliverable as error:
            raise Unavailable(str(error)) from error


class OriginalView(FileView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="originals_get",
        tags=["Versions"],
        summary="A version's original",
        responses={(200, "application/octet-stream"): BINARY, 503: Problem},
    )
    def get(self, request: Request, pk: int) -> Any:
        """The very bytes that were uploaded, as an attachment."""
        return files.original(request._request, pk)  # type: ignore[arg-type]
