"""How much room a person has: their living originals, and what they are sending now.

Every way in asks here before a version is made (processing/actions.py); an upload in pieces asks
when it begins, and holds its room until it has ended.
"""

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest
from rest_framework import status

from dam.actions.sidecars import LARGEST
from dam.bodies import MIB
from dam.models import User
from dam.quota import living, quota_of, used_by
from processing.errors import OverQuota
from processing.uploads.models import UploadKind, UploadSession, UploadState
from processing.uploads.refusals import Refusal

GIB = 1024**3
OPEN = (UploadState.RECEIVING, UploadState.COMPLETE)
LOCK = 73  # the first half of the advisory lock's key; the second is the person


def arriving_from(user: User) -> int:
    """Return the bytes that a person's open uploads have announced, or have where they did not."""
    announced = Coalesce(Greatest("length", "offset"), F("offset"), output_field=BigIntegerField())
    open_ones = UploadSession.objects.filter(user=user, state__in=OPEN)
    return open_ones.aggregate(sum=Sum(announced))["sum"] or 0


def one_at_a_time(user: User) -> None:
    """Let one transaction at a time decide about a person's room."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, user.pk % 2**31])


def require_room(user: User, size: int) -> None:
    """Raise OverQuota where `size` bytes more would be beyond the person's quota.

    Call it in a transaction, after `one_at_a_time`.
    """
    quota = quota_of(user)
    if not quota:
        return
    used, arriving = used_by(user), arriving_from(user)
    if used + arriving + size <= quota:
        return
    raise OverQuota(
        f"This file of {_gib(size)} would be beyond your quota of {_gib(quota)}: "
        f"{_gib(used)} are used and {_gib(arriving)} are on their way. Nothing of it was kept."
    )


def hold_to_quota(user: User, sha256: str, size: int) -> None:
    """Raise OverQuota where an original does not fit into a person's quota. What they have fits.

    Call it in the transaction that makes the version: until its end nobody else decides about this
    person's room.
    """
    if not quota_of(user):
        return
    one_at_a_time(user)
    if not living(user).filter(pk=sha256).exists():
        require_room(user, size)


def _gib(size: int) -> str:
    return f"{size / GIB:.2f} GiB" if size >= GIB / 100 else f"{size / 1024**2:.2f} MiB"


def a_form_with_a_file(request: HttpRequest, **address: object) -> float:
    """Return how many bytes a form with a file and its sidecar may have.

    For views that ask whether one may send them before they read it.
    """
    return settings.LOUPE_MAX_UPLOAD_BYTES + LARGEST + MIB


def require_size(size: int, kind: str = UploadKind.WHOLE) -> None:
    """Raise Refusal (413) for more bytes than a file, or a sidecar, may have."""
    sidecar = kind == UploadKind.SIDECAR
    most = LARGEST if sidecar else settings.LOUPE_MAX_UPLOAD_BYTES
    if size > most:
        raise Refusal(
            status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
            f"The {'sidecar' if sidecar else 'file'} is larger than {most / 1024**2:,.0f} MiB. "
            "Nothing of it was kept.",
            Tus_Max_Size=str(most),
        )
