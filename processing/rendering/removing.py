"""Taking away what a recipe made."""

from __future__ import annotations

from django.db import transaction

from dam.actions.common import audited
from dam.models import Rendition, User
from dam.permissions import require
from dam.storage import path_of


def remove_rendition(*, rendition: Rendition, user: User) -> None:
    """Delete a rendition that a recipe made, and its file. Raises PermissionDenied, and LookupError
    for one of those that every picture has.

    The row first: a crash in between leaves a file that none names.
    """
    require(user, "asset.edit", rendition.version.asset)
    if not Rendition.objects.filter(pk=rendition.pk, provenance__isnull=False).exists():
        raise LookupError("Only what a recipe made can be deleted.")
    with transaction.atomic(), audited(user):
        Rendition.objects.filter(pk=rendition.pk).delete()
    if not Rendition.objects.filter(key=rendition.key).exists():
        path_of(rendition.key).unlink(missing_ok=True)
