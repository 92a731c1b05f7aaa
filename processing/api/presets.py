"""Presets of pictures on the fly: what `p=` may name."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.idempotency import idempotent
from dam.api.problems import Unavailable
from dam.api.serializers import Given, Problem, Text
from dam.api.views import ApiView
from dam.scopes import Scope
from processing.transforms import actions, presets

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class PresetIn(Given):
    name = serializers.RegexField(NAME, help_text="Small letters, digits and hyphens.")
    options = Text(max_length=300, help_text="As in an address, such as `w=480,h=320,fit=cover`.")


class PresetOut(serializers.Serializer):
    name = serializers.CharField()
    options = serializers.CharField()
    origin = serializers.ChoiceField(
        ["loupe", "library", "file"], help_text="Who says so: of one name, the last of these."
    )


class PresetsOut(serializers.Serializer):
    presets = PresetOut(many=True)


class PresetsView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ, "POST": Scope.ADMIN}

    @extend_schema(
        operation_id="presets_list",
        tags=["Presets"],
        summary="Presets of pictures on the fly",
        responses={200: PresetsOut, 503: Problem},
    )
    def get(self, request: Request) -> Response:
        """All that are in force, by name."""
        try:
            rows = presets.rows()
        except presets.PresetsUnusable as error:
            raise Unavailable(str(error)) from error
        return Response(PresetsOut({"presets": rows}).data)

    @extend_schema(
        operation_id="presets_save",
        tags=["Presets"],
        summary="Keep a preset",
        request=PresetIn,
        responses={200: PresetOut, 201: PresetOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Whatever the name stood for before: then 200. For admins of every brand."""
        given = PresetIn(data=request.data)
        given.is_valid(raise_exception=True)
        kept, made = actions.save_preset(user=self.person, **given.validated_data)
        told = {"name": kept.name, "options": kept.options, "origin": "library"}
        return Response(PresetOut(told).data, status=201 if made else 200)


class PresetView(ApiView):
    required_scopes = {"DELETE": Scope.ADMIN}

    @extend_schema(
        operation_id="presets_delete",
        tags=["Presets"],
        summary="Forget a preset of the library's own",
        responses={204: None},
    )
    def delete(self, request: Request, name: str) -> Response:
        """One that comes with Loupe is what it was again. For admins of every brand."""
        try:
            actions.remove_preset(user=self.person, name=name)
        except actions.NoSuchPreset as error:
            raise NotFound(str(error)) from error
        return Response(status=204)
