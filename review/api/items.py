"""The queue: what waits, taken by lease, and let go of."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions.common import Conflict
from dam.api import filters
from dam.api.serializers import BoundedList, Given, Id, Person, Problem, Whole
from dam.api.tags import TagOut
from dam.api.versions import RenditionOut, VersionBriefOut
from dam.api.views import ApiView, ListView
from dam.models import TagAssignment, User
from dam.permissions import require
from dam.scopes import Scope
from review import queue
from review.models import Finding, ReviewItem

STATES = ReviewItem.State.choices


class FindingOut(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()
    measured = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)


class LeaseOut(serializers.Serializer):
    holder = Person()
    until = serializers.DateTimeField()


class ItemOut(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    priority = serializers.IntegerField()
    asset = serializers.IntegerField(source="version.asset_id")
    title = serializers.CharField(source="version.asset.title")
    brand = serializers.CharField(source="version.asset.brand.slug")
    version = VersionBriefOut()
    rendition = serializers.SerializerMethodField()
    why_closed = serializers.CharField(help_text="A sentence where it closed by itself.")
    findings = FindingOut(many=True)
    suggestions = serializers.SerializerMethodField()
    lease = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(RenditionOut(allow_null=True))
    def get_rendition(self, item: ReviewItem) -> Any:
        """What a recipe made, where that is asked about; else null."""
        row = item.rendition
        return RenditionOut(row).data if row is not None else None

    @extend_schema_field(TagOut(many=True))
    def get_suggestions(self, item: ReviewItem) -> Any:
        """Tags that wait for a word, the surest first."""
        tags = item.version.asset.tags.all()
        waiting = [tag for tag in tags if tag.state == TagAssignment.State.SUGGESTED]
        waiting.sort(key=lambda tag: -(tag.confidence or 0))
        return TagOut(waiting, many=True).data

    @extend_schema_field(LeaseOut(allow_null=True))
    def get_lease(self, item: ReviewItem) -> Any:
        """Who is looking at it just now; null where nobody is."""
        if item.lease_holder is None or not queue.runs(item):
            return None
        return LeaseOut({"holder": item.lease_holder, "until": item.lease_until}).data


class LeaseIn(Given):
    count = Whole(required=False, min_value=1, max_value=queue.MOST_AT_ONCE)
    beside = BoundedList(
        child=Id(), required=False, max_length=200, help_text="Items that you have already."
    )


class LeasedOut(serializers.Serializer):
    results = ItemOut(many=True)
    remaining = serializers.IntegerField(help_text="How many wait, whoever is looking at them.")


class ItemFilter(FilterSet):
    state = filters.choice_filter("state", STATES, "Open, decided or closed.")
    brand = filters.text_filter("version__asset__brand__slug", "A brand's slug.")
    code = filters.text_filter("", "With this finding.", method="with_finding")
    asset = filters.id_filter("version__asset", "Of this asset.")

    def with_finding(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=Finding.objects.filter(code=value).values("item"))


def item_or_404(person: User, pk: int) -> ReviewItem:
    """Return an item of the brands that a person reviews for."""
    require(person, "review.work")
    return get_object_or_404(ReviewItem.objects.for_reviewer(person).with_picture(), pk=pk)


class ItemsView(ListView):
    queryset = ReviewItem.objects.none()
    serializer_class = ItemOut
    filterset_class = ItemFilter
    orderings = {"id": "pk", "-id": "-pk"}
    required_scopes = {"GET": Scope.REVIEW_READ}

    def rows(self) -> QuerySet[ReviewItem]:
        require(self.person, "review.work")
        seen = ReviewItem.objects.for_reviewer(self.person)
        return seen.filter(version__asset__deleted_at=None).with_picture()

    @extend_schema(
        operation_id="review_items",
        tags=["Review"],
        summary="What waits, and what has been decided",
        responses=ItemOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """For reviewers. To decide the next ones in the queue's order, take them by lease."""
        return self.page()


class ItemView(ApiView):
    required_scopes = {"GET": Scope.REVIEW_READ}

    @extend_schema(
        operation_id="review_item", tags=["Review"], summary="One item", responses={200: ItemOut}
    )
    def get(self, request: Request, pk: int) -> Response:
        """A version with everything that is doubtful about it."""
        return Response(ItemOut(item_or_404(self.person, pk)).data)


class LeaseView(ApiView):
    required_scopes = {"POST": Scope.REVIEW_WRITE}

    @extend_schema(
        operation_id="review_lease",
        tags=["Review"],
        summary="Take the next items",
        request=LeaseIn,
        responses={200: LeasedOut},
    )
    def post(self, request: Request) -> Response:
        """They are yours for five minutes; what you hold already comes first."""
        given = LeaseIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish: dict[str, Any] = given.validated_data
        items = queue.lease_next(
            self.person, count=wish.get("count", 1), beside=wish.get("beside", [])
        )
        body = {"results": items, "remaining": queue.remaining(self.person)}
        return Response(LeasedOut(body).data)


class ItemLeaseView(ApiView):
    required_scopes = {"POST": Scope.REVIEW_WRITE, "DELETE": Scope.REVIEW_WRITE}

    @extend_schema(
        operation_id="review_take",
        tags=["Review"],
        summary="Take one item, or hold on to it",
        request=None,
        responses={200: ItemOut, 409: Problem},
    )
    def post(self, request: Request, pk: int) -> Response:
        """For five minutes; 409 says who has it, or what became of it."""
        item = item_or_404(self.person, pk)
        held = queue.take(item, self.person)
        if held.refusal:
            raise Conflict(held.refusal)
        return Response(ItemOut(item_or_404(self.person, pk)).data)

    @extend_schema(
        operation_id="review_release",
        tags=["Review"],
        summary="Let go of an item",
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Where you do not hold it, nothing happens."""
        queue.release(self.person, [item_or_404(self.person, pk).pk])
        return Response(status=204)
