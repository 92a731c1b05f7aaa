"""Restricted assets: fewer people see them, and each look at them is written down."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dam.actions.common import audited
from dam.models import AccessEvent, Asset, User, Version
from dam.permissions import require

SAME_LOOK = timedelta(minutes=10)  # a page and its parts, and coming back to it, are one look


def restrict(*, asset: Asset, user: User, restricted: bool, reason: str = "") -> None:
    """Show an asset to its owner and to reviewers only, or to everybody in its brand again."""
    require(user, "asset.restrict", asset)
    with transaction.atomic(), audited(user, reason):
        Asset.objects.filter(pk=asset.pk).exclude(restricted=restricted).update(
            restricted=restricted, updated_at=timezone.now()
        )
    asset.restricted = restricted


def saw(*, version: Version, user: User, what: str, address: str | None) -> None:
    """Write down that somebody looked at a restricted asset; looks in a row are one."""
    if not version.asset.restricted:
        return
    lately = AccessEvent.objects.filter(
        version=version,
        user=user,
        kind=AccessEvent.Kind.VIEWED,
        at__gte=timezone.now() - SAME_LOOK,
    )
    if not lately.exists():
        _record(version, user, AccessEvent.Kind.VIEWED, what, address)


def took(*, version: Version, user: User, what: str, address: str | None) -> None:
    """Write down that somebody downloaded a restricted asset: each time."""
    if version.asset.restricted:
        _record(version, user, AccessEvent.Kind.DOWNLOADED, what, address)


def _record(
    version: Version, user: User, kind: AccessEvent.Kind, what: str, address: str | None
) -> None:
    AccessEvent.objects.create(
        asset_id=version.asset_id,
        version=version,
        user=user,
        kind=kind,
        what=what[:60],
        address=address,
    )
