"""The vocabulary."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import terms as actions
from dam.api import filters
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.serializers import BoundedList, Choice, Flag, Given, Id, Text
from dam.api.views import ApiView, ListView
from dam.models import Facet, Term
from dam.permissions import require
from dam.scopes import Scope

MOST_WORDS = 100


class TermOut(serializers.Serializer):
    id = serializers.IntegerField()
    facet = serializers.ChoiceField(choices=Facet.choices)
    name = serializers.CharField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, help_text="The broader one."
    )
    synonyms = serializers.ListField(child=serializers.CharField())
    prompts = serializers.ListField(
        child=serializers.CharField(), help_text="What the encoder is asked."
    )
    active = serializers.BooleanField(help_text="Whether machines may suggest it.")


class TermChangeIn(Given):
    facet = Choice(choices=Facet.choices, required=False)
    name = Text(required=False, max_length=120)
    parent = Id(required=False, allow_null=True)  # type: ignore[assignment]
    synonyms = BoundedList(child=Text(max_length=120), required=False, max_length=MOST_WORDS)
    prompts = BoundedList(child=Text(max_length=240), required=False, max_length=MOST_WORDS)
    active = Flag(required=False)


class TermIn(TermChangeIn):
    facet = Choice(choices=Facet.choices)
    name = Text(max_length=120)


class TermFilter(FilterSet):
    q = filters.text_filter("", "In the name, or a synonym as it is.", method="called")
    facet = filters.choice_filter("facet", Facet.choices, "One facet.")
    parent = filters.id_filter("parent", "Directly below this term.")
    active = filters.switch_filter("active", "Whether machines may suggest it.")

    def called(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = Q(name__icontains=value) | Q(synonyms__contains=[value.lower()])
        return rows.filter(wanted)


class TermsView(ListView):
    queryset = Term.objects.none()
    serializer_class = TermOut
    filterset_class = TermFilter
    orderings = {"name": "name", "-name": "-name", "id": "pk"}
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ADMIN}

    def rows(self) -> QuerySet[Term]:
        return Term.objects.visible_to(self.person)

    @extend_schema(
        operation_id="terms_list",
        tags=["Terms"],
        summary="The vocabulary",
        responses=TermOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """By name. Free keywords only where an asset that you see carries them."""
        return self.page()

    @extend_schema(
        operation_id="terms_create",
        tags=["Terms"],
        summary="Add a term",
        request=TermIn,
        responses={201: TermOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """For admins of every brand."""
        require(self.person, "term.edit")
        given = TermIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.create_term(user=self.person, **with_parent(given.validated_data))
        return Response(TermOut(made).data, status=201)


class TermView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ, "PATCH": Scope.ADMIN}

    @extend_schema(
        operation_id="terms_get", tags=["Terms"], summary="One term", responses={200: TermOut}
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """A word of the vocabulary."""
        known = Term.objects.visible_to(self.person)
        return answer(request, TermOut(get_object_or_404(known, pk=pk)).data)

    @extend_schema(
        operation_id="terms_change",
        tags=["Terms"],
        summary="Change a term",
        request=TermChangeIn,
        responses={200: TermOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """What is not named stays. For admins of every brand."""
        require(self.person, "term.edit")
        given = TermChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            term = get_object_or_404(Term.objects.select_for_update(), pk=pk)
            check_match(request, TermOut(term).data)
            wish = with_parent(given.validated_data)
            actions.change_term(term=term, user=self.person, **wish)
        return answer(request, TermOut(term).data)


def with_parent(wish: dict[str, Any]) -> dict[str, Any]:
    """Put the term itself in the place of a parent's number. Raises ValidationError."""
    if wish.get("parent") is None:
        return wish
    parent = Term.objects.filter(pk=wish["parent"]).first()
    if parent is None:
        raise serializers.ValidationError({"parent": ["There is no such term."]})
    return {**wish, "parent": parent}
