"""Consistency: reference sets, their pictures, runs and locked settings."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.brands import seen_by
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import Given
from dam.api.views import ApiView, ListView
from dam.models import Asset, Category
from dam.permissions import require
from dam.scopes import Scope
from processing.api.consistency_forms import (
    AspectIn,
    LockIn,
    LockOut,
    PictureOut,
    PicturesIn,
    ReferenceSetChangeIn,
    ReferenceSetIn,
    ReferenceSetOut,
    RunOut,
    RunWithWorstOut,
)
from processing.consistency import actions, telling
from processing.consistency.actions import EDIT
from processing.models import ConsistencyRun, LockedSetting, ReferenceSet

READ_AND_WRITE: dict[str, str] = {
    "GET": Scope.ASSETS_READ,
    **dict.fromkeys(("POST", "PATCH", "DELETE"), Scope.ADMIN),
}


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
