"""Collections: made, described, filled, emptied and deleted."""

from django.db import transaction
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import collections as actions
from dam.api import filters
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.serializers import BoundedList, Choice, Given, Id, Person, Text
from dam.api.views import ApiView, ListView
from dam.models import Collection
from dam.permissions import require
from dam.scopes import Scope
from dam.seeing import collection_or_404

MOST_AT_ONCE = 500


class CollectionOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    owner = Person()
    created_at = serializers.DateTimeField()
    address = serializers.CharField(source="get_absolute_url", help_text="Its page.")


class CollectionRowOut(CollectionOut):
    size = serializers.IntegerField(help_text="How many assets of it you see.")


class CollectionChangeIn(Given):
    name = Text(required=False, max_length=200)
    description = Text(required=False, allow_blank=True, max_length=20_000)


class CollectionIn(CollectionChangeIn):
    name = Text(max_length=200)


class ItemsIn(Given):
    assets = BoundedList(child=Id(), min_length=1, max_length=MOST_AT_ONCE)
    action = Choice(choices=[("add", "add"), ("remove", "remove")], required=False)


class ItemsOut(serializers.Serializer):
    changed = serializers.IntegerField(help_text="How many are new in it, or were in it.")


class CollectionFilter(FilterSet):
    owner = filters.text_filter("owner__username", "Whose they are: a user name.")
    name = filters.text_filter("name", "In the name.", lookup_expr="icontains")


class CollectionsView(ListView):
    queryset = Collection.objects.none()
    serializer_class = CollectionRowOut
    filterset_class = CollectionFilter
    orderings = {"name": "name", "-name": "-name", "-id": "-pk"}
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ASSETS_WRITE}

    def rows(self) -> QuerySet[Collection]:
        require(self.person, "collection.add")
        known = Collection.objects.visible_to(self.person).select_related("owner")
        return known.with_size_for(self.person)

    @extend_schema(
        operation_id="collections_list",
        tags=["Collections"],
        summary="Every collection",
        responses=CollectionRowOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Yours, and those with an asset that you may see."""
        return self.page()

    @extend_schema(
        operation_id="collections_create",
        tags=["Collections"],
        summary="Make a collection",
        request=CollectionIn,
        responses={201: CollectionOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """It is yours; you have no other of that name."""
        require(self.person, "collection.add")
        given = CollectionIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.create_collection(user=self.person, **given.validated_data)
        return Response(CollectionOut(made).data, status=201)


class CollectionView(ApiView):
    required_scopes = {
        "GET": Scope.ASSETS_READ,
        "PATCH": Scope.ASSETS_WRITE,
        "DELETE": Scope.ASSETS_WRITE,
    }

    def _locked(self, pk: int) -> Collection:
        found = collection_or_404(self.person, pk, lock=True)
        require(self.person, "collection.edit", found)
        check_match(self.request, CollectionOut(found).data)
        return found

    @extend_schema(
        operation_id="collections_get",
        tags=["Collections"],
        summary="One collection",
        responses={200: CollectionOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """Its assets: `/api/v1/assets/?collection=`."""
        found = collection_or_404(self.person, pk)
        return answer(request, CollectionOut(found).data)

    @extend_schema(
        operation_id="collections_change",
        tags=["Collections"],
        summary="Rename or describe a collection",
        request=CollectionChangeIn,
        responses={200: CollectionOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """For its owner. What is not named stays."""
        given = CollectionChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            found = self._locked(pk)
            wish = {"name": found.name, "description": found.description} | given.validated_data
            actions.describe_collection(collection=found, user=self.person, **wish)
        return answer(request, CollectionOut(found).data)

    @extend_schema(
        operation_id="collections_delete",
        tags=["Collections"],
        summary="Delete a collection",
        responses={204: None},
    )
    @tagged
    def delete(self, request: Request, pk: int) -> Response:
        """For its owner. Its assets stay where they are."""
        with transaction.atomic():
            actions.delete_collection(collection=self._locked(pk), user=self.person)
        return Response(status=204)


class CollectionItemsView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="collections_items",
        tags=["Collections"],
        summary="Put assets in, or take them out",
        request=ItemsIn,
        responses={200: ItemsOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """For its owner: up to 500 at once. Those that you may not see are left out."""
        found = collection_or_404(self.person, pk)
        require(self.person, "collection.edit", found)
        given = ItemsIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        remove = wish.get("action") == "remove"
        act = actions.remove_assets if remove else actions.add_assets
        changed = act(collection=found, user=self.person, assets=wish["assets"])
        return Response({"changed": changed})
