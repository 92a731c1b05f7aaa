"""What a decision changes of an asset, written down, so that it can be taken back exactly.

A snapshot is plain JSON: `{"state", "state_reason", "shown", "tags": {term id: row or null}}`;
`shown` is the version that the library shows, a null row a term that the asset does not have.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from dam.actions.common import Conflict, audited
from dam.actions.versions import settle
from dam.models import Asset, TagAssignment, Term, User, Version
from dam.signals import tags_decided

Snapshot = dict[str, Any]


def snapshot(version: Version, terms: Iterable[int]) -> Snapshot:
    """Write down a version's state, what its asset shows, and the asset's tags of these terms."""
    version.refresh_from_db(fields=["state", "state_reason"])
    wanted = list(terms)
    rows = {row.term_id: row for row in version.asset.tags.filter(term_id__in=wanted)}
    shown = Asset.objects.values_list("current_version", flat=True).get(pk=version.asset_id)
    return {
        "state": version.state,
        "state_reason": version.state_reason,
        "shown": shown,
        "tags": {str(term): _tag(rows.get(term)) for term in sorted(wanted)},
    }


def _tag(row: TagAssignment | None) -> Snapshot | None:
    if row is None:
        return None
    return {
        "state": row.state,
        "source": row.source,
        "decided_by": row.decided_by_id,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }


def take_back(*, version: Version, user: User, before: Snapshot, after: Snapshot) -> None:
    """Bring a version and its asset's tags from `after` back to `before`.

    Raises Conflict, with nothing changed, where something is no longer as it was left.
    The caller has checked the permission.
    """
    with transaction.atomic(), audited(user, "Undone"):
        asset = Asset.objects.select_for_update().get(pk=version.asset_id)
        _check_unchanged(version, after)
        for term, row in before["tags"].items():
            _put_back(asset, int(term), row)
        settle(
            version=version,
            state=Version.State(before["state"]),
            reason=before["state_reason"],
            user=user,
        )
        asset.current_version_id = before["shown"]
        asset.save(update_fields=["current_version", "updated_at"])
        if before["tags"]:
            tags_decided.send(TagAssignment, asset=asset, user=user)


def _check_unchanged(version: Version, after: Snapshot) -> None:
    now = snapshot(version, [int(term) for term in after["tags"]])
    if now["state"] != after["state"]:
        raise Conflict(f"This version is {version.get_state_display().lower()} by now.")
    if now["shown"] != after["shown"]:
        raise Conflict("Another version is shown by now.")
    changed = [int(term) for term, row in after["tags"].items() if now["tags"][term] != row]
    if changed:
        names = Term.objects.filter(pk__in=changed)
        listed = ", ".join(f"“{term.name}”" for term in names)
        raise Conflict(f"Somebody has changed the tag {listed} since.")


def _put_back(asset: Asset, term: int, row: Snapshot | None) -> None:
    tags = TagAssignment.objects.filter(asset=asset, term_id=term)
    if row is None:
        tags.delete()
        return
    tags.update(
        state=row["state"],
        source=row["source"],
        decided_by=row["decided_by"],
        decided_at=parse_datetime(row["decided_at"]) if row["decided_at"] else None,
    )
