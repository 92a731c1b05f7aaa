"""Collections: made, filled and emptied."""

from collections.abc import Iterable

from django.db import transaction

from dam.actions.common import audited
from dam.models import Asset, Collection, CollectionItem, User
from dam.permissions import require


def create_collection(*, user: User, name: str, description: str = "") -> Collection:
    """Make a collection. Raises ValidationError for a name this person already uses."""
    require(user, "collection.add")
    collection = Collection(owner=user, name=name.strip(), description=description.strip())
    collection.full_clean()
    with transaction.atomic(), audited(user):
        collection.save()
    return collection


def add_assets(*, collection: Collection, user: User, assets: Iterable[int]) -> int:
    """Add the visible ones among `assets` (ids); return how many are new to the collection."""
    require(user, "collection.edit", collection)
    with transaction.atomic(), audited(user):
        asked = list(assets)
        wanted = Asset.objects.visible_to(user).filter(pk__in=asked)
        known = set(collection.items.filter(asset__in=asked).values_list("asset_id", flat=True))
        fresh = [
            CollectionItem(collection=collection, asset_id=pk, added_by=user)
            for pk in wanted.order_by("pk").values_list("pk", flat=True)
            if pk not in known
        ]
        CollectionItem.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def remove_assets(*, collection: Collection, user: User, assets: Iterable[int]) -> int:
    """Take assets (ids) out of a collection; return how many were in it."""
    require(user, "collection.edit", collection)
    with transaction.atomic(), audited(user):
        return collection.items.filter(asset__in=list(assets)).delete()[0]


def describe_collection(
    *, collection: Collection, user: User, name: str, description: str = ""
) -> None:
    """Rename and describe a collection. Raises ValidationError for a name that is taken."""
    require(user, "collection.edit", collection)
    collection.name, collection.description = name.strip(), description.strip()
    collection.full_clean()
    with transaction.atomic(), audited(user):
        collection.save(update_fields=["name", "description"])


def delete_collection(*, collection: Collection, user: User) -> None:
    """Delete a collection. Its assets stay where they are."""
    require(user, "collection.edit", collection)
    with transaction.atomic(), audited(user):
        collection.delete()
