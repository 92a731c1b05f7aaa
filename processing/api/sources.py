"""Sources: folders and buckets that files are taken from, and what became of each file."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import BoundedList, Choice, Flag, Given, Id, Number, Text, Whole
from dam.api.views import ApiView, ListView
from dam.models import Asset, BrandProfile, Collection, User
from dam.permissions import Grants, require
from dam.scopes import Scope
from processing.models import Source, SourceFile
from processing.models.source import Looking
from processing.sources import actions
from processing.sources.reports import place_of, state_of


class SourceOut(serializers.Serializer):
    """A source; its keys are never told."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Source.Kind.choices)
    place = serializers.SerializerMethodField(help_text="A path, or s3://bucket/prefix.")
    active = serializers.BooleanField()
    brand = serializers.CharField(source="brand.slug")
    bringer = serializers.CharField(source="bringer.username")
    collection = serializers.IntegerField(source="collection_id", allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    priority = serializers.IntegerField()
    recursive = serializers.BooleanField()
    include = serializers.ListField(child=serializers.CharField())
    exclude = serializers.ListField(child=serializers.CharField())
    name_pattern = serializers.CharField()
    settle_seconds = serializers.FloatField()
    looking = serializers.ChoiceField(choices=Looking.choices)
    poll_seconds = serializers.IntegerField()
    afterwards = serializers.ChoiceField(choices=Source.Afterwards.choices)
    done_folder = serializers.CharField()
    failed_folder = serializers.CharField()

    def get_place(self, source: Source) -> str:
        return place_of(source)


class SourceRowOut(SourceOut):
    """With how it is now."""

    state = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField(help_text="A sentence, where something is wrong.")
    taken = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Files that are not at rest.")
    last_file_at = serializers.DateTimeField(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, source: Source) -> str:
        return state_of(source)[0]

    def get_reason(self, source: Source) -> str:
        return state_of(source)[1]


class SourceChangeIn(Given):
    name = Text(required=False, max_length=120)
    active = Flag(required=False)
    path = Text(required=False, max_length=1024)
    bucket = Text(required=False, max_length=63)
    prefix = Text(required=False, max_length=512, allow_blank=True)
    endpoint = Text(required=False, max_length=300, allow_blank=True)
    region = Text(required=False, max_length=40, allow_blank=True)
    access_key = Text(required=False, max_length=200, allow_blank=True)
    secret_key = Text(required=False, max_length=300, help_text="Kept encrypted.")
    brand = Text(required=False, max_length=120, help_text="A brand's slug.")
    bringer = Text(required=False, max_length=150, help_text="A user name; else you.")
    collection = Id(required=False, allow_null=True)
    tags = BoundedList(child=Text(max_length=120), required=False, max_length=50)
    priority = Whole(required=False, min_value=1, max_value=10)
    recursive = Flag(required=False)
    include = BoundedList(child=Text(max_length=200), required=False, max_length=50)
    exclude = BoundedList(child=Text(max_length=200), required=False, max_length=50)
    name_pattern = Text(required=False, max_length=300, allow_blank=True)
    settle_seconds = Number(required=False, min_value=0.2, max_value=3600)
    looking = Choice(choices=Looking.choices, required=False)
    poll_seconds = Whole(required=False, min_value=2, max_value=86_400)
    afterwards = Choice(choices=Source.Afterwards.choices, required=False)
    done_folder = Text(required=False, max_length=1024)
    failed_folder = Text(required=False, max_length=1024)


class SourceIn(SourceChangeIn):
    name = Text(max_length=120)
    kind = Choice(choices=Source.Kind.choices)
    brand = Text(max_length=120, help_text="A brand's slug.")


class SourceFileOut(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Its path below the folder, or its key.")
    size = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SourceFile.State.choices)
    place = serializers.ChoiceField(
        choices=[("", ""), *SourceFile.Whereabouts.choices],
        help_text="Where it lies since; empty before.",
    )
    reason = serializers.CharField(help_text="A sentence, where it was not simply taken.")
    asset = serializers.SerializerMethodField(help_text="Null where there is none that you see.")
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)

    def get_asset(self, file: SourceFile) -> int | None:
        return getattr(file, "seen_asset", None)


class ScanIn(Given):
    retry_failed = Flag(
        required=False, help_text="Take failed files again; those that were moved are moved back."
    )
    files = BoundedList(
        child=Id(), required=False, max_length=200, help_text="Only these of the failed ones."
    )


class ScanOut(serializers.Serializer):
    retried = serializers.IntegerField(help_text="How many failed files will be tried again.")


class SourceFileFilter(FilterSet):
    state = filters.choice_filter("state", SourceFile.State.choices, "What became of it.")


def managed(person: User) -> QuerySet[Source]:
    """Return the sources of brands that a person administers. Raises PermissionDenied."""
    require(person, "source.see")
    brands = Grants.within("brand", Grants.of(person).administering)
    return Source.objects.filter(brands).select_related("brand", "bringer")


def _found(wish: dict[str, Any], person: User) -> dict[str, Any]:
    """Exchange slugs, names and numbers for what they mean."""
    found = dict(wish)
    if "brand" in wish:
        brands = BrandProfile.objects.filter(Grants.within("pk", Grants.of(person).administering))
        found["brand"] = _one(brands.filter(slug=wish["brand"]), "brand")
    if "bringer" in wish:
        found["bringer"] = _one(User.objects.filter(username=wish["bringer"]), "bringer")
    if wish.get("collection") is not None:
        seen = Collection.objects.visible_to(person)
        found["collection"] = _one(seen.filter(pk=wish["collection"]), "collection")
    return found


def _one(rows: QuerySet, what: str) -> Any:
    thing = rows.first()
    if thing is None:
        raise Refused(f"There is no such {what}.")
    return thing


class SourcesView(ListView):
    queryset = Source.objects.none()
    serializer_class = SourceRowOut
    orderings = {"name": "name", "-id": "-pk"}
    required_scopes = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}

    def rows(self) -> QuerySet[Source]:
        return managed(self.person)

    @extend_schema(
        operation_id="sources_list",
        tags=["Sources"],
        summary="Sources and how they are",
        responses=SourceRowOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those of the brands that you administer."""
        return self.page()

    @extend_schema(
        operation_id="sources_create",
        tags=["Sources"],
        summary="Add a source",
        request=SourceIn,
        responses={201: SourceOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """A folder below one of the server's roots, or a bucket."""
        require(self.person, "source.see")
        given = SourceIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.add_source(user=self.person, **_found(given.validated_data, self.person))
        return Response(SourceOut(made).data, status=201)


class SourceView(ApiView):
    required_scopes = {"GET": Scope.ADMIN, "PATCH": Scope.ADMIN, "DELETE": Scope.ADMIN}

    def _locked(self, pk: int) -> Source:
        rows = managed(self.person).select_for_update(of=("self",))
        found = get_object_or_404(rows, pk=pk)
        check_match(self.request, SourceOut(found).data)
        return found

    @extend_schema(
        operation_id="sources_get",
        tags=["Sources"],
        summary="One source's settings",
        responses={200: SourceOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """How it is and what it took stands in the list."""
        return answer(request, SourceOut(get_object_or_404(managed(self.person), pk=pk)).data)

    @extend_schema(
        operation_id="sources_change",
        tags=["Sources"],
        summary="Change, pause or resume a source",
        request=SourceChangeIn,
        responses={200: SourceOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """What is not named stays. `active` pauses and resumes."""
        require(self.person, "source.see")
        given = SourceChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            found = self._locked(pk)
            actions.change_source(
                source=found, user=self.person, **_found(given.validated_data, self.person)
            )
        return answer(request, SourceOut(found).data)

    @extend_schema(
        operation_id="sources_delete",
        tags=["Sources"],
        summary="Remove a source",
        responses={204: None},
    )
    @tagged
    def delete(self, request: Request, pk: int) -> Response:
        """Its files, and what was taken of them, stay. What it remembers is forgotten."""
        with transaction.atomic():
            actions.remove_source(source=self._locked(pk), user=self.person)
        return Response(status=204)


class SourceFilesView(ListView):
    queryset = SourceFile.objects.none()
    serializer_class = SourceFileOut
    filterset_class = SourceFileFilter
    required_scopes = {"GET": Scope.ADMIN}

    def rows(self) -> QuerySet[SourceFile]:
        source = get_object_or_404(managed(self.person), pk=self.kwargs["pk"])
        return source.files.all()

    @extend_schema(
        operation_id="sources_files",
        tags=["Sources"],
        summary="The files of a source, and what became of each",
        responses=SourceFileOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest first: one for each path or key, as it was the last time."""
        return self.page()

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        ids = [row.asset_id for row in rows or [] if row.asset_id]
        seen = set(
            Asset.objects.visible_to(self.person).filter(pk__in=ids).values_list("pk", flat=True)
        )
        for row in rows or []:
            row.seen_asset = row.asset_id if row.asset_id in seen else None
        return rows


class SourceScanView(ApiView):
    required_scopes = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="sources_scan",
        tags=["Sources"],
        summary="Look through a source now",
        request=ScanIn,
        responses={200: ScanOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """The watcher does so when it next looks up."""
        source = get_object_or_404(managed(self.person), pk=pk)
        given = ScanIn(data=request.data)
        given.is_valid(raise_exception=True)
        retried = 0
        if given.validated_data.get("retry_failed"):
            files = given.validated_data.get("files")
            retried = actions.retry_failed(source=source, user=self.person, files=files)
        actions.ask_to_scan(source=source, user=self.person)
        return Response({"retried": retried})
