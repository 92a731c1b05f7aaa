"""Near-duplicates in the REST API. dam/api/__init__.py says how endpoints are made."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import BoundedList, Choice, Given, Id, Problem, Text
from dam.api.views import ApiView
from dam.models import Asset, BrandProfile
from dam.permissions import Grants
from dam.scopes import Scope
from search.duplicates import actions
from search.duplicates.best import why
from search.duplicates.clusters import LARGEST, BadCursor, Cluster, overview, page
from search.duplicates.models import DuplicateDecision
from search.duplicates.views import require_somewhere

PAGE, MOST = 20, 100


class ClustersQuery(Given):
    brand = Text(required=False, help_text="Of this brand alone: its slug.")
    cursor = Text(required=False, help_text="`next_cursor` of the page before.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=PAGE)


class ClusterOut(serializers.Serializer):
    best = serializers.IntegerField(help_text="The asset that would be kept.")
    why = serializers.ListField(child=serializers.CharField())
    others = serializers.ListField(child=serializers.IntegerField())
    mirrored = serializers.ListField(
        child=serializers.IntegerField(), help_text="Mirror images of the best."
    )
    saving = serializers.IntegerField(help_text="Bytes of originals that could go.")
    likeness = serializers.FloatField(help_text="Of the least sure pair, 0 to 1.")


class ClustersOut(serializers.Serializer):
    results = ClusterOut(many=True)
    total = serializers.IntegerField()
    saving = serializers.IntegerField()
    cut = serializers.BooleanField(help_text="There are more pairs than were looked at.")
    next_cursor = serializers.CharField(allow_null=True)


class DuplicatesIn(Given):
    what = Choice(choices=DuplicateDecision.Kind.choices)
    keep = Id(help_text="The asset that stays as it is, or gains.")
    others = BoundedList(child=Id(), min_length=1, max_length=2 * LARGEST)


class DuplicateDecisionOut(serializers.Serializer):
    id = serializers.IntegerField()
    what = serializers.ChoiceField(choices=DuplicateDecision.Kind.choices, source="kind")
    kept = serializers.IntegerField(source="kept_id", allow_null=True)
    others = serializers.ListField(child=serializers.IntegerField(), source="assets")
    decided_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


def _said(cluster: Cluster) -> dict[str, Any]:
    best, *others = cluster.members
    return {
        "best": best.asset,
        "why": why(cluster.members),
        "others": [one.asset for one in others],
        "mirrored": sorted(cluster.mirrored),
        "saving": cluster.saving,
        "likeness": cluster.likeness,
    }


class ClustersView(ApiView):
    required_scopes = {"GET": Scope.SEARCH_READ}
    query_class = ClustersQuery

    @extend_schema(
        operation_id="duplicates_list",
        tags=["Duplicates"],
        summary="Groups of near-duplicates",
        responses={200: ClustersOut, 404: Problem},
    )
    def get(self, request: Request) -> Response:
        """Those that you may see, the biggest saving first."""
        require_somewhere(self.person)
        found = overview(self.person, self._brand())
        try:
            shown, cursor = page(found.clusters, self.asked.get("cursor"), self.asked["limit"])
        except BadCursor as error:
            raise Refused(str(error)) from error
        answer = {
            "results": [_said(cluster) for cluster in shown],
            "total": len(found.clusters),
            "saving": found.saving,
            "cut": found.cut,
            "next_cursor": cursor,
        }
        return Response(ClustersOut(answer).data)

    def _brand(self) -> BrandProfile | None:
        slug = self.asked.get("brand")
        if not slug:
            return None
        allowed = Grants.within("pk", Grants.of(self.person).viewing)
        return get_object_or_404(BrandProfile, allowed, slug=slug)


class DuplicatesDecideView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="duplicates_decide",
        tags=["Duplicates"],
        summary="Decide about near-duplicates",
        request=DuplicatesIn,
        responses={201: DuplicateDecisionOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep one and bin the others, merge into it, link as variants, or say that they differ."""
        given = DuplicatesIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        seen = Asset.objects.visible_to(self.person).with_current()
        known = seen.in_bulk([wish["keep"], *wish["others"]])
        if set(known) != {wish["keep"], *wish["others"]}:
            raise Refused("One of these assets is not there (any more).")
        try:
            made = actions.decide(
                user=self.person,
                kind=wish["what"],
                kept=known[wish["keep"]],
                others=[known[pk] for pk in wish["others"]],
            )
        except ValueError as error:
            raise Refused(str(error)) from error
        return Response(DuplicateDecisionOut(made).data, status=201)


class DuplicatesUndoView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="duplicates_undo",
        tags=["Duplicates"],
        summary="Take a decision about duplicates back",
        request=None,
        responses={200: DuplicateDecisionOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Only your own; what others changed since stays."""
        mine = DuplicateDecision.objects.filter(decided_by=self.person)
        made = get_object_or_404(mine.select_related("kept"), pk=pk)
        actions.undo(decision=made, user=self.person)
        made.refresh_from_db()
        return Response(DuplicateDecisionOut(made).data)
