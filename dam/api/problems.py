"""What went wrong, as problem JSON (RFC 9457): one form and plain sentences for every error."""

from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from dam.actions.common import Conflict
from dam.problems import MEDIA_TYPE, problem

WORDS = {
    400: "This request is not understood.",
    401: "This needs somebody who is signed in, or a token.",
    403: "You may not do that.",
    404: "There is nothing here, or nothing that you may see.",
    405: "This address does not take that method.",
    406: "The answer is JSON: let the request accept application/json.",
    413: "The request is larger than this address takes.",
    415: "The body is not of a type that this address takes.",
}


class Refused(exceptions.APIException):
    """A request that makes no sense as it is; its message says in words what would."""

    status_code = 400


class Unprocessable(exceptions.APIException):
    """A well-formed request that contradicts an earlier one."""

    status_code = 422


class PreconditionFailed(exceptions.APIException):
    """The thing is no longer as the request's If-Match says."""

    status_code = 412


class TooLargeBody(exceptions.APIException):
    status_code = 413


class Unavailable(exceptions.APIException):
    """Something that this needs is not there now; nothing is wrong with the request."""

    status_code = 503
    wait = 60


class Busy(exceptions.APIException):
    """The same is being done just now; `wait` says after how many seconds to ask again."""

    status_code = 409
    wait = 1


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Word an exception as an answer; None for a fault of ours, which is then answered with 500."""
    if isinstance(error, ValidationError):
        return _answer(400, *_of_django(error))
    if isinstance(error, Conflict):
        return _answer(409, str(error))
    if isinstance(error, RequestDataTooBig):
        return _answer(413, WORDS[413])
    if isinstance(error, SuspiciousOperation):
        return _answer(400, WORDS[400])
    if isinstance(error, Http404):
        return _answer(404, WORDS[404])
    if isinstance(error, PermissionDenied):
        return _answer(403, WORDS[403])
    if isinstance(error, exceptions.APIException):
        return _of_api(error)
    return None


def _of_django(error: ValidationError) -> tuple[str, dict[str, list[str]]]:
    """Take a model's complaints apart: a sentence, and what is wrong with which field."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages), {}
    fields = {name: list(messages) for name, messages in error.message_dict.items()}
    alone = fields.pop("__all__", [])
    return " ".join(alone) or _named(fields), fields


def _named(fields: dict[str, Any]) -> str:
    names = ", ".join(f"“{name}”" for name in fields)
    return f"Something is wrong with {names}: see “errors”."


def _of_api(error: exceptions.APIException) -> Response:
    status, headers = error.status_code, {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, round(wait)))
    detail: Any = error.detail
    if isinstance(error, exceptions.ValidationError):
        return _answer(status, *_of_fields(detail), headers=headers)
    own = isinstance(error, exceptions.NotAuthenticated | exceptions.NotAcceptable)
    sentence = WORDS[status] if own else _sentence(str(detail))
    return _answer(status, sentence, headers=headers)


def _of_fields(detail: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(detail, list):
        return " ".join(_sentence(str(one)) for one in detail), {}
    fields = dict(detail)
    alone = fields.pop("non_field_errors", [])
    said = " ".join(_sentence(str(one)) for one in alone)
    return said or _named(fields), fields


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _answer(
    status: int, detail: str, fields: Any = None, *, headers: dict[str, str] | None = None
) -> Response:
    more = {"errors": fields} if fields else {}
    body = problem(status, detail, **more)
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)
