"""Relations: what assets are to each other, linked and let go of."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import relations as actions
from dam.api import filters
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import Choice, Given, Id, Person
from dam.api.views import ApiView, ListView
from dam.models import Relation
from dam.models.relation import RelationKind
from dam.permissions import require
from dam.related import links_seen_by
from dam.scopes import Scope
from dam.seeing import asset_or_404


class RelationOut(serializers.Serializer):
    """`source` is `kind` `target`; of near-duplicates the older asset is the source."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=RelationKind.choices)
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    target = serializers.IntegerField(source="target_id")
    created_by = Person(allow_null=True, help_text="null: found by Loupe.")
    created_at = serializers.DateTimeField()


class RelationIn(Given):
    """What the asset of the address is to another one."""

    kind = Choice(choices=RelationKind.choices)
    target = Id(help_text="The other asset.")


class RelationFilter(FilterSet):
    kind = filters.choice_filter("kind", RelationKind.choices, "Of this kind.")


class AssetRelationsView(ListView):
    queryset = Relation.objects.none()
    serializer_class = RelationOut
    filterset_class = RelationFilter
    orderings = {"id": "pk", "-id": "-pk"}
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ASSETS_WRITE}

    def rows(self) -> QuerySet[Relation]:
        asset = asset_or_404(self.person, self.kwargs["pk"])
        links = links_seen_by(self.person).select_related("created_by")
        return links.filter(Q(source=asset) | Q(target=asset))

    @extend_schema(
        operation_id="relations_list",
        tags=["Relations"],
        summary="What an asset is related to",
        responses=RelationOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """In both directions; those whose other end you may not see are left out."""
        return self.page()

    @extend_schema(
        operation_id="relations_create",
        tags=["Relations"],
        summary="Relate an asset to another",
        request=RelationIn,
        responses={201: RelationOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """For those who may change this asset and see the other. Said twice, it is one relation."""
        asset = asset_or_404(self.person, pk)
        require(self.person, "asset.edit", asset)
        given = RelationIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        target = asset_or_404(self.person, wish["target"])
        try:
            made = actions.relate(source=asset, target=target, kind=wish["kind"], user=self.person)
        except ValueError as error:
            raise Refused(str(error)) from error
        return Response(RelationOut(made).data, status=201)


class RelationView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ, "DELETE": Scope.ASSETS_WRITE}

    def _seen(self) -> QuerySet[Relation]:
        ends = ("source__brand", "target__brand", "created_by")
        return links_seen_by(self.person).select_related(*ends)

    @extend_schema(
        operation_id="relations_get",
        tags=["Relations"],
        summary="One relation",
        responses={200: RelationOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """Where you may see both ends."""
        return answer(request, RelationOut(get_object_or_404(self._seen(), pk=pk)).data)

    @extend_schema(
        operation_id="relations_delete",
        tags=["Relations"],
        summary="Let a relation go",
        responses={204: None},
    )
    @tagged
    def delete(self, request: Request, pk: int) -> Response:
        """For those who may change its source; of near-duplicates, either. The assets stay."""
        with transaction.atomic():
            rows = self._seen().select_for_update(of=("self",))
            link = get_object_or_404(rows, pk=pk)
            check_match(request, RelationOut(link).data)
            actions.unrelate(relation=link, user=self.person)
        return Response(status=204)
