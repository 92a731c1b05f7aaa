"""Decisions: one, many, taken back, and what was decided."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions.common import Conflict
from dam.api import filters
from dam.api.bulk import BulkOut
from dam.api.idempotency import idempotent
from dam.api.problems import WORDS, Refused
from dam.api.serializers import BoundedList, Choice, Given, Id, Person, Problem, Text
from dam.api.tags import DECIDED
from dam.api.views import ApiView, ListView
from dam.models import User
from dam.permissions import require
from dam.scopes import Scope
from review.actions import decide, undo
from review.api.items import item_or_404
from review.models import Decision, RejectReason, ReviewItem

MOST_AT_ONCE = 200
MOST_TAGS = 100
EVERY_VERDICT = Decision.Verdict.choices
VERDICTS = [one for one in EVERY_VERDICT if one[0] != Decision.Verdict.UNDO]
OF_MANY = [one for one in VERDICTS if one[0] in {"approve", "reject"}]


class TagWordIn(Given):
    term = Id()
    state = Choice(choices=DECIDED)


class DecisionIn(Given):
    """A rejection needs a `reason`; “other” needs a `comment` too. Tags belong to approvals."""

    verdict = Choice(choices=VERDICTS)
    reason = Choice(choices=RejectReason.choices, required=False)
    comment = Text(required=False, allow_blank=True, max_length=1000)
    tags = TagWordIn(many=True, required=False, max_length=MOST_TAGS)  # type: ignore[call-arg]
    add_tags = BoundedList(child=Text(max_length=120), required=False, max_length=MOST_TAGS)
    file_name = Text(
        required=False, allow_blank=True, max_length=300, help_text="What to call the file."
    )


class DecisionsIn(Given):
    items = BoundedList(child=Id(), min_length=1, max_length=MOST_AT_ONCE)
    verdict = Choice(choices=OF_MANY)
    reason = Choice(choices=RejectReason.choices, required=False)
    comment = Text(required=False, allow_blank=True, max_length=1000)


class DecisionOut(serializers.Serializer):
    id = serializers.IntegerField()
    item = serializers.IntegerField(source="item_id")
    asset = serializers.IntegerField(source="item.version.asset_id")
    verdict = serializers.ChoiceField(choices=EVERY_VERDICT)
    reason = serializers.CharField(help_text="Of a rejection; else empty.")
    comment = serializers.CharField()
    reviewer = Person()
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True)
    decided_at = serializers.DateTimeField()


class DecisionFilter(FilterSet):
    verdict = filters.choice_filter("verdict", EVERY_VERDICT, "What was decided.")
    reviewer = filters.text_filter("reviewer__username", "By whom: a user name.")
    asset = filters.id_filter("item__version__asset", "On this asset.")


class DecisionsView(ListView):
    queryset = Decision.objects.none()
    serializer_class = DecisionOut
    filterset_class = DecisionFilter
    orderings = {"-id": "-pk"}
    required_scopes = {"GET": Scope.REVIEW_READ, "POST": Scope.REVIEW_WRITE}

    def rows(self) -> QuerySet[Decision]:
        require(self.person, "review.work")
        return Decision.objects.visible_to(self.person).select_related("reviewer", "item__version")

    @extend_schema(
        operation_id="review_decisions",
        tags=["Review"],
        summary="What was decided",
        responses=DecisionOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Every decision of the brands that you review for, the newest first."""
        return self.page()

    @extend_schema(
        operation_id="review_decide_many",
        tags=["Review"],
        summary="Decide many items alike",
        request=DecisionsIn,
        responses={200: BulkOut, 207: BulkOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Each for itself; tags stay as they are. 207 where some were refused."""
        require(self.person, "review.work")
        given = DecisionsIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = decide_many(self.person, given.validated_data)
        failed = sum(row["status"] >= 400 for row in rows)
        body = {"done": len(rows) - failed, "failed": failed, "results": rows}
        return Response(body, status=207 if failed else 200)


def decide_many(person: User, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """Decide each item, in the order of the ids; return a row for each."""
    ids = list(dict.fromkeys(wish.pop("items")))
    mine = ReviewItem.objects.for_reviewer(person).with_picture().in_bulk(ids)
    return [_one(pk, mine.get(pk), person, wish) for pk in ids]


def _one(pk: int, item: ReviewItem | None, person: User, wish: dict[str, Any]) -> dict[str, Any]:
    if item is None:
        return {"id": pk, "status": 404, "detail": WORDS[404]}
    try:
        decide(item=item, user=person, **wish)
    except Conflict as conflict:
        return {"id": pk, "status": 409, "detail": str(conflict)}
    except PermissionDenied:
        return {"id": pk, "status": 403, "detail": WORDS[403]}
    except ValueError as error:
        raise Refused(str(error)) from error  # the same for all of them
    return {"id": pk, "status": 200, "detail": ""}


class ItemDecideView(ApiView):
    required_scopes = {"POST": Scope.REVIEW_WRITE}

    @extend_schema(
        operation_id="review_decide",
        tags=["Review"],
        summary="Decide an item",
        request=DecisionIn,
        responses={201: DecisionOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Approve, fix, reject or skip. 409 says who was faster, or has it open."""
        item = item_or_404(self.person, pk)
        given = DecisionIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = dict(given.validated_data)
        words = {row["term"]: row["state"] for row in wish.pop("tags", [])}
        try:
            made = decide(item=item, user=self.person, tags=words, **wish)
        except ValueError as error:
            raise Refused(str(error)) from error
        return Response(DecisionOut(made).data, status=201)


class DecisionUndoView(ApiView):
    required_scopes = {"POST": Scope.REVIEW_WRITE}

    @extend_schema(
        operation_id="review_undo",
        tags=["Review"],
        summary="Take a decision back",
        request=None,
        responses={201: DecisionOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """As it was before, exactly. 409 where something has changed since."""
        require(self.person, "review.work")
        seen = Decision.objects.visible_to(self.person)
        found = get_object_or_404(seen.select_related("item__version__asset__brand"), pk=pk)
        made = undo(decision=found, user=self.person)
        return Response(DecisionOut(made).data, status=201)
