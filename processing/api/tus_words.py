"""How the tus endpoint is described in the API's document: headers in, headers out, refusals."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from dam.api.serializers import Problem
from processing.outcomes import OUTCOMES
from processing.uploads import protocol
from processing.uploads.models import UploadKind, UploadState

Answers = dict[int, Any]
WRITES = (403, 409, 410, 413, 415, 423, 503, 507)


class TusStateOut(serializers.Serializer):
    """How far an upload is; from `outcome` on only once it has ended."""

    id = serializers.UUIDField()
    upload = serializers.CharField(help_text="Its address.")
    kind = serializers.ChoiceField(choices=UploadKind.choices)
    state = serializers.ChoiceField(choices=UploadState.choices)
    file_name = serializers.CharField()
    length = serializers.IntegerField(allow_null=True, help_text="Bytes; null: not told yet.")
    offset = serializers.IntegerField(help_text="Bytes that are safe.")
    expires_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False)
    reason = serializers.CharField(required=False, help_text="A sentence.")
    asset = serializers.IntegerField(required=False)
    version = serializers.IntegerField(required=False)
    address = serializers.CharField(required=False, help_text="The asset's page.")
    thumbnail = serializers.CharField(required=False, help_text="Empty until it is made.")


class TusListOut(serializers.Serializer):
    uploads = TusStateOut(many=True)


def _sent(name: str, words: str, *, required: bool = False, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", required=required, description=words, **more)


def _answered(name: str, words: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", description=words, response=list(statuses))


SAID = "`filename`, `brand`, `asset`, `note`, `sha256`, `role`, `sidecar`; base64 values."
VERSION = _sent("Tus-Resumable", "The version of tus.", required=True, enum=[protocol.VERSION])
CHECKSUM = _sent("Upload-Checksum", "An algorithm and base64 of the body's digest: `sha1 …`.")
BYTES = {protocol.BODY_TYPE: OpenApiTypes.BINARY}


def _described(name: str, summary: str, success: Answers, *refusals: int, **more: Any) -> Any:
    responses = success | dict.fromkeys(refusals, Problem)
    return extend_schema(
        operation_id=name, tags=["Uploads"], summary=summary, responses=responses, **more
    )


LIST = _described("tus_list", "One's own unfinished uploads", {200: TusListOut})
STATE = _described("tus_state", "How far an upload is, and what became of it", {200: TusStateOut})
CREATE = _described(
    "tus_create",
    "Begin a resumable upload (tus 1.0.0)",
    {201: OpenApiResponse(description="It has begun: `Location` is its address.")},
    *(404, 408, 412, 460, *WRITES),
    request=BYTES,
    parameters=[
        VERSION,
        CHECKSUM,
        _sent("Upload-Length", "The file's size in bytes."),
        _sent("Upload-Defer-Length", "`1` instead of a length that is not known yet."),
        _sent(
            "Upload-Metadata",
            "`filename`, `brand`, `asset`, `note`, `sha256`, `role`, `sidecar`; base64.",
        ),
        _sent("Upload-Concat", "`partial`, or `final;` and the addresses of parts."),
        _answered("Location", "The upload's address.", 201),
        _answered("Upload-Offset", "How many bytes are safe.", 201),
        _answered("Upload-Expires", "Until when it is kept.", 201),
    ],
)
PATCH = _described(
    "tus_send",
    "Send bytes of an upload",
    {204: OpenApiResponse(description="They are safe: `Upload-Offset` tells how many.")},
    *(408, 412, 460, *WRITES),
    request=BYTES,
    parameters=[
        VERSION,
        CHECKSUM,
        _sent("Upload-Offset", "Where these bytes begin: what HEAD told.", required=True),
        _sent("Upload-Length", "The file's size, where it was not told yet."),
        _answered("Upload-Offset", "How many bytes are safe.", 204),
        _answered("Upload-Expires", "Until when it is kept.", 204),
    ],
)
DELETE = _described(
    "tus_terminate",
    "Forget an unfinished upload",
    {204: OpenApiResponse(description="It is forgotten, and what came of it.")},
    *(410, 412, 423, 503),
    parameters=[VERSION],
)
