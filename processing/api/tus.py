"""The tus 1.0.0 endpoint: headers in, an action, headers out."""

import contextlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.views import ApiView
from dam.bodies import any_size
from dam.models import User
from dam.scopes import Scope
from processing.api import tus_words
from processing.api.uploads import said
from processing.errors import OverQuota
from processing.outcomes import Outcome
from processing.uploads import body, protocol
from processing.uploads.creating import Announcement, create, mine
from processing.uploads.ending import terminate
from processing.uploads.finishing import finish
from processing.uploads.joining import join
from processing.uploads.models import UploadSession, UploadState
from processing.uploads.protocol import whole_number
from processing.uploads.quota import OPEN
from processing.uploads.receiving import Delivery, receive, settled
from processing.uploads.refusals import (
    Refusal,
    bad_request,
    database_away,
    gone,
    over_quota,
)
from processing.uploads.throttles import UploadsPerMinute, sending

OVERRIDES = ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")
DRAINED = 4 * 1024**2  # a refused body up to this size is read away, so that the answer is seen
LISTED = 200


class Untouched(BaseParser):
    """Leaves every body where it is: DRF asks for the form of a POST when it looks for a token."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict:
        return {}


class TusBase(ApiView):
    """What both addresses share: versions, refusals, and which method is meant."""

    parser_classes = [Untouched]
    body_limit = staticmethod(any_size)  # what an upload may have is known when its row is read
    throttle_classes = [UploadsPerMinute]
    required_scopes = dict.fromkeys(OVERRIDES, Scope.UPLOADS_WRITE)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take X-HTTP-Method-Override for the method, before anything is decided by it."""
        asked = request.headers.get("X-HTTP-Method-Override", "").upper()
        if asked in OVERRIDES:
            request.method = asked
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another version of the protocol, once it is known who asks."""
        super().initial(request, *args, **kwargs)
        # GET is ours, not of the protocol: a page may ask without knowing of versions.
        if request.method in {"OPTIONS", "GET"}:
            return
        if request.headers.get("Tus-Resumable") != protocol.VERSION:
            raise Refusal(
                status.HTTP_412_PRECONDITION_FAILED,
                f"This server speaks tus {protocol.VERSION}: send it as Tus-Resumable.",
                Tus_Version=protocol.VERSION,
            )

    def handle_exception(self, exc: Exception) -> Response:
        """Answer in a sentence; read a short body away first, or a browser shows no answer."""
        if isinstance(exc, OperationalError | InterfaceError):
            exc = database_away()
        elif isinstance(exc, OverQuota):
            exc = over_quota(exc.sentence)
        self._drain()
        response = super().handle_exception(exc)
        for name, value in getattr(exc, "headers", {}).items():
            response[name] = value
        return response

    def _drain(self) -> None:
        size = self.request.META.get("CONTENT_LENGTH") or ""
        known = self.request.user.is_authenticated and not getattr(self, "taken", False)
        if known and size.isdecimal() and 0 < int(size) <= DRAINED:
            with contextlib.suppress(Refusal), sending(self.person):
                body.drain(self.request.META["wsgi.input"], int(size))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kw: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kw)
        response["Tus-Resumable"] = protocol.VERSION
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Say what this server can do."""
        headers = {
            "Tus-Version": protocol.VERSION,
            "Tus-Extension": ",".join(protocol.EXTENSIONS),
            "Tus-Max-Size": str(settings.LOUPE_MAX_UPLOAD_BYTES),
            "Tus-Checksum-Algorithm": ",".join(protocol.ALGORITHMS),
        }
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)

    def _body_size(self) -> int | None:
        """Return the announced size of the body; None for one that comes in chunks."""
        meta = self.request.META
        if "chunked" in self.request.headers.get("Transfer-Encoding", "").lower():
            return None
        return whole_number("Content-Length", meta.get("CONTENT_LENGTH") or "0")

    def _delivery(self, offset: int, length: int | None = None) -> Delivery:
        if self.request.META.get("CONTENT_TYPE", "").split(";")[0].strip() != protocol.BODY_TYPE:
            raise Refusal(
                status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
                f"The bytes of an upload are sent as {protocol.BODY_TYPE}.",
            )
        checksum = protocol.read_checksum(self.request.headers.get("Upload-Checksum"))
        incoming = body.Incoming(self.request.META["wsgi.input"], self._body_size())
        return Delivery(incoming, offset, checksum, length)

    def _receive(self, pk: UUID, delivery: Delivery) -> UploadSession:
        self.taken = True
        with sending(self.person):
            try:
                session = receive(user=self.person, pk=pk, delivery=delivery)
            finally:
                delivery.incoming.close()
        return finish(session)


def told(session: UploadSession, person: User) -> dict[str, Any]:
    """Tell a person how far an upload of theirs is, and its outcome once it has ended."""
    answer: dict[str, Any] = {
        "id": str(session.pk),
        "upload": reverse("tus_upload", args=[session.pk]),
        "kind": session.kind,
        "state": session.state,
        "file_name": session.file_name,
        "length": session.length,
        "offset": session.offset,
        "expires_at": session.expires_at,
    }
    if session.state == UploadState.ENDED and session.outcome:
        ended = Outcome(session.outcome, session.result, session.version, session.reason)  # type: ignore[arg-type]
        answer |= said(ended, person)
    return answer


def _headers(session: UploadSession) -> dict[str, str]:
    """Tell how far an upload is and until when it is kept."""
    headers = {"Upload-Offset": str(session.offset)}
    if session.state != UploadState.ENDED:
        headers["Upload-Expires"] = http_date(session.expires_at.timestamp())
    return headers


class TusView(TusBase):
    """POST begins an upload; OPTIONS says what is possible; GET lists one's own unfinished ones."""

    @tus_words.LIST
    def get(self, request: Request) -> Response:
        """List the person's unfinished uploads, the newest first."""
        open_ones = UploadSession.objects.filter(user=self.person, state__in=OPEN)
        rows = open_ones.order_by("-created_at")[:LISTED]
        return Response({"uploads": [told(row, self.person) for row in rows]})

    @tus_words.CREATE
    def post(self, request: Request) -> Response:
        """Begin an upload, perhaps with its first bytes, or join parts to one."""
        concat = protocol.read_concat(request.headers.get("Upload-Concat"))
        begin = self._join if concat.kind == "final" else self._create
        session = begin(concat)
        headers = _headers(session) | {"Location": reverse("tus_upload", args=[session.pk])}
        return Response(status=status.HTTP_201_CREATED, headers=headers)

    def _join(self, concat: protocol.Concat) -> UploadSession:
        if "Upload-Length" in self.request.headers:
            raise bad_request("The length of a joined upload is that of its parts: send none.")
        announced = self._announced(None, "final")
        return finish(join(user=self.person, pks=concat.parts, announced=announced))

    def _announced(self, length: int | None, kind: str) -> Announcement:
        headers = self.request.headers
        return Announcement(
            length=length,
            metadata=headers.get("Upload-Metadata", ""),
            concat=headers.get("Upload-Concat", ""),
            kind=UploadSession.Kind(kind),
        )

    def _create(self, concat: protocol.Concat) -> UploadSession:
        delivery = self._delivery(0) if self._body_size() != 0 else None
        session = create(user=self.person, announced=self._announced(self._length(), concat.kind))
        if delivery is None:
            return finish(session)
        return self._receive(session.pk, delivery)

    def _length(self) -> int | None:
        length = self.request.headers.get("Upload-Length")
        deferred = self.request.headers.get("Upload-Defer-Length")
        if deferred is None:
            return whole_number("Upload-Length", length)
        if deferred != "1" or length is not None:
            raise bad_request("Send Upload-Length, or Upload-Defer-Length with the value 1.")
        return None


class TusUploadView(TusBase):
    """One upload: HEAD its offset, PATCH more bytes, DELETE it, GET its state in JSON."""

    def head(self, request: Request, pk: UUID) -> Response:
        """Tell how much is here, once a request whose sender has gone has kept what it got."""
        session = finish(settled(self._mine(pk)))
        headers = _headers(session)
        if session.length is None:
            headers["Upload-Defer-Length"] = "1"
        else:
            headers["Upload-Length"] = str(session.length)
        if session.metadata:
            headers["Upload-Metadata"] = session.metadata
        if session.concat:
            headers["Upload-Concat"] = session.concat
        return Response(headers=headers)

    @tus_words.STATE
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell the state, and what became of the file once it has ended."""
        return Response(told(finish(mine(self.person, pk)), self.person))

    @tus_words.PATCH
    def patch(self, request: Request, pk: UUID) -> Response:
        """Add bytes at Upload-Offset."""
        offset = whole_number("Upload-Offset", request.headers.get("Upload-Offset"))
        told_now = request.headers.get("Upload-Length")
        length = whole_number("Upload-Length", told_now) if told_now is not None else None
        session = self._receive(pk, self._delivery(offset, length))
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_headers(session))

    @tus_words.DELETE
    def delete(self, request: Request, pk: UUID) -> Response:
        """Forget the upload and what came of it."""
        terminate(user=self.person, pk=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _mine(self, pk: UUID) -> UploadSession:
        session = mine(self.person, pk)
        if session.state == UploadState.EXPIRED:
            raise gone()
        return session
