"""Who asks, what they may do, and the description of the API."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.access import ANY
from dam.api.conditional import answer, etag_of, tagged
from dam.api.describe import as_json
from dam.api.views import ApiView
from dam.models import ApiToken, User
from dam.permissions import can
from dam.problems import MEDIA_TYPE, problem
from dam.quota import quota_of, used_by
from dam.requests import has_already
from dam.roles import Role

OF_NOTHING = ("library.upload", "review.work", "collection.add", "brand.add", "system.see")


class MembershipOut(serializers.Serializer):
    brand = serializers.CharField(allow_null=True, help_text="A brand's slug; null: every brand.")
    role = serializers.ChoiceField(choices=Role.choices)


class TokenOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)


class LimitsOut(serializers.Serializer):
    upload_bytes = serializers.IntegerField(help_text="The most bytes of a file.")
    requests_per_minute = serializers.IntegerField(help_text="0: no limit.")


class StorageOut(serializers.Serializer):
    used_bytes = serializers.IntegerField(
        help_text="Of originals that this account brought in and that are not in the bin."
    )
    quota_bytes = serializers.IntegerField(
        allow_null=True, help_text="The most bytes that it may bring; null: no limit."
    )


class MeOut(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    is_service = serializers.BooleanField()
    memberships = MembershipOut(many=True)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=OF_NOTHING),
        help_text="What this account may do that is not about one thing.",
    )
    token = TokenOut(allow_null=True, help_text="null: a session of the web pages.")
    limits = LimitsOut()
    storage = StorageOut()


def describe_person(user: User, token: Any) -> dict[str, Any]:
    """Say who somebody is and what they may do, as plain data."""
    rows = user.memberships.order_by("brand__slug").values("brand__slug", "role")
    own = isinstance(token, ApiToken)
    rate = settings.LOUPE_API_RATE if own else settings.LOUPE_API_RATE_PAGES
    return {
        "id": user.pk,
        "username": user.username,
        "name": str(user),
        "is_service": user.is_service,
        "memberships": [{"brand": one["brand__slug"], "role": one["role"]} for one in rows],
        "permissions": [name for name in OF_NOTHING if can(user, name)],
        "token": TokenOut(token).data if own else None,
        "limits": {
            "upload_bytes": settings.LOUPE_MAX_UPLOAD_BYTES,
            "requests_per_minute": rate,
        },
        "storage": {"used_bytes": used_by(user), "quota_bytes": quota_of(user) or None},
    }


class MeView(ApiView):
    required_scopes = {"GET": ANY}

    @extend_schema(
        operation_id="me_get", tags=["Account"], summary="Who asks", responses={200: MeOut}
    )
    @tagged
    def get(self, request: Request) -> Response:
        """The account, its roles, what it may do, the token that asks, limits and storage."""
        return answer(request, describe_person(self.person, request.auth))


class SchemaView(ApiView):
    required_scopes = {"GET": ANY}

    @extend_schema(
        operation_id="schema_get",
        tags=["Account"],
        summary="This description",
        responses={
            200: OpenApiResponse(
                OpenApiTypes.OBJECT,
                description="OpenAPI 3.1",
                examples=[OpenApiExample("OpenAPI", {"openapi": "3.1.0"})],
            )
        },
    )
    @tagged
    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI 3.1 document of everything under `/api/v1/`."""
        tag = etag_of(as_json().decode())
        if has_already(request, tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        return HttpResponse(as_json(), content_type="application/json", headers=headers)


class NothingHere(ApiView):
    """Every other address below /api/v1/: a problem in JSON rather than a page."""

    schema = None
    permission_classes: list = []

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer 404 in the form of the API."""
        words = "There is no such address. Lists end with a slash, single things do not."
        return JsonResponse(problem(404, words), status=404, content_type=MEDIA_TYPE)
