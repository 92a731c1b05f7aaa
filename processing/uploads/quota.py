"""How much room a person has: their living originals, and what they are sending now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from rest_framework import status

from dam.models import Blob, User, Version
from processing.uploads.models import UploadSession, UploadState
from processing.uploads.refusals import Refusal

GIB = 1024**3
OPEN = (UploadState.RECEIVING, UploadState.COMPLETE)
LOCK = 73  # the first half of the advisory lock's key; the second is the person
FORM_LASTS = timedelta(minutes=30)


def used_by(user: User) -> int:
    """Return the bytes of the originals that a person brought, of assets that are not in the bin.

    The same bytes in several versions count once; refused versions do not count.
    """
    versions = Version.objects.filter(created_by=user, asset__deleted_at=None)
    living = versions.exclude(state=Version.State.REFUSED).values("blob")
    return Blob.objects.filter(pk__in=living).aggregate(sum=Sum("size"))["sum"] or 0


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
    """Raise Refusal (413) where `size` bytes more would be beyond the person's quota.

    Call it in a transaction, after `one_at_a_time`.
    """
    quota = settings.LOUPE_QUOTA_BYTES
    if not quota:
        return
    used, arriving = used_by(user), arriving_from(user)
    if used + arriving + size <= quota:
        return
    raise Refusal(
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        f"This file of {_gib(size)} would be beyond your quota of {_gib(quota)}: "
        f"{_gib(used)} are used and {_gib(arriving)} are on their way. Nothing of it was kept.",
    )


def _gib(size: int) -> str:
    return f"{size / GIB:.2f} GiB" if size >= GIB / 100 else f"{size / 1024**2:.2f} MiB"


def require_size(size: int) -> None:
    """Raise Refusal (413) for more bytes than a file may have."""
    most = settings.LOUPE_MAX_UPLOAD_BYTES
    if size > most:
        raise Refusal(
            status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
            f"The file is larger than {most / 1024**2:,.0f} MiB. Nothing of it was kept.",
            Tus_Max_Size=str(most),
        )


@contextmanager
def reserved(user: User, size: int) -> Iterator[None]:
    """Hold room for a file that is taken in at once, from a form. Raises Refusal (413)."""
    require_size(size)
    with transaction.atomic():
        one_at_a_time(user)
        require_room(user, size)
        held = UploadSession.objects.create(
            user=user,
            kind=UploadSession.Kind.FORM,
            length=size,
            expires_at=timezone.now() + FORM_LASTS,
        )
    try:
        yield
    finally:
        held.delete()
