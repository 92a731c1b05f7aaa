"""Assets: the list, one of them, the bin, and what happened to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam import audit
from dam.actions import access, library, versions
from dam.actions.rights import RIGHTS, change_rights
from dam.api import filters
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.serializers import BoundedList, Choice, Flag, Given, Number, Person, Text
from dam.api.versions import VersionBriefOut
from dam.api.views import ApiView, ListView
from dam.models import Asset, Category, TagAssignment, User, Version
from dam.permissions import can
from dam.requests import address_of
from dam.scopes import Scope
from dam.seeing import asset_or_404


class AssetOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    creator = serializers.CharField(help_text="Who made it; several with semicolons.")
    credit = serializers.CharField(help_text="The credit line.")
    copyright_notice = serializers.CharField()
    usage_terms = serializers.CharField(help_text="What may be done with it, in words.")
    rights_url = serializers.CharField(help_text="Where the licence can be read.")
    category = serializers.CharField(help_text="What kind of work it belongs to, or empty.")
    focus = serializers.ListField(
        child=serializers.FloatField(),
        source="current_version.focus",
        allow_null=True,
        default=None,
        help_text="The point that crops keep in: shares of width and height.",
    )
    brand = serializers.CharField(source="brand.slug")
    owner = Person()
    restricted = serializers.BooleanField()
    current_version = VersionBriefOut(allow_null=True)
    address = serializers.CharField(source="get_absolute_url", help_text="Its page.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True, help_text="Since when in the bin.")


class AssetIn(Given):
    """What is to be changed; what is not named stays."""

    title = Text(required=False, max_length=300)
    description = Text(required=False, allow_blank=True, max_length=20_000)
    creator = Text(required=False, allow_blank=True, max_length=300)
    credit = Text(required=False, allow_blank=True, max_length=300)
    copyright_notice = Text(required=False, allow_blank=True, max_length=1_000)
    usage_terms = Text(required=False, allow_blank=True, max_length=4_000)
    rights_url = Text(required=False, allow_blank=True, max_length=500, help_text="http or https.")
    restricted = Flag(required=False, help_text="Shown to its owner and to reviewers only.")
    category = Choice(
        choices=Category.choices,
        required=False,
        allow_blank=True,
        help_text="What kind of work it belongs to; empty takes it back.",
    )
    focus = BoundedList(
        child=Number(min_value=0.0, max_value=1.0),
        min_length=2,
        max_length=2,
        required=False,
        allow_null=True,
        help_text="The point that crops keep in: shares of width and height; null takes it back.",
    )


class EntryOut(serializers.Serializer):
    when = serializers.DateTimeField()
    who = serializers.CharField()
    token = serializers.CharField(help_text="The name of the token it was done with, or empty.")
    what = serializers.CharField()
    why = serializers.CharField()
    details = serializers.ListField(child=serializers.CharField())


class HistoryOut(serializers.Serializer):
    results = EntryOut(many=True)


class AssetFilter(FilterSet):
    brand = filters.text_filter("brand__slug", "A brand's slug.")
    owner = filters.text_filter("owner__username", "Whose they are: a user name.")
    state = filters.choice_filter(
        "current_version__state", Version.State.choices, "Of the version that is shown."
    )
    media_type = filters.text_filter("current_version__media_type", "Such as image/jpeg.")
    tag = filters.text_filter("", "An accepted tag, by its name.", method="with_tag")
    creator = filters.text_filter("", "Whose creator's name contains this.", method="made_by")
    collection = filters.id_filter("collections", "In this collection.")
    restricted = filters.switch_filter("restricted", "Restricted ones, or the others.")
    bin = filters.switch_filter("", "true: what you may take out of the bin.", method="in_bin")
    created_since = filters.since_filter("created_at", "Added then or later.")
    created_before = filters.until_filter("created_at", "Added before.")
    updated_since = filters.since_filter("updated_at", "Changed then or later.")

    def with_tag(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        accepted = TagAssignment.objects.filter(
            asset=OuterRef("pk"), term__name__iexact=value, state=TagAssignment.State.ACCEPTED
        )
        return rows.filter(Exists(accepted))

    def made_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(creator__icontains=value)

    def in_bin(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows  # which rows these are is the view's choice


class AssetsView(ListView):
    queryset = Asset.objects.none()
    serializer_class = AssetOut
    filterset_class = AssetFilter
    orderings = {"-id": "-pk", "id": "pk", "-updated": "-updated_at", "updated": "updated_at"}
    required_scopes = {"GET": Scope.ASSETS_READ}

    def rows(self) -> QuerySet[Asset]:
        if self.request.GET.get("bin") == "true":
            return Asset.objects.in_bin_of(self.person).with_current()
        return Asset.objects.visible_to(self.person).with_current()

    @extend_schema(
        operation_id="assets_list",
        tags=["Assets"],
        summary="The library",
        responses=AssetOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The assets that you may see, narrowed and in an order. Search has more to narrow by."""
        return self.page()


class AssetView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ, "PATCH": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="assets_get", tags=["Assets"], summary="One asset", responses={200: AssetOut}
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """An asset with the version that the library shows."""
        asset = asset_or_404(self.person, pk)
        if asset.current_version is not None:
            access.saw(
                version=asset.current_version,
                user=self.person,
                what="API",
                address=address_of(request._request),
            )
        return answer(request, AssetOut(asset).data)

    @extend_schema(
        operation_id="assets_change",
        tags=["Assets"],
        summary="Change an asset",
        request=AssetIn,
        responses={200: AssetOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """Title, description, rights and credit, and whether it is restricted."""
        given = AssetIn(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            asset = asset_or_404(self.person, pk, lock=True)
            check_match(request, AssetOut(asset).data)
            change(asset, self.person, given.validated_data)
        return answer(request, AssetOut(asset).data)


def change(asset: Asset, person: User, wish: dict[str, Any]) -> None:
    """Carry out what is named in a wish, by the actions that the pages use."""
    if wish.keys() & {"title", "description"} or not wish:
        library.describe(
            asset=asset,
            user=person,
            title=wish.get("title", asset.title),
            description=wish.get("description", asset.description),
        )
    if rights := {name: wish[name] for name in RIGHTS if name in wish}:
        change_rights(asset=asset, user=person, **rights)
    if "category" in wish:
        library.categorise(asset=asset, user=person, category=wish["category"])
    if "focus" in wish and asset.current_version is not None:
        focus = wish["focus"]
        point = (focus[0], focus[1]) if focus else None
        versions.set_focus(version=asset.current_version, user=person, focus=point)
    if "restricted" in wish:
        access.restrict(asset=asset, user=person, restricted=wish["restricted"])
        asset.refresh_from_db(fields=["updated_at"])


class ReasonIn(Given):
    reason = Text(required=False, allow_blank=True, max_length=500)


class AssetBinView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="assets_bin",
        tags=["Assets"],
        summary="Move to the bin",
        request=ReasonIn,
        responses={204: None},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Nothing is deleted: it can be taken out again."""
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data.get("reason", "")
        library.bin_asset(asset=asset_or_404(self.person, pk), user=self.person, reason=reason)
        return Response(status=204)


class AssetUnbinView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="assets_unbin",
        tags=["Assets"],
        summary="Take out of the bin",
        request=None,
        responses={200: AssetOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """For its owner and for reviewers."""
        binned = get_object_or_404(Asset.objects.in_bin_of(self.person), pk=pk)
        library.unbin_asset(asset=binned, user=self.person)
        return Response(AssetOut(asset_or_404(self.person, pk)).data)


class AssetHistoryView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="assets_history",
        tags=["Assets"],
        summary="What happened to an asset",
        responses={200: HistoryOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Who changed what, when and why, the newest first: for those who may change it too."""
        asset = asset_or_404(self.person, pk)
        if not can(self.person, "asset.edit", asset):
            raise PermissionDenied("asset.edit")
        return Response({"results": EntryOut(audit.timeline(asset), many=True).data})
