"""Requests that may come twice: a key, kept for a day, brings the same answer again.

After the IETF's draft “The Idempotency-Key HTTP Header Field”. The key's row is made before the
work; what is answered is written in the transaction of the work itself, so that a process killed at
any moment has done either both or nothing. Refusals are not kept: they have changed nothing.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.problems import Busy, Refused, Unprocessable
from dam.models import IdempotencyKey

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=15)  # whoever began then is not coming back
LONGEST = 255
SWEPT_AT_ONCE = 200
HEADER = "Idempotency-Key"


def idempotent(handler: Callable | None = None, *, in_transaction: bool = True) -> Callable:
    """Let a view's POST honour Idempotency-Key.

    Work that is slow and safe to repeat by itself is not put into one transaction with the answer.
    """
    if handler is None:
        return lambda later: idempotent(later, in_transaction=in_transaction)
    plain: Callable = handler

    @wraps(plain)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return plain(view, request, *args, **kwargs)
        row = _begin(view.person, _checked(key), _fingerprint(request))
        if row.status is not None:
            return _replayed(row)
        try:
            with transaction.atomic() if in_transaction else nullcontext():
                response = plain(view, request, *args, **kwargs)
                if not _keep(row, response) and in_transaction:
                    raise _busy()  # and what was done here is undone
        except BaseException:
            _ours(row).delete()
            raise
        return response

    once.idempotent = True  # type: ignore[attr-defined]
    return once


def _checked(key: str) -> str:
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise Refused(f"{HEADER} is 1 to {LONGEST} plain characters, such as a UUID.")
    return key


def _begin(person: Any, key: str, fingerprint: str) -> IdempotencyKey:
    """Make the key's row, or return the answered one. Raises Busy and Unprocessable."""
    now = timezone.now()
    _forget_old()
    row, new = IdempotencyKey.objects.get_or_create(
        user=person, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )
    if new:
        return row
    if row.fingerprint != fingerprint:
        raise Unprocessable(f"This {HEADER} was used for another request: take a new one.")
    if row.status is None and not _taken_over(row):
        raise _busy()
    return row


def _busy() -> Busy:
    return Busy("The same request is being carried out just now: ask again in a moment.")


def _taken_over(row: IdempotencyKey) -> bool:
    """Take the place of a request whose process died long ago; one of several does."""
    now = timezone.now()
    dead = IdempotencyKey.objects.filter(pk=row.pk, status=None, created_at__lt=now - GIVEN_UP)
    if dead.update(created_at=now) != 1:
        return False
    row.created_at = now
    return True


def _ours(row: IdempotencyKey) -> QuerySet[IdempotencyKey]:
    """The key's row, as long as nobody took this request's place: a slow one is not a dead one."""
    return IdempotencyKey.objects.filter(pk=row.pk, status=None, created_at=row.created_at)


def _forget_old() -> None:
    """Drop keys of more than a day ago, a bounded number with each new one."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT)
    IdempotencyKey.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    ).delete()


def _keep(row: IdempotencyKey, response: Response) -> bool:
    """Write down what is answered; return whether this request was still the one to answer."""
    body = JSONRenderer().render(response.data).decode()
    return _ours(row).update(status=response.status_code, body=body) == 1


def _replayed(row: IdempotencyKey) -> HttpResponse:
    answer = HttpResponse(row.body, status=row.status, content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    return answer


def _fingerprint(request: Request) -> str:
    """The SHA-256 of what is asked: method, address and body; files by their names and bytes.

    The order of the names in a JSON object says nothing, so that it changes nothing.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for name, value in _parts(request):
        if isinstance(value, UploadedFile):
            said = json.dumps([name, value.name, value.size])
        else:
            said = json.dumps([name, value], sort_keys=True)
        digest.update(f"{said}\n".encode())
        if isinstance(value, UploadedFile):
            for chunk in value.chunks():
                digest.update(chunk)
            value.seek(0)
    return digest.hexdigest()


def _parts(request: Request) -> list[tuple[str, Any]]:
    data = request.data
    if hasattr(data, "lists"):
        return [(name, one) for name, values in sorted(data.lists()) for one in values]
    return [("", data)]
