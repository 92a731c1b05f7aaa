"""Renders: an asset put through a recipe by a worker. Asked for, looked at, cancelled, retried."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import BoundedList, Flag, Given, Person, Problem, Text, Whole
from dam.api.views import ApiView, ListView
from dam.models import Rendition
from dam.permissions import can
from dam.scopes import Scope
from dam.seeing import asset_or_404
from processing.errors import InputError
from processing.models import Render
from processing.recipes.faults import RecipeError
from processing.rendering import wishes
from processing.rendering.removing import remove_rendition
from processing.rendering.telling import told, told_all, told_file, told_provenance

MOST_VALUES = 50
LONGEST_VALUE = 500
SCOPES: dict[str, str] = {"GET": Scope.ASSETS_READ, "POST": Scope.ASSETS_WRITE}


class RenderIn(Given):
    recipe = Text(max_length=60, help_text="A recipe of the library, by its name.")
    recipe_version = Whole(
        required=False, max_value=2**31 - 1, help_text="Its version; the newest without one."
    )
    variables = serializers.DictField(
        required=False, help_text="Texts, numbers, true or false, by name."
    )
    outputs = BoundedList(
        child=Text(max_length=60), required=False, max_length=50, help_text="All without any."
    )
    as_version = Flag(
        required=False, help_text="One output becomes the asset's next version; else renditions."
    )
    note = Text(required=False, allow_blank=True, max_length=500, help_text="For that version.")

    def validate_variables(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) > MOST_VALUES:
            raise serializers.ValidationError(f"A recipe has at most {MOST_VALUES} variables.")
        for name, value in given.items():
            if not isinstance(value, str | int | float) or len(str(value)) > LONGEST_VALUE:
                raise serializers.ValidationError(
                    f"“{name[:60]}” is a text of up to {LONGEST_VALUE} characters, a number, true"
                    " or false."
                )
        return given


class ProgressOut(serializers.Serializer):
    done = serializers.IntegerField(required=False, help_text="Steps.")
    of = serializers.IntegerField(required=False, help_text="Steps in all.")
    step = serializers.CharField(required=False, help_text="The last that was done.")


class ProvenanceOut(serializers.Serializer):
    source = serializers.IntegerField(  # type: ignore[assignment]
        help_text="The version that it was made from."
    )
    recipe = serializers.CharField()
    recipe_version = serializers.IntegerField(allow_null=True)
    output = serializers.CharField()
    digest = serializers.CharField(help_text="The key of this work: the same is not done twice.")
    milliseconds = serializers.FloatField()
    confidence = serializers.FloatField(allow_null=True, help_text="Of the least sure step.")
    steps = serializers.ListField(
        child=serializers.DictField(), help_text="Operators, parameters, milliseconds, measures."
    )
    checks = serializers.ListField(
        child=serializers.DictField(), help_text="Name, value, threshold, passed, sentence."
    )
    variables = serializers.DictField(help_text="The recipe's, as they were.")
    locked = serializers.ListField(
        child=serializers.DictField(),
        help_text="Variables that were locked: name, value, by whom, when.",
    )
    networks = serializers.DictField(help_text="Neural networks and their digests.")
    made_at = serializers.DateTimeField()


class MadeFileOut(serializers.Serializer):
    purpose = serializers.CharField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    standing = serializers.ChoiceField(
        choices=Rendition.Standing.choices,
        help_text="Empty is good; a withdrawn one is not sent.",
    )
    address = serializers.CharField(help_text="Of the file.")


class ResultOut(serializers.Serializer):
    output = serializers.CharField()
    rendition = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="Where it became a version.")
    cached = serializers.BooleanField(help_text="It was there already.")
    gone = serializers.BooleanField(help_text="It was replaced or deleted since.")
    file = MadeFileOut(allow_null=True)
    provenance = ProvenanceOut(allow_null=True)


class RenderOut(serializers.Serializer):
    id = serializers.IntegerField()
    asset = serializers.IntegerField()
    version = serializers.IntegerField(help_text="What it is made from.")
    recipe = serializers.CharField()
    recipe_version = serializers.IntegerField()
    variables = serializers.DictField()
    outputs = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    as_version = serializers.BooleanField()
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=Render.State.choices)
    progress = ProgressOut()
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="A sentence, or empty.")
    error_category = serializers.CharField(help_text="Who can mend it; empty without an error.")
    made_by = Person()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    milliseconds = serializers.FloatField(allow_null=True)
    results = ResultOut(many=True)

    def to_representation(self, instance: Any) -> Any:
        plain = instance if isinstance(instance, dict) else told(instance)
        return super().to_representation(plain)


class RenderFilter(FilterSet):
    asset = filters.id_filter("version__asset", "Of this asset.")
    version = filters.id_filter("version", "Made from this version.")
    recipe = filters.text_filter("recipe", "By this recipe.")
    state = filters.choice_filter(
        "", Render.State.choices, "What has become of them.", method="in_state"
    )

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_state(value)


class AssetRendersView(ApiView):
    required_scopes = SCOPES

    @extend_schema(
        operation_id="renders_create",
        tags=["Renders"],
        summary="Have an asset put through a recipe",
        request=RenderIn,
        responses={200: RenderOut, 202: RenderOut, 404: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """By a worker: ask `/api/v1/renders/{id}` how far it is. 200 where the same waits already.

        For those who may change the asset, or add a version to it with `as_version`.
        """
        asset = asset_or_404(self.person, pk)
        given = RenderIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = dict(given.validated_data)
        try:
            asked = wishes.ask(
                asset=asset, user=self.person, number=wish.pop("recipe_version", None), **wish
            )
        except RecipeError as error:
            raise Refused(wishes.told_faults(error)) from error
        except LookupError as error:
            raise Refused(str(error.args[0])) from error
        except InputError as error:
            raise Refused(error.sentence) from error
        return Response(RenderOut(asked.render).data, status=202 if asked.new else 200)


class RendersView(ListView):
    queryset = Render.objects.none()
    serializer_class = RenderOut
    filterset_class = RenderFilter
    required_scopes = SCOPES

    def rows(self) -> QuerySet[Render]:
        return Render.objects.visible_to(self.person).in_order()

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of them, told together."""
        rows = super().paginate_queryset(queryset)
        return told_all(rows) if rows is not None else None

    @extend_schema(
        operation_id="renders_list",
        tags=["Renders"],
        summary="Renders",
        responses=RenderOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Your own, and those of assets that you may change. The newest first."""
        return self.page()


class _RenderView(ApiView):
    required_scopes = SCOPES

    def found(self, pk: int) -> Render:
        return get_object_or_404(Render.objects.visible_to(self.person).in_order(), pk=pk)


class RenderView(_RenderView):
    @extend_schema(
        operation_id="renders_get",
        tags=["Renders"],
        summary="One render",
        responses={200: RenderOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        """How far it is; once it is made: results, measures, checks, timings, provenance."""
        return Response(RenderOut(self.found(pk)).data)


class RenderCancelView(_RenderView):
    @extend_schema(
        operation_id="renders_cancel",
        tags=["Renders"],
        summary="Cancel a render",
        request=None,
        responses={200: RenderOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """While it waits or runs. What was made of it already stays."""
        return Response(RenderOut(wishes.cancel(render=self.found(pk), user=self.person)).data)


class RenderRetryView(_RenderView):
    @extend_schema(
        operation_id="renders_retry",
        tags=["Renders"],
        summary="Try a render again",
        request=None,
        responses={200: RenderOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Where it failed or was cancelled."""
        return Response(RenderOut(wishes.again(render=self.found(pk), user=self.person)).data)


class MadeOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    file = MadeFileOut()
    provenance = ProvenanceOut()


class MadeView(ApiView):
    required_scopes: dict[str, str] = {
        "GET": Scope.ASSETS_READ,
        "DELETE": Scope.ASSETS_WRITE,
    }

    def _found(self, pk: int) -> Rendition:
        rows = Rendition.objects.filter(provenance__isnull=False)
        row = get_object_or_404(rows.select_related("version__asset", "provenance"), pk=pk)
        if not can(self.person, "rendition.look", row):
            raise Http404
        return row

    @extend_schema(
        operation_id="made_get",
        tags=["Renders"],
        summary="A rendition that a recipe made",
        responses={200: MadeOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        """What it is, and how it came."""
        row = self._found(pk)
        told = {"id": row.pk, "version": row.version_id, "file": told_file(row)}
        return Response(MadeOut(told | {"provenance": told_provenance(row.provenance)}).data)

    @extend_schema(
        operation_id="made_delete",
        tags=["Renders"],
        summary="Delete a rendition that a recipe made",
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """It can be made again. For those who may change the asset."""
        remove_rendition(rendition=self._found(pk), user=self.person)
        return Response(status=204)
