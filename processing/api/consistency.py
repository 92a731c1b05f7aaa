"""Consistency: reference sets, their pictures, runs and locked settings."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.brands import seen_by
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import BoundedList, Choice, Given, Id, Number, Text, Whole
from dam.api.views import ApiView, ListView
from dam.models import Asset, Category
from dam.permissions import require
from dam.scopes import Scope
from processing.consistency import actions, telling
from processing.consistency.actions import EDIT, MOST_PICTURES
from processing.models import ConsistencyRun, LockedSetting, ReferenceSet
from processing.models.consistency import MOST_NEWEST

READ_AND_WRITE: dict[str, str] = {
    "GET": Scope.ASSETS_READ,
    **dict.fromkeys(("POST", "PATCH", "DELETE"), Scope.ADMIN),
}
POINTS: dict[str, Any] = {"min_value": 0, "max_value": 100}


class RunOut(serializers.Serializer):
    """One measuring of a set; scores are from 0 to 100."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    overall = serializers.FloatField(help_text="Half the mean of the four, half the lowest.")
    colour = serializers.FloatField()
    exposure = serializers.FloatField()
    framing = serializers.FloatField()
    size = serializers.FloatField()
    measured = serializers.IntegerField(help_text="Pictures that the scores are of.")
    unmeasured = serializers.IntegerField(help_text="Pictures whose look is not known.")
    pictures = serializers.IntegerField(help_text="Pictures in the reference.")
    drift = serializers.DictField(
        child=serializers.CharField(), help_text="How the set is off as a whole, by part."
    )
    warnings = serializers.ListField(child=serializers.CharField())
    recipes = serializers.ListField(
        child=serializers.DictField(), help_text="Which recipes made how many of the pictures."
    )
    look_version = serializers.IntegerField()
    engine_version = serializers.IntegerField()

    def to_representation(self, instance: Any) -> Any:
        plain = instance if isinstance(instance, dict) else telling.told_run(instance)
        return super().to_representation(plain)


class WorstOut(serializers.Serializer):
    """A picture that is far from the reference."""

    asset = serializers.IntegerField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    overall = serializers.FloatField()
    colour = serializers.FloatField()
    exposure = serializers.FloatField()
    framing = serializers.FloatField()
    size = serializers.FloatField()
    reasons = serializers.DictField(
        child=serializers.CharField(), help_text="By part, the worst first."
    )
    recipe = serializers.CharField(allow_null=True, help_text="That made the version.")
    recipe_number = serializers.IntegerField(allow_null=True)


class RunWithWorstOut(RunOut):
    worst = WorstOut(many=True, help_text="Kept of a set's last runs; those that you may see.")


class ReferenceSetOut(serializers.Serializer):
    """What a brand's pictures of one category should look like, and how far they do."""

    id = serializers.IntegerField()
    brand = serializers.CharField(help_text="Its slug.")
    category = serializers.ChoiceField(choices=Category.choices)
    pictures = serializers.IntegerField(help_text="How many show it.")
    floor = serializers.FloatField(help_text="A lower score is warned of.")
    fall = serializers.FloatField(help_text="A fall by more points is warned of.")
    newest = serializers.IntegerField(help_text="How many pictures are scored; 0: all.")
    waiting = serializers.BooleanField(help_text="A run was asked for that is not done.")
    locked = serializers.DictField(help_text="Variables of recipes, and what they are locked to.")
    run = RunOut(allow_null=True, help_text="The newest.")

    def to_representation(self, instance: Any) -> Any:
        plain = instance if isinstance(instance, dict) else telling.told_set(instance)
        return super().to_representation(plain)


class ReferenceSetIn(Given):
    brand = Text(max_length=120, help_text="A brand's slug.")
    category = Choice(choices=Category.choices)


class ReferenceSetChangeIn(Given):
    """What is to be changed; what is not named stays."""

    floor = Number(required=False, **POINTS)
    fall = Number(required=False, **POINTS)
    newest = Whole(required=False, min_value=0, max_value=MOST_NEWEST)


class PicturesIn(Given):
    add = BoundedList(child=Id(), max_length=MOST_PICTURES, required=False, help_text="Assets.")
    remove = BoundedList(child=Id(), max_length=MOST_PICTURES, required=False, help_text="Assets.")


class PictureOut(serializers.Serializer):
    asset = serializers.IntegerField(source="version.asset_id")
    version = serializers.IntegerField(source="version_id")
    added_at = serializers.DateTimeField()


@extend_schema_field(
    {"oneOf": [{"type": "string", "maxLength": 200}, {"type": "number"}, {"type": "boolean"}]}
)
class PlainValue(serializers.Field):
    """A text, a number, true or false; null where there shall be none."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and len(data) <= 200 and "\x00" not in data:
            return data
        if isinstance(data, bool | int | float):
            return data
        raise serializers.ValidationError("This is a short text, a number, true, false or null.")

    def to_representation(self, value: Any) -> Any:
        return value


class LockIn(Given):
    name = Text(max_length=40, help_text="A variable of a recipe.")
    value = PlainValue(allow_null=True, help_text="Null: it is no longer locked.")
    note = Text(required=False, allow_blank=True, max_length=240)


class LockOut(serializers.Serializer):
    name = serializers.CharField()
    value = PlainValue()
    note = serializers.CharField()
    locked_by = serializers.CharField(source="locked_by.username", default=None, allow_null=True)
    locked_at = serializers.DateTimeField()


class AspectIn(Given):
    aspect = Choice(
        choices=[(name, name) for name in telling.SCORES],
        required=False,
        help_text="By which score the pictures are in order.",
    )


class ReferenceSetFilter(FilterSet):
    brand = filters.text_filter("brand__slug", "Of this brand, by its slug.")
    category = filters.choice_filter("category", Category.choices, "Of this category.")


class _OfSet(ApiView):
    """What is below one set."""

    required_scopes = READ_AND_WRITE

    def found(self, pk: int) -> ReferenceSet:
        seen = ReferenceSet.objects.visible_to(self.person).select_related("brand")
        return get_object_or_404(seen, pk=pk)


def _given(kind: type[Given], request: Request) -> dict[str, Any]:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class ConsistencyView(ListView):
    queryset = ReferenceSet.objects.none()
    serializer_class = ReferenceSetOut
    filterset_class = ReferenceSetFilter
    required_scopes = READ_AND_WRITE

    def rows(self) -> QuerySet[ReferenceSet]:
        return ReferenceSet.objects.visible_to(self.person).select_related("brand")

    @extend_schema(
        operation_id="consistency_list",
        tags=["Consistency"],
        summary="Reference sets",
        responses=ReferenceSetOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Of the brands in which you have a role, each with its newest score."""
        return self.page()

    @extend_schema(
        operation_id="consistency_create",
        tags=["Consistency"],
        summary="Make a reference set",
        request=ReferenceSetIn,
        responses={201: ReferenceSetOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """One for each brand and category: the one that is there, where there is one."""
        wish = _given(ReferenceSetIn, request)
        brand = seen_by(self.person).filter(slug=wish["brand"]).first()
        if brand is None:
            raise Refused("There is no such brand.")
        made = actions.set_of(brand=brand, category=wish["category"], user=self.person)
        return Response(ReferenceSetOut(made).data, status=201)


class ConsistencySetView(_OfSet):
    @extend_schema(
        operation_id="consistency_get",
        tags=["Consistency"],
        summary="One reference set",
        responses={200: ReferenceSetOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """With its newest run and its locks."""
        return answer(request, ReferenceSetOut(self.found(pk)).data)

    @extend_schema(
        operation_id="consistency_change",
        tags=["Consistency"],
        summary="Change when a set is warned of",
        request=ReferenceSetChangeIn,
        responses={200: ReferenceSetOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """It holds from the next run on. For the brand's admins."""
        of = self.found(pk)
        require(self.person, EDIT, of.brand)
        wish = _given(ReferenceSetChangeIn, request)
        with transaction.atomic():
            of = ReferenceSet.objects.select_for_update().select_related("brand").get(pk=of.pk)
            check_match(request, ReferenceSetOut(of).data)
            made = actions.change_set(reference=of, user=self.person, **wish)
            return answer(request, ReferenceSetOut(made).data)

    @extend_schema(
        operation_id="consistency_remove",
        tags=["Consistency"],
        summary="Forget a reference set",
        responses={204: None},
    )
    @tagged
    def delete(self, request: Request, pk: int) -> Response:
        """With its runs and its locks; the pictures stay."""
        of = self.found(pk)
        require(self.person, EDIT, of.brand)
        with transaction.atomic():
            of = ReferenceSet.objects.select_for_update().select_related("brand").get(pk=of.pk)
            check_match(request, ReferenceSetOut(of).data)
            actions.remove_set(reference=of, user=self.person)
        return Response(status=204)


class ConsistencyPicturesView(_OfSet):
    @extend_schema(
        operation_id="consistency_pictures",
        tags=["Consistency"],
        summary="The pictures of a reference",
        responses={200: PictureOut(many=True)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """At most 200; those that you may see."""
        of = self.found(pk)
        seen = Asset.objects.visible_to(self.person).values("pk")
        rows = of.pictures.filter(version__asset__in=seen).select_related("version")
        return Response(PictureOut(rows, many=True).data)

    @extend_schema(
        operation_id="consistency_pictures_change",
        tags=["Consistency"],
        summary="Put pictures into a reference, or take them out",
        request=PicturesIn,
        responses={200: ReferenceSetOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """The shown versions of assets; all of them, or none. For the brand's admins."""
        of = self.found(pk)
        require(self.person, EDIT, of.brand)
        wish = _given(PicturesIn, request)
        with transaction.atomic():
            actions.remove_pictures(reference=of, assets=wish.get("remove", []), user=self.person)
            versions = self._shown(wish.get("add", []))
            actions.add_pictures(reference=of, versions=versions, user=self.person)
        return Response(ReferenceSetOut(self.found(pk)).data)

    def _shown(self, ids: list[int]) -> list[Any]:
        seen = Asset.objects.visible_to(self.person).filter(pk__in=ids)
        assets = list(seen.exclude(current_version=None).select_related("current_version"))
        if missing := set(ids) - {asset.pk for asset in assets}:
            raise Refused(f"There is no picture {min(missing)} that you may see.")
        for asset in assets:
            assert asset.current_version is not None
            asset.current_version.asset = asset
        return [asset.current_version for asset in assets]


class ConsistencyRunsView(ListView):
    queryset = ConsistencyRun.objects.none()
    serializer_class = RunOut
    required_scopes = READ_AND_WRITE

    def _set(self) -> ReferenceSet:
        seen = ReferenceSet.objects.visible_to(self.person).select_related("brand")
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    def rows(self) -> QuerySet[ConsistencyRun]:
        return self._set().runs.all()

    @extend_schema(
        operation_id="consistency_runs",
        tags=["Consistency"],
        summary="The runs of a set",
        responses=RunOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest first."""
        return self.page()

    @extend_schema(
        operation_id="consistency_run",
        tags=["Consistency"],
        summary="Have a set measured now",
        request=None,
        responses={202: ReferenceSetOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """By a worker; `waiting` says how far it is. For the brand's admins."""
        of = self._set()
        actions.ask_run(reference=of, user=self.person)
        of.refresh_from_db()
        return Response(ReferenceSetOut(of).data, status=202)


class ConsistencyRunView(_OfSet):
    query_class = AspectIn

    @extend_schema(
        operation_id="consistency_run_get",
        tags=["Consistency"],
        summary="One run, with the pictures that are farthest off",
        parameters=[AspectIn],
        responses={200: RunWithWorstOut},
    )
    @tagged
    def get(self, request: Request, pk: int, run: int) -> Response:
        """Each with the reasons in words."""
        made = get_object_or_404(self.found(pk).runs, pk=run)
        worst = telling.told_worst(made, self.person, self.asked.get("aspect", "overall"))
        data = {**telling.told_run(made), "worst": worst}
        return answer(request, RunWithWorstOut(data).data)


class ConsistencyLocksView(_OfSet):
    def _locks(self, pk: int) -> QuerySet[LockedSetting]:
        return self.found(pk).locks.select_related("locked_by")

    @extend_schema(
        operation_id="consistency_locks",
        tags=["Consistency"],
        summary="The locked settings of a set",
        responses={200: LockOut(many=True)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Variables that have one value for all recipes on the set's pictures."""
        return Response(LockOut(self._locks(pk), many=True).data)

    @extend_schema(
        operation_id="consistency_lock",
        tags=["Consistency"],
        summary="Lock a setting, or unlock it",
        request=LockIn,
        responses={200: LockOut(many=True)},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Some recipe of the brand must have the variable, and all that do must take the value."""
        of = self.found(pk)
        require(self.person, EDIT, of.brand)
        wish = _given(LockIn, request)
        if wish["value"] is None:
            actions.unlock(reference=of, name=wish["name"], user=self.person)
        else:
            actions.lock(reference=of, user=self.person, **wish)
        return Response(LockOut(self._locks(pk), many=True).data)
