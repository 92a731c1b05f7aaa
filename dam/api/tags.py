"""Tags: what is said of one asset."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import tags as actions
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import Choice, Given, Id, Person, Text
from dam.api.views import ApiView
from dam.models import Facet, TagAssignment, Term, User
from dam.permissions import can
from dam.scopes import Scope
from dam.seeing import asset_or_404

State = TagAssignment.State
DECIDED = [(State.ACCEPTED.value, "accepted"), (State.REJECTED.value, "rejected")]


class TagOut(serializers.Serializer):
    term = serializers.IntegerField(source="term_id")
    name = serializers.CharField(source="term.name")
    facet = serializers.ChoiceField(source="term.facet", choices=Facet.choices)
    state = serializers.ChoiceField(choices=State.choices)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=TagAssignment.Source.choices
    )
    model = serializers.CharField(help_text="Which model said so; empty for people.")
    score = serializers.FloatField(
        source="raw_score", allow_null=True, help_text="The model's own."
    )
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 1, calibrated.")
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class TagsOut(serializers.Serializer):
    results = TagOut(many=True)


class TagIn(Given):
    """A term by its number, or by a name or synonym; a name that is new becomes a keyword."""

    term = Id(required=False)
    name = Text(required=False, max_length=120)
    state = Choice(choices=DECIDED, required=False)

    def validate(self, wish: dict[str, Any]) -> dict[str, Any]:
        if ("term" in wish) == ("name" in wish):
            raise serializers.ValidationError("Name the tag by “term” or by “name”: one of them.")
        return wish


class AssetTagsView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="tags_list",
        tags=["Tags"],
        summary="An asset's tags",
        responses={200: TagsOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Accepted, suggested and rejected ones, the surest first, with where they come from."""
        asset = asset_or_404(self.person, pk)
        rows = asset.tags.select_related("term", "decided_by").order_by(
            "state", "-confidence", "term__name"
        )
        return Response({"results": TagOut(rows, many=True).data})

    @extend_schema(
        operation_id="tags_decide",
        tags=["Tags"],
        summary="Accept or reject a tag",
        request=TagIn,
        responses={200: TagOut},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """A person's word replaces a machine's, and is remembered. Without a state: accepted."""
        asset = asset_or_404(self.person, pk)
        if not can(self.person, "asset.edit", asset):
            raise PermissionDenied("asset.edit")
        given = TagIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = given.validated_data
        state = wish.get("state", State.ACCEPTED.value)
        tag = actions.decide(
            asset=asset, term=term_of(wish, self.person), user=self.person, state=state
        )
        return Response(TagOut(tag).data)


def term_of(wish: dict[str, Any], person: User) -> Term:
    """Return the term that is named by its number or its name. Raises Http404 and Refused."""
    if "term" in wish:
        term = Term.objects.visible_to(person).filter(pk=wish["term"]).first()
        if term is None:
            raise Http404
        return term
    try:
        return actions.term_named(wish["name"])
    except ValueError as error:
        raise Refused(str(error)) from error
