"""How much of the library's room a person takes, and may take."""

from django.conf import settings
from django.db.models import QuerySet, Sum

from dam.models import Blob, User, Version

SYSTEM = "system"  # the account under which commands act: nobody's, and held to no quota


def quota_of(user: User) -> int:
    """Return the most bytes that a person may bring; 0: as many as there is room for."""
    return 0 if user.username == SYSTEM else settings.LOUPE_QUOTA_BYTES


def used_by(user: User) -> int:
    """Return the bytes of the originals that a person brought, of assets that are not in the bin.

    The same bytes in several versions count once; refused versions do not count.
    """
    return living(user).aggregate(sum=Sum("size"))["sum"] or 0


def living(user: User) -> QuerySet[Blob]:
    """Return the originals that count towards a person's quota."""
    versions = Version.objects.filter(created_by=user, asset__deleted_at=None)
    return Blob.objects.filter(pk__in=versions.exclude(state=Version.State.REFUSED).values("blob"))
