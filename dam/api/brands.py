"""Brands: what they are called, and the versions of their rules."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions import brands as actions
from dam.api.conditional import answer, check_match, tagged
from dam.api.idempotency import idempotent
from dam.api.serializers import BoundedList, Choice, Flag, Given, Number, Person, Text, Whole
from dam.api.views import ApiView, ListView
from dam.colour import parse_hex, to_hex
from dam.models import BrandProfile, BrandProfileVersion, User
from dam.models.brand import COLOUR_SPACES, PICTURE_FORMATS, EmbedMetadata
from dam.permissions import Grants, can, require
from dam.scopes import Scope

MOST_COLOURS = 24
MOST_NAMED = 100  # formats or colour spaces, of which there are fewer
COLOUR = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}


class RulesOut(serializers.Serializer):
    """One version of a brand's rules."""

    number = serializers.IntegerField()
    palette = serializers.ListField(child=serializers.CharField())
    palette_tolerance = serializers.FloatField(help_text="A distance in OKLab.")
    min_width = serializers.IntegerField()
    min_height = serializers.IntegerField()
    colour_spaces = serializers.ListField(child=serializers.CharField())
    formats = serializers.ListField(child=serializers.CharField())
    strip_gps = serializers.BooleanField()
    embed_metadata = serializers.ChoiceField(
        choices=EmbedMetadata.choices, help_text="What is written into downloads of renditions."
    )
    auto_accept = serializers.FloatField()
    drop = serializers.FloatField()
    name_pattern = serializers.CharField(help_text="What names look like; empty: any name.")
    download_pattern = serializers.CharField(help_text="How downloads are called.")
    next_version_by_name = serializers.BooleanField(
        help_text="A higher version in the name is the next version of its asset."
    )
    note = serializers.CharField()
    created_by = Person(allow_null=True)
    created_at = serializers.DateTimeField()


class BrandOut(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    rules = RulesOut(allow_null=True, help_text="In force; null for those who do not keep them.")


class RulesIn(Given):
    """Rules that are to be other; what is not named stays."""

    palette = BoundedList(child=Text(max_length=7), required=False, max_length=24)
    palette_tolerance = Number(required=False, min_value=0.02, max_value=0.4)
    min_width = Whole(required=False, min_value=0, max_value=100_000)
    min_height = Whole(required=False, min_value=0, max_value=100_000)
    colour_spaces = BoundedList(
        child=Choice(choices=[(one, one) for one in COLOUR_SPACES]),
        required=False,
        min_length=1,
        max_length=MOST_NAMED,
    )
    formats = BoundedList(
        child=Choice(choices=[(one, one) for one in PICTURE_FORMATS]),
        required=False,
        min_length=1,
        max_length=MOST_NAMED,
    )
    strip_gps = Flag(required=False)
    embed_metadata = Choice(choices=EmbedMetadata.choices, required=False)
    auto_accept = Number(required=False, min_value=0, max_value=1)
    drop = Number(required=False, min_value=0, max_value=1)
    name_pattern = Text(required=False, allow_blank=True, max_length=300)
    download_pattern = Text(required=False, allow_blank=True, max_length=300)
    next_version_by_name = Flag(required=False)
    note = Text(required=False, allow_blank=True, max_length=240)

    def validate_palette(self, given: list[str]) -> list[str]:
        try:
            return list(dict.fromkeys(to_hex(parse_hex(one)) for one in given))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class BrandIn(Given):
    name = Text(max_length=120)


def seen_by(person: User) -> QuerySet[BrandProfile]:
    """Return the brands in which a person has any role."""
    within = Grants.within("pk", Grants.of(person).viewing)
    return BrandProfile.objects.filter(within)


def brand_or_404(person: User, slug: str, *, lock: bool = False) -> BrandProfile:
    """Return a brand that a person has a role in, locked for a change if asked."""
    rows = seen_by(person).filter(slug=slug)
    brand = (rows.select_for_update() if lock else rows).first()
    if brand is None:
        raise Http404
    return brand


def described(brand: BrandProfile, person: User) -> dict[str, Any]:
    """Return a brand as this person may know it."""
    return BrandOut(
        {
            "slug": brand.slug,
            "name": brand.name,
            "is_default": brand.is_default,
            "rules": brand.rules if can(person, "brand.edit", brand) else None,
        }
    ).data


class BrandsView(ListView):
    queryset = BrandProfile.objects.none()
    serializer_class = BrandOut
    orderings = {"name": "name", "-name": "-name"}
    required_scopes = {"GET": Scope.BRANDS_READ, "POST": Scope.ADMIN}

    def rows(self) -> QuerySet[BrandProfile]:
        return seen_by(self.person)

    @extend_schema(
        operation_id="brands_list",
        tags=["Brands"],
        summary="Brands",
        responses=BrandOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those in which you have a role; with their rules where you keep them."""
        rows = self.paginate_queryset(self.rows()) or []
        return self.get_paginated_response([described(one, self.person) for one in rows])

    @extend_schema(
        operation_id="brands_create",
        tags=["Brands"],
        summary="Make a brand",
        request=BrandIn,
        responses={201: BrandOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """With rules that let any ordinary picture through. For admins of every brand."""
        require(self.person, "brand.add")
        given = BrandIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.create_brand(user=self.person, name=given.validated_data["name"])
        return Response(described(made, self.person), status=201)


class BrandView(ApiView):
    required_scopes = {"GET": Scope.BRANDS_READ, "PATCH": Scope.ADMIN}

    @extend_schema(
        operation_id="brands_get", tags=["Brands"], summary="One brand", responses={200: BrandOut}
    )
    @tagged
    def get(self, request: Request, slug: str) -> Response:
        """A brand, and the rules in force where you keep them."""
        return answer(request, described(brand_or_404(self.person, slug), self.person))

    @extend_schema(
        operation_id="brands_change",
        tags=["Brands"],
        summary="Change a brand's rules",
        request=RulesIn,
        responses={200: BrandOut},
    )
    @tagged
    def patch(self, request: Request, slug: str) -> Response:
        """Each change is the next version of its rules. For the brand's admins."""
        given = RulesIn(data=request.data)
        given.is_valid(raise_exception=True)
        wish = dict(given.validated_data)
        with transaction.atomic():
            brand = brand_or_404(self.person, slug, lock=True)
            require(self.person, "brand.edit", brand)
            check_match(request, described(brand, self.person))
            note = wish.pop("note", "")
            actions.change_rules(brand=brand, user=self.person, rules=wish, note=note)
            return answer(request, described(brand, self.person))


class BrandVersionsView(ListView):
    queryset = BrandProfileVersion.objects.none()
    serializer_class = RulesOut
    orderings = {"-id": "-pk"}
    required_scopes = {"GET": Scope.BRANDS_READ}

    def rows(self) -> QuerySet[BrandProfileVersion]:
        brand = brand_or_404(self.person, self.kwargs["slug"])
        if not can(self.person, "brand.edit", brand):
            raise PermissionDenied("brand.edit")
        return brand.versions.select_related("created_by")

    @extend_schema(
        operation_id="brands_versions",
        tags=["Brands"],
        summary="The versions of a brand's rules",
        responses=RulesOut(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """The newest first. For the brand's admins."""
        return self.page()
