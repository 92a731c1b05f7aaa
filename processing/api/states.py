"""What has become of uploads: asked again and again while they are being processed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.serializers import Given, Text
from dam.api.views import ApiView
from dam.models import Asset, Version
from dam.scopes import Scope
from processing.api.uploads import WORST, picture_of

STATES_AT_ONCE = 200
LONGEST_NUMBER = 18  # digits that fit the database's numbers


class StatesQuery(Given):
    versions = Text(
        required=False, allow_blank=True, max_length=10_000, help_text="Ids: `1,2,3`; up to 200."
    )


class StateOut(serializers.Serializer):
    state = serializers.ChoiceField(choices=Version.State.choices)
    reason = serializers.CharField(help_text="Why it was refused or rejected.")
    asset = serializers.IntegerField()
    version = serializers.IntegerField()
    thumbnail = serializers.CharField(help_text="Empty until it is made.")


class StatesOut(serializers.Serializer):
    states = serializers.DictField(child=StateOut(), help_text="By the version's id.")


class UploadStatesView(ApiView):
    query_class = StatesQuery
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="uploads_states",
        tags=["Uploads"],
        summary="What has become of uploads",
        responses={200: StatesOut},
    )
    def get(self, request: Request) -> Response:
        """The state of each version of the assets that one may see; others are left out."""
        asked = self.asked.get("versions", "").split(",")
        wanted = [int(pk) for pk in asked if _is_id(pk)]
        seen = Asset.objects.visible_to(self.person)
        known = Version.objects.filter(pk__in=wanted[:STATES_AT_ONCE], asset__in=seen)
        return Response({"states": {str(version.pk): _state(version) for version in known}})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER


def _state(version: Version) -> dict[str, Any]:
    reason = version.state_reason if version.state in WORST else ""
    return {
        "state": version.state,
        "reason": reason,
        "asset": version.asset_id,
        **picture_of(version),
    }
