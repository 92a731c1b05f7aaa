"""Signed addresses of pictures on the fly, for those who may see the asset."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.problems import Refused, Unavailable
from dam.api.serializers import Flag, Given, Problem, Text, Whole
from dam.api.views import ApiView
from dam.permissions import require
from dam.scopes import Scope
from dam.seeing import asset_or_404
from processing.transforms import keys
from processing.transforms.addresses import signed_path
from processing.transforms.errors import BadOptions
from processing.transforms.subjects import is_served

DAY = 86_400
CENTURY = 100 * 366 * DAY


class AddressIn(Given):
    options = Text(max_length=300, help_text="Such as `w=800,f=auto`, or `p=card`.")
    fixed = Flag(required=False, help_text="Of this version for ever, not of what is current then.")
    name = Text(
        required=False, allow_blank=True, max_length=120, help_text="What it ends with, for people."
    )
    seconds = Whole(
        required=False, min_value=1, max_value=CENTURY, help_text="How long it is good."
    )

    def validate_seconds(self, seconds: int) -> int:
        days = settings.LOUPE_ADDRESS_DAYS
        if days and seconds > days * DAY:
            raise serializers.ValidationError(f"Addresses are good for {days} days at most here.")
        return seconds


class AddressOut(serializers.Serializer):
    path = serializers.CharField(help_text="From the root of this server.")
    address = serializers.CharField()


class AddressView(ApiView):
    required_scopes = {"POST": Scope.ASSETS_WRITE}

    @extend_schema(
        operation_id="assets_address",
        tags=["Assets"],
        summary="Sign an address of its picture",
        request=AddressIn,
        responses={200: AddressOut, 503: Problem},
    )
    def post(self, request: Request, pk: int) -> Response:
        """An address that anybody may open who has it: its picture in a size and type, on the fly.

        For those who may download it and are more than viewers in its brand. What viewers may not
        see (not approved, restricted, in the bin) is not served so, and refused here. Where the
        library bounds how long addresses are good, one that says nothing gets that bound.
        """
        given = AddressIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        asset = asset_or_404(self.person, pk)
        require(self.person, "version.share", asset.current_version)
        picture = f"v{asset.current_version_id}" if asked.get("fixed") else f"a{asset.pk}"
        if not is_served(picture):
            raise Refused(
                "Only pictures that viewers see have such addresses: this one is not approved, or"
                " it is restricted."
            )
        try:
            path = signed_path(
                picture,
                asked["options"],
                name=asked.get("name") or asset.title,
                seconds=asked.get("seconds", settings.LOUPE_ADDRESS_DAYS * DAY or None),
            )
        except BadOptions as error:
            raise Refused(str(error)) from error
        except keys.KeysUnusable as error:
            raise Unavailable("This library has no keys to sign addresses with.") from error
        return Response({"path": path, "address": request.build_absolute_uri(path)})
