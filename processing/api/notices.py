"""Where buckets tell of new objects: `POST /api/v1/sources/<id>/events`."""

import base64
import binascii
import hmac
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from dam.actions.tokens import MARK
from dam.api.access import PerMinute
from dam.api.parsers import BoundedJSONParser
from dam.api.problems import Refused
from dam.api.views import ApiView
from dam.models import User
from dam.permissions import require
from dam.scopes import Scope
from processing.models import Source
from processing.sources.actions import hash_of
from processing.sources.notices import NotUnderstood, announce, keys_in

NOTICES_PER_MINUTE = 6_000
LONGEST_SECRET = 200


class NoticeAuthentication(BaseAuthentication):
    """The secret of a source: as a bearer token, or as the password of basic authentication.

    Whoever has it is let in as the source's bringer, to this address alone.
    """

    def authenticate(self, request: Request) -> tuple[User, Source] | None:
        secret = _secret(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        kwargs = request.parser_context["kwargs"]
        found = Source.objects.select_related("bringer").filter(pk=kwargs["pk"])
        source = found.exclude(notice_secret="").first()
        if source is None or not hmac.compare_digest(source.notice_secret, hash_of(secret)):
            raise AuthenticationFailed("This is not the secret of this source.")
        return source.bringer, source

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Loupe"'


def _secret(header: str) -> str | None:
    scheme, _, given = header.partition(" ")
    given = given.strip().removeprefix("Bearer ")  # some servers put the word in a second time
    if len(given) > LONGEST_SECRET:
        return None
    if scheme.lower() == "bearer":
        return None if given.startswith(MARK) else given
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None


class NoticesPerMinute(PerMinute):
    """A source may tell of more than a person may ask: each new object is a request."""

    def counted(self, request: Request, view: Any) -> list[tuple[str, int]]:
        if isinstance(request.auth, Source):
            return [(f"source-{request.auth.pk}", NOTICES_PER_MINUTE)]
        return super().counted(request, view)


class PlainJSONParser(BoundedJSONParser):
    """Amazon SNS says that its JSON is plain text."""

    media_type = "text/plain"


class EventsIn(serializers.Serializer):
    """S3's event format, perhaps in SNS's envelope; what is not needed of it is not looked at."""

    Records = serializers.ListField(child=serializers.DictField(), required=False)


class EventsOut(serializers.Serializer):
    noted = serializers.IntegerField(help_text="How many objects will be looked at.")


class SourceEventsView(ApiView):
    authentication_classes = [NoticeAuthentication, *ApiView.authentication_classes]
    throttle_classes = [NoticesPerMinute]
    parser_classes: list[type[BaseParser]] = [BoundedJSONParser, PlainJSONParser]
    required_scopes = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="sources_events",
        tags=["Sources"],
        summary="Tell of new objects in a bucket",
        request={"application/json": EventsIn},
        responses={200: EventsOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take a notice in S3's event format. It only says where to look, twice is harmless."""
        source = request.auth if isinstance(request.auth, Source) else self._of_person(pk)
        if source.kind != Source.Kind.S3:
            raise Refused("This source is a folder: it has no events.")
        try:
            keys = keys_in(request.data, source.bucket)
        except NotUnderstood as error:
            raise Refused(str(error)) from error
        return Response({"noted": announce(source, keys)})

    def _of_person(self, pk: int) -> Source:
        require(self.person, "source.see")
        source = get_object_or_404(Source.objects.select_related("brand"), pk=pk)
        require(self.person, "source.manage", source.brand)
        return source


class _NoticeScheme(OpenApiAuthenticationExtension):
    target_class = NoticeAuthentication
    name = "notice"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "The secret of a source, made on its page: `Authorization: Bearer …`."
        return {"type": "http", "scheme": "bearer", "description": words}
