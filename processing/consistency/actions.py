"""Changes to reference sets: their pictures, what holds for them, runs, locked settings."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from dam.actions.common import audited
from dam.models import Asset, BrandProfile, Category, User, Version
from dam.permissions import require
from processing import queue
from processing.consistency import calibrating, sets
from processing.consistency.fitting import check_lock
from processing.models import LockedSetting, ReferencePicture, ReferenceSet
from processing.recipes.conditions import Plain

MOST_PICTURES = 200
EDIT = "consistency.edit"


def set_of(*, brand: BrandProfile, category: str, user: User) -> ReferenceSet:
    """The reference set of a brand and category; an empty one is made where there is none.

    Raises ValidationError for something that is no category.
    """
    require(user, EDIT, brand)
    if category not in Category.values:
        known = ", ".join(Category.values)
        raise ValidationError({"category": f"A category is one of {known}, not “{category}”."})
    with transaction.atomic(), audited(user):
        found, _ = ReferenceSet.objects.get_or_create(
            brand=brand, category=category, defaults={"created_by": user}
        )
    return found


def add_pictures(*, reference: ReferenceSet, versions: Sequence[Version], user: User) -> int:
    """Let versions show how the set should look; returns how many were news.

    Another version of an asset that is there already takes its place. Raises ValidationError, and
    then adds none, where one is of another brand or category, not processed, or too many.
    """
    require(user, EDIT, reference.brand)
    if faults := [fault for one in versions if (fault := _unfit(reference, one))]:
        raise ValidationError({"asset": faults[:10]})
    with transaction.atomic(), audited(user):
        ReferenceSet.objects.select_for_update().get(pk=reference.pk)
        there = set(reference.pictures.values_list("version", flat=True))
        fresh = [one for one in versions if one.pk not in there]
        assets = [one.asset_id for one in fresh]
        reference.pictures.filter(version__asset__in=assets).delete()
        if reference.pictures.count() + len(fresh) > MOST_PICTURES:
            raise ValidationError({"asset": f"A reference has at most {MOST_PICTURES} pictures."})
        for one in fresh:
            ReferencePicture.objects.create(reference=reference, version=one, added_by=user)
        if fresh:
            _ask(reference)
    return len(fresh)


def remove_pictures(*, reference: ReferenceSet, assets: Sequence[int], user: User) -> int:
    """Take assets (ids) out of the reference; returns how many were in it."""
    require(user, EDIT, reference.brand)
    with transaction.atomic(), audited(user):
        count, _ = reference.pictures.filter(version__asset__in=list(assets)).delete()
        if count:
            _ask(reference)
    return count


def change_set(*, reference: ReferenceSet, user: User, **wish: float) -> ReferenceSet:
    """Set `floor`, `fall` or `newest`. Raises ValidationError for values out of range."""
    require(user, EDIT, reference.brand)
    for name, value in wish.items():
        setattr(reference, name, value)
    reference.clean_fields(exclude=["brand", "category", "created_by"])
    with transaction.atomic(), audited(user):
        reference.save(update_fields=[*wish])
    return reference


def remove_set(*, reference: ReferenceSet, user: User) -> None:
    """Forget a set with its runs and locks; the pictures themselves stay."""
    require(user, EDIT, reference.brand)
    with transaction.atomic(), audited(user):
        reference.delete()


def ask_run(*, reference: ReferenceSet, user: User) -> None:
    """Have a set measured now, by a worker."""
    require(user, EDIT, reference.brand)
    with transaction.atomic():
        _ask(reference)


def lock(
    *, reference: ReferenceSet, name: str, value: Plain, user: User, note: str = ""
) -> LockedSetting:
    """Give a variable one value for all recipes on the set's pictures.

    Raises ValidationError where no recipe has that variable, or one does not take the value.
    """
    require(user, EDIT, reference.brand)
    value = check_lock(reference, name, value)
    with transaction.atomic(), audited(user, note):
        made, _ = LockedSetting.objects.update_or_create(
            reference=reference,
            name=name,
            defaults={
                "value": value,
                "note": note.strip()[:240],
                "locked_by": user,
                "locked_at": timezone.now(),
            },
        )
    return made


def unlock(*, reference: ReferenceSet, name: str, user: User) -> bool:
    """Let recipes have their own value again; returns whether it was locked."""
    require(user, EDIT, reference.brand)
    with transaction.atomic(), audited(user):
        count, _ = reference.locks.filter(name=name).delete()
    return bool(count)


def _ask(reference: ReferenceSet) -> None:
    ReferenceSet.objects.filter(pk=reference.pk).update(asked_at=timezone.now())
    queue.enqueue(calibrating.STEP)


def _unfit(reference: ReferenceSet, version: Version) -> str:
    """Why a version cannot be of a reference; empty where it can."""
    asset: Asset = version.asset
    if asset.brand_id != reference.brand_id:
        return f"“{asset}” is of another brand."
    if asset.category != reference.category:
        own = asset.get_category_display() if asset.category else "without a category"
        return f"“{asset}” is {own}, and this set is {reference.get_category_display()}."
    if asset.deleted_at is not None:
        return f"“{asset}” is in the bin."
    if version.state not in sets.JUDGED or version.kind not in sets.KINDS:
        return f"“{asset}” is no picture that is processed and not rejected."
    return ""
