"""The versions of an asset: the list, and the next one."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.idempotency import idempotent
from dam.api.serializers import Given, Text
from dam.api.versions import STORED, VersionOut
from dam.api.views import ListView
from dam.models import Version
from dam.permissions import require
from dam.scopes import Scope
from dam.seeing import asset_or_404, versions_of
from processing.actions import ingest_file
from processing.api.uploads import UploadOut, said, sidecar_of
from processing.uploads.quota import a_form_with_a_file, require_size


class NextVersionIn(Given):
    file = serializers.FileField(allow_empty_file=True, max_length=2_000)
    sidecar = serializers.FileField(
        required=False, allow_empty_file=True, max_length=2_000, help_text="The XMP file beside it."
    )
    file_name = Text(
        required=False, allow_blank=True, max_length=2_000, help_text="Instead of the file's own."
    )
    note = Text(required=False, allow_blank=True, max_length=500)


class AssetVersionsView(ListView):
    queryset = Version.objects.none()
    serializer_class = VersionOut
    parser_classes = [MultiPartParser]
    body_limit = staticmethod(a_form_with_a_file)
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.UPLOADS_WRITE}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask whether one may add a version before anything of it is read."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            asset = asset_or_404(self.person, kwargs["pk"])
            require(self.person, "asset.add_version", asset)

    def rows(self) -> QuerySet[Version]:
        asset = asset_or_404(self.person, self.kwargs["pk"])
        return versions_of(asset, self.person)

    @extend_schema(
        operation_id="versions_list",
        tags=["Versions"],
        summary="An asset's versions",
        responses=VersionOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """All of them for those who may change the asset, else the one that is shown."""
        return self.page()

    @extend_schema(
        operation_id="versions_create",
        tags=["Versions"],
        summary="Upload the next version",
        request=NextVersionIn,
        responses={200: UploadOut, 201: UploadOut, **STORED},
    )
    @idempotent(in_transaction=False)
    def post(self, request: Request, pk: int) -> Response:
        """201 for a new version, which is shown when it is approved; 200 where it was not taken."""
        asset = asset_or_404(self.person, pk)
        given = NextVersionIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish: dict[str, Any] = given.validated_data
        file = wish["file"]
        require_size(file.size)
        outcome = ingest_file(
            source=file,
            file_name=wish.get("file_name") or file.name or "unnamed",
            user=self.person,
            asset=asset,
            note=wish.get("note", ""),
            sidecar=sidecar_of(wish.get("sidecar")),
        )
        taken = outcome.outcome == "ingested"
        code = status.HTTP_201_CREATED if taken else status.HTTP_200_OK
        return Response(said(outcome, self.person), status=code)
