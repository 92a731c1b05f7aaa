"""One asset takes over what was said of others: tags, collections, description; and back."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from dam.actions import tags as tagging
from dam.actions.common import audited
from dam.models import Asset, Collection, CollectionItem, TagAssignment, User
from dam.permissions import can, require
from dam.signals import tags_decided

State = TagAssignment.State
Changes = dict[str, Any]


def merge_into(*, kept: Asset, others: Iterable[Asset], user: User) -> Changes:
    """Add the others' accepted tags, collections and description to `kept`.

    What a person rejected on `kept` stays rejected; its own description stays. Only collections
    that the person may fill are filled. Returns what changed, as plain JSON, for `unmerge`.
    """
    require(user, "asset.edit", kept)
    given = list(others)
    for other in given:
        require(user, "asset.view", other)
    with transaction.atomic(), audited(user, f"Merged {len(given)} into it"):
        locked = Asset.objects.select_for_update().get(pk=kept.pk)
        changes: Changes = {
            "tags": _merge_tags(locked, given, user),
            "collections": _merge_collections(locked, given, user),
        }
        fresh = Asset.objects.filter(pk__in=[one.pk for one in given]).exclude(description="")
        described = fresh.order_by("pk").values_list("description", flat=True).first()
        if described and not locked.description:
            locked.description = described
            locked.save(update_fields=["description", "updated_at"])
            changes["description"] = described
    return changes


def _merge_tags(kept: Asset, others: list[Asset], user: User) -> dict[str, Any]:
    """Return, by term, the row that was there before (null: none)."""
    accepted = TagAssignment.objects.filter(asset__in=others, state=State.ACCEPTED)
    own = {row.term_id: row for row in kept.tags.all()}
    before: dict[str, Any] = {}
    for row in accepted.select_related("term").order_by("term", "pk"):
        mine = own.get(row.term_id)
        if str(row.term_id) in before or (mine and _stands(mine)):
            continue
        before[str(row.term_id)] = _written_down(mine)
        tagging.put(asset=kept, term=row.term, user=user, state=State.ACCEPTED)
    if before:
        tags_decided.send(TagAssignment, asset=kept, user=user)
    return before


def _stands(row: TagAssignment) -> bool:
    return row.state == State.ACCEPTED or row.decided_by_id is not None


def _written_down(row: TagAssignment | None) -> dict[str, Any] | None:
    if row is None:
        return None
    at = row.decided_at.isoformat() if row.decided_at else None
    return {"state": row.state, "decided_by": row.decided_by_id, "decided_at": at}


def _merge_collections(kept: Asset, others: list[Asset], user: User) -> list[int]:
    """Return the ids of the rows that were added."""
    wanted = Collection.objects.filter(items__asset__in=others).exclude(items__asset=kept)
    mine = [one for one in wanted.distinct().order_by("pk") if can(user, "collection.edit", one)]
    rows = [CollectionItem(collection=one, asset=kept, added_by=user) for one in mine]
    return [row.pk for row in CollectionItem.objects.bulk_create(rows)]


def unmerge(*, kept: Asset, changes: Changes, user: User) -> None:
    """Take back what `merge_into` changed; what somebody changed since stays as they left it."""
    require(user, "asset.edit", kept)
    with transaction.atomic(), audited(user, "Took the merging back"):
        locked = Asset.objects.select_for_update().get(pk=kept.pk)
        for term, before in changes.get("tags", {}).items():
            ours = locked.tags.filter(term=int(term), state=State.ACCEPTED, decided_by=user)
            if before is None:
                ours.delete()
            else:
                decided = before["decided_at"]
                ours.update(**before | {"decided_at": parse_datetime(decided) if decided else None})
        CollectionItem.objects.filter(pk__in=changes.get("collections", []), asset=locked).delete()
        said = changes.get("description")
        if said and locked.description == said:
            locked.description = ""
            locked.save(update_fields=["description", "updated_at"])
        tags_decided.send(TagAssignment, asset=locked, user=user)
