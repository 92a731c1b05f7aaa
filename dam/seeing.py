"""One thing that a person asked for, or 404: what they may not see is not there.

Pages and API both ask here, so that they cannot disagree.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from dam.models import Asset, BrandProfile, Collection, Renaming, User, Version
from dam.permissions import Grants, can

Row = TypeVar("Row", bound=Model)


def asset_or_404(user: User, pk: int, *, lock: bool = False) -> Asset:
    """Return an asset that a person may see, locked for a change if asked."""
    return _one(Asset.objects.visible_to(user).with_current(), pk, lock)


def collection_or_404(user: User, pk: int, *, lock: bool = False) -> Collection:
    """Return a collection that a person may know of, locked for a change if asked."""
    return _one(Collection.objects.visible_to(user).select_related("owner"), pk, lock)


def brand_called(user: User, slug: str) -> BrandProfile | None:
    """Return the brand of a slug where a person has a role in it; to others it is not there."""
    known = Grants.within("pk", Grants.of(user).viewing)
    return BrandProfile.objects.filter(known, slug=slug).first()


def version_or_404(user: User, pk: int) -> Version:
    """Return a version whose picture a person may have."""
    rows = Version.objects.select_related("asset", "blob", "created_by")
    version = get_object_or_404(rows, pk=pk)
    if not can(user, "version.download", version):
        raise Http404
    return version


def renamings_of(user: User) -> QuerySet[Renaming]:
    """Return what a person renamed; nothing once they have no role that lets them rename."""
    may = bool(Grants.of(user).creating)
    return Renaming.objects.filter(created_by=user) if may else Renaming.objects.none()


def versions_of(asset: Asset, user: User) -> QuerySet[Version]:
    """Return the versions that a person sees: all for its owner and reviewers, else the current."""
    rows = asset.versions.select_related("created_by", "state_by", "restored_from", "blob", "asset")
    return rows if can(user, "asset.edit", asset) else rows.filter(current_of=asset)


def _one(rows: QuerySet[Row], pk: int, lock: bool) -> Row:
    return get_object_or_404(rows.select_for_update(of=("self",)) if lock else rows, pk=pk)
