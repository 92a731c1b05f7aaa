"""Recipes: what the library keeps, version by version, and what is wrong with a text."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.brands import seen_by
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.problems import Refused
from dam.api.serializers import Flag, Given, Person, Problem, Text, Whole
from dam.api.views import ApiView, ListView
from dam.models import BrandProfile, User
from dam.permissions import require
from dam.scopes import Scope
from processing.models import Recipe, RecipeVersion
from processing.recipebook import actions, lookup
from processing.recipebook.telling import told_faults, told_read
from processing.recipes.faults import RecipeError
from processing.recipes.schema import schema
from processing.recipes.tree import LONGEST

READ_AND_WRITE: dict[str, str] = {
    "GET": Scope.ASSETS_READ,
    "POST": Scope.ADMIN,
    "PATCH": Scope.ADMIN,
}


class RecipeOut(serializers.Serializer):
    """A recipe, and which version of it is in force."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    brand = serializers.CharField(
        source="brand.slug", default=None, allow_null=True, help_text="Null: every brand's."
    )
    archived = serializers.BooleanField()
    version = serializers.IntegerField(source="newest_number", help_text="The newest.")
    digest = serializers.CharField(
        source="newest_digest", help_text="Of what decides pixels, when that was saved."
    )
    changed_at = serializers.DateTimeField(source="newest_created_at")


class RecipeVersionRowOut(serializers.Serializer):
    number = serializers.IntegerField()
    digest = serializers.CharField()
    includes = serializers.ListField(child=serializers.CharField())
    author = Person(allow_null=True, help_text="Null where it came with Loupe.")
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class RecipeVersionOut(RecipeVersionRowOut):
    text = serializers.CharField(help_text="YAML.")


class RecipeTextIn(Given):
    text = Text(max_length=LONGEST, trim_whitespace=False, help_text="YAML.")
    note = Text(required=False, allow_blank=True, max_length=240)


class RecipeIn(RecipeTextIn):
    brand = Text(required=False, max_length=120, help_text="A brand's slug; else every brand's.")


class RecipeVersionIn(RecipeTextIn):
    after = Whole(
        required=False, max_value=2**31 - 1, help_text="The version that was changed: else 409."
    )


class RecipeChangeIn(Given):
    """What is to be changed; what is not named stays."""

    archived = Flag(required=False, help_text="Whether it is offered no more.")


class RecipeValidateIn(Given):
    text = Text(max_length=LONGEST, trim_whitespace=False, help_text="YAML.")
    brand = Text(required=False, max_length=120, help_text="Whose recipes it may include.")


class FaultOut(serializers.Serializer):
    line = serializers.IntegerField(help_text="From 1; 0 is the recipe as a whole.")
    column = serializers.IntegerField()
    sentence = serializers.CharField()


class RecipeReadOut(serializers.Serializer):
    """What a text was read as."""

    faults = FaultOut(many=True)
    recipe = serializers.DictField(
        allow_null=True, help_text="Null where there are faults: steps, outputs, digest."
    )


class RecipeFilter(FilterSet):
    name = filters.text_filter("name", "Just this name.")
    archived = filters.switch_filter("archived", "Those that are offered no more, or the others.")


def _brand(person: User, slug: str | None) -> BrandProfile | None:
    brand = seen_by(person).filter(slug=slug).first() if slug else None
    if slug and brand is None:
        raise Refused("There is no such brand.")
    return brand


def _given(kind: type[Given], request: Request) -> dict[str, Any]:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _faulty(error: RecipeError) -> ValidationError:
    return ValidationError({"text": [str(fault) for fault in error.faults]})


class RecipesView(ListView):
    queryset = Recipe.objects.none()
    serializer_class = RecipeOut
    filterset_class = RecipeFilter
    orderings = {"name": "name", "-id": "-pk"}
    required_scopes = READ_AND_WRITE

    def rows(self) -> QuerySet[Recipe]:
        return lookup.recipes(self.person)

    @extend_schema(
        operation_id="recipes_list",
        tags=["Recipes"],
        summary="Recipes",
        responses=RecipeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those of every brand, and of the brands in which you have a role."""
        return self.page()

    @extend_schema(
        operation_id="recipes_create",
        tags=["Recipes"],
        summary="Keep a new recipe",
        request=RecipeIn,
        responses={201: RecipeOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Under the name that its text says. For the brand's admins."""
        wish = _given(RecipeIn, request)
        brand = _brand(self.person, wish.pop("brand", None))
        try:
            saved = actions.create_recipe(user=self.person, brand=brand, **wish)
        except RecipeError as error:
            raise _faulty(error) from error
        made = lookup.recipes(self.person).get(pk=saved.version.recipe_id)
        return Response(RecipeOut(made).data, status=201)


class RecipeView(ApiView):
    required_scopes = READ_AND_WRITE

    def _found(self, pk: int) -> dict[str, Any]:
        return RecipeOut(get_object_or_404(lookup.recipes(self.person), pk=pk)).data

    @extend_schema(
        operation_id="recipes_get",
        tags=["Recipes"],
        summary="One recipe",
        responses={200: RecipeOut},
    )
    @tagged
    def get(self, request: Request, pk: int) -> Response:
        """Its text stands in its versions."""
        return answer(request, self._found(pk))

    @extend_schema(
        operation_id="recipes_change",
        tags=["Recipes"],
        summary="Archive a recipe, or offer it again",
        request=RecipeChangeIn,
        responses={200: RecipeOut},
    )
    @tagged
    def patch(self, request: Request, pk: int) -> Response:
        """Not while others include it. For the brand's admins."""
        wish = _given(RecipeChangeIn, request)
        with transaction.atomic():
            seen = Recipe.objects.visible_to(self.person).select_for_update()
            recipe = get_object_or_404(seen, pk=pk)
            require(self.person, "recipe.edit", recipe)
            check_match(request, self._found(pk))
            if "archived" in wish:
                actions.set_archived(recipe=recipe, user=self.person, archived=wish["archived"])
            return answer(request, self._found(pk))


class RecipeVersionsView(ListView):
    queryset = RecipeVersion.objects.none()
    serializer_class = RecipeVersionRowOut
    orderings = {"-id": "-pk"}
    required_scopes = READ_AND_WRITE

    def _recipe(self) -> Recipe:
        return get_object_or_404(lookup.recipes(self.person), pk=self.kwargs["pk"])

    def rows(self) -> QuerySet[RecipeVersion]:
        return self._recipe().versions.select_related("author")

    @extend_schema(
        operation_id="recipes_versions",
        tags=["Recipes"],
        summary="The versions of a recipe",
        responses=RecipeVersionRowOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest first; each one's text is at its own address."""
        return self.page()

    @extend_schema(
        operation_id="recipes_save",
        tags=["Recipes"],
        summary="Save the next version of a recipe",
        request=RecipeVersionIn,
        responses={200: RecipeVersionOut, 201: RecipeVersionOut, 409: Problem},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """The same text as the newest makes none: then 200 with that. For the brand's admins."""
        recipe = self._recipe()
        wish = _given(RecipeVersionIn, request)
        try:
            saved = actions.save_version(recipe=recipe, user=self.person, **wish)
        except RecipeError as error:
            raise _faulty(error) from error
        data = RecipeVersionOut(saved.version).data
        return Response(data, status=201 if saved.made else 200)


class RecipeVersionView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="recipes_version",
        tags=["Recipes"],
        summary="One version of a recipe, with its text",
        responses={200: RecipeVersionOut},
    )
    @tagged
    def get(self, request: Request, pk: int, number: int) -> Response:
        """By its number."""
        recipe = get_object_or_404(lookup.recipes(self.person), pk=pk)
        version = get_object_or_404(recipe.versions, number=number)
        return answer(request, RecipeVersionOut(version).data)


class RecipeRestoreView(ApiView):
    required_scopes = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="recipes_restore",
        tags=["Recipes"],
        summary="Make an earlier version of a recipe the newest again",
        request=None,
        responses={200: RecipeVersionOut, 201: RecipeVersionOut},
    )
    @idempotent
    def post(self, request: Request, pk: int, number: int) -> Response:
        """Its text becomes the next version; where the newest says the same, 200 with that. 400
        where it is no recipe any more, with what it includes now. For the brand's admins."""
        recipe = get_object_or_404(lookup.recipes(self.person), pk=pk)
        get_object_or_404(recipe.versions, number=number)
        try:
            saved = actions.restore_version(recipe=recipe, number=number, user=self.person)
        except RecipeError as error:
            raise _faulty(error) from error
        data = RecipeVersionOut(saved.version).data
        return Response(data, status=201 if saved.made else 200)


class RecipeValidateView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="recipes_validate",
        tags=["Recipes"],
        summary="Tell all faults of a recipe's text",
        request=RecipeValidateIn,
        responses={200: RecipeReadOut},
    )
    def post(self, request: Request) -> Response:
        """Nothing is kept. A text without faults is answered as what it was read as."""
        wish = _given(RecipeValidateIn, request)
        brand = _brand(self.person, wish.get("brand"))
        try:
            read = lookup.read_here(wish["text"], brand_id=brand.pk if brand else None)
        except RecipeError as error:
            return Response({"faults": told_faults(error), "recipe": None})
        return Response({"faults": [], "recipe": told_read(read)})


class RecipeSchemaView(ApiView):
    required_scopes = {"GET": ""}

    @extend_schema(
        operation_id="recipes_schema",
        tags=["Recipes"],
        summary="The language of recipes as a JSON Schema",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """With every operator, format and check, their parameters, units and ranges."""
        return Response(schema())
