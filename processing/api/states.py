"""What has become of uploads: asked again and again while they are being processed."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.serializers import Given, Text
from dam.api.views import ApiView
from dam.models import Asset, User, Version
from dam.scopes import Scope
from processing import queue
from processing.api.uploads import WORST, picture_of
from processing.hints import hints_for
from processing.models import Job

STATES_AT_ONCE = 200
LONGEST_NUMBER = 18  # digits that fit the database's numbers


class StatesQuery(Given):
    versions = Text(
        trim_whitespace=False,  # its length is what was sent
        required=False,
        allow_blank=True,
        max_length=10_000,
        help_text="Ids: `1,2,3`; up to 200.",
    )


class HintOut(serializers.Serializer):
    text = serializers.CharField(help_text="A few words, such as “Looks like 2 others”.")
    address = serializers.CharField(help_text="The page that has more.")


class StateOut(serializers.Serializer):
    state = serializers.ChoiceField(choices=Version.State.choices)
    reason = serializers.CharField(help_text="Why it was refused or rejected.")
    asset = serializers.IntegerField()
    version = serializers.IntegerField()
    thumbnail = serializers.CharField(help_text="Empty until it is made.")
    ended = serializers.BooleanField(help_text="Whether nothing more is being worked out.")
    hints = HintOut(many=True, help_text="What was noticed about it.")


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
        return Response({"states": _states(list(known), self.person)})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER


def _states(versions: list[Version], person: User) -> dict[str, Any]:
    ids = [version.pk for version in versions]
    at_work = set(
        Job.objects.filter(version__in=ids, state__in=queue.UNFINISHED)
        .values_list("version", flat=True)
        .distinct()
    )
    hints = hints_for(ids, person)
    return {
        str(version.pk): _state(version)
        | {
            "ended": version.pk not in at_work and version.state != Version.State.PROCESSING,
            "hints": [asdict(hint) for hint in hints.get(version.pk, [])],
        }
        for version in versions
    }


def _state(version: Version) -> dict[str, Any]:
    reason = version.state_reason if version.state in WORST else ""
    return {
        "state": version.state,
        "reason": reason,
        "asset": version.asset_id,
        **picture_of(version),
    }
