"""Taking a decision back: exactly, or not at all."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from dam.actions.common import Conflict, audited
from dam.actions.naming import put_name
from dam.actions.snapshots import take_back
from dam.models import Asset, User, Version
from dam.permissions import can, require
from review.actions.renditions import undecide
from review.models import Decision, ReviewItem
from review.querysets import available_to
from review.queue import LEASE, why_not

Verdict = Decision.Verdict


def may_undo(decision: Decision, user: User) -> bool:
    """Whether a person may take this decision back: their own, or any as the brand's admin."""
    asset = decision.item.version.asset
    if not can(user, "asset.review", asset):
        return False
    return decision.reviewer_id == user.pk or can(user, "brand.edit", asset.brand)


def undo(*, decision: Decision, user: User) -> Decision:
    """Bring back what a decision changed, reopen its item, and lease it to the person.

    Raises PermissionDenied; Conflict, in words, where something newer stands on the decision.
    """
    asset = decision.item.version.asset
    require(user, "asset.review", asset)
    if not may_undo(decision, user):
        raise PermissionDenied("Only its reviewer or an admin takes a decision back.")
    with transaction.atomic(), audited(user, f"Undoes decision {decision.pk}"):
        Asset.objects.select_for_update().get(pk=asset.pk)
        item = ReviewItem.objects.select_for_update(of=("self",)).get(pk=decision.item_id)
        _refuse_if_overtaken(decision, item)
        if decision.verdict == Verdict.SKIP:
            _reopen(item, user, position=decision.before["position"])
        elif item.purpose:
            undecide(decision)
            _reopen(item, user, state=ReviewItem.State.OPEN)
        else:
            _reopen(item, user, state=ReviewItem.State.OPEN)
            take_back(version=item.version, user=user, before=decision.before, after=decision.after)
            _name_back(item.version, decision)
        return Decision.objects.create(
            item=item,
            reviewer=user,
            verdict=Verdict.UNDO,
            undoes=decision,
            before=decision.after,
            after=decision.before,
        )


def _name_back(version: Version, decision: Decision) -> None:
    if "file_name" not in decision.before:
        return
    if version.file_name != decision.after["file_name"]:
        raise Conflict("Somebody has renamed the file since.")
    put_name(version, decision.before["file_name"])


def _refuse_if_overtaken(decision: Decision, item: ReviewItem) -> None:
    if decision.verdict == Verdict.UNDO:
        raise Conflict("An undo is not taken back: decide again.")
    undone = Decision.objects.filter(undoes=decision).select_related("reviewer").first()
    if undone:
        raise Conflict(f"{undone.reviewer} has taken this back already.")
    later = item.decisions.filter(pk__gt=decision.pk).select_related("reviewer").first()
    if later:
        word = later.get_verdict_display().lower()
        raise Conflict(f"{later.reviewer} has decided this picture since: {word}.")
    newest = item.version.asset.versions.order_by("-number").first()
    if not item.purpose and newest and newest.number > item.version.number:
        raise Conflict(f"A newer version, v{newest.number}, has come since.")
    if item.version.asset.deleted_at is not None:
        raise Conflict("This picture is in the bin.")


def _reopen(item: ReviewItem, user: User, **changes: object) -> None:
    expected = "open" if "position" in changes else "decided"
    mine = ReviewItem.objects.filter(available_to(user), pk=item.pk, state=expected)
    if not mine.update(lease_holder=user, lease_until=timezone.now() + LEASE, **changes):
        raise Conflict(why_not(item, user) or "This item is open again already.")
    item.refresh_from_db()
