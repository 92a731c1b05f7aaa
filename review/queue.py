"""The queue: who looks at what. A lease keeps two people off the same picture.

A lease is a promise with an end: it is renewed while the page is open and runs out by itself when
a browser dies. Nothing is decided here; `review.actions` checks again when it writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dam.models import User
from dam.permissions import require
from review.models import ReviewItem
from review.querysets import available_to

LEASE = timedelta(minutes=5)
MOST_AT_ONCE = 24  # what one person can hold: no one empties the queue by leafing through it


@dataclass(frozen=True, slots=True)
class Held:
    """Whether an item could be taken, and if not, why not, in words."""

    item: ReviewItem
    refusal: str = ""

    @property
    def mine(self) -> bool:
        return not self.refusal


def lease_next(user: User, *, count: int = 4, beside: Iterable[int] = ()) -> list[ReviewItem]:
    """Return up to `count` items for a person to look at next, all of them leased to them.

    What the person holds already comes first (unless named in `beside`: what their page shows
    already); the rest is taken from what is free, in the queue's order. Items that another
    transaction is just taking are passed over, never waited for.
    Raises PermissionDenied for a person who reviews nothing.
    """
    require(user, "review.work")
    known = set(beside)
    with transaction.atomic():
        waiting = ReviewItem.objects.open().for_reviewer(user)
        held = list(waiting.held_by(user).values_list("pk", flat=True)[:MOST_AT_ONCE])
        mine = [pk for pk in held if pk not in known]
        wanted = min(count - len(mine), MOST_AT_ONCE - len(held))
        if wanted > 0:
            mine += (
                _free(waiting, user)
                .exclude(pk__in=held)
                .exclude(pk__in=known)
                .values_list("pk", flat=True)[:wanted]
            )
        chosen = waiting.filter(pk__in=mine).in_order().values_list("pk", flat=True)[:count]
        _lease(chosen_ids := list(chosen), user)
    return list(ReviewItem.objects.filter(pk__in=chosen_ids).with_picture().in_order())


def take(item: ReviewItem, user: User) -> Held:
    """Lease one particular item, or say in words who holds it or what became of it."""
    require(user, "asset.review", item.version.asset)
    with transaction.atomic():
        free = ReviewItem.objects.open().filter(available_to(user), pk=item.pk)
        taken = free.update(lease_holder=user, lease_until=timezone.now() + LEASE)
    item.refresh_from_db(fields=["state", "lease_holder", "lease_until"])
    return Held(item, "" if taken else why_not(item, user))


def renew(user: User, items: Iterable[int]) -> set[int]:
    """Hold on to the named items for another while; return those that are still held.

    A lease that ran out is taken again if nobody else took it meanwhile.
    """
    wanted = list(items)[:MOST_AT_ONCE]
    with transaction.atomic():
        open_items = ReviewItem.objects.open().for_reviewer(user).filter(pk__in=wanted)
        kept = list(_free(open_items, user).values_list("pk", flat=True))
        _lease(kept, user)
    return set(kept)


def release(user: User, items: Iterable[int]) -> int:
    """Let go of the named items; return how many were held."""
    held = ReviewItem.objects.filter(pk__in=list(items), lease_holder=user, state="open")
    return held.update(lease_holder=None, lease_until=None)


def remaining(user: User) -> int:
    """How many items wait that a person may decide, whoever is looking at them just now."""
    return ReviewItem.objects.open().for_reviewer(user).count()


def runs(item: ReviewItem) -> bool:
    """Whether somebody's lease of an item has not run out."""
    return item.lease_until is not None and item.lease_until > timezone.now()


def why_not(item: ReviewItem, user: User) -> str:
    """Say in words why a person cannot decide an item now; empty where they can."""
    if item.state == ReviewItem.State.DECIDED:
        last = item.decisions.exclude(verdict__in=["skip", "undo"]).select_related("reviewer")
        decision = last.first()
        who = "You have" if decision and decision.reviewer_id == user.pk else _name(decision)
        return f"{who} decided this one already: {_word(decision)}."
    if item.state == ReviewItem.State.CLOSED:
        why = item.why_closed or "The doubts went away, or a newer version came."
        return f"This one needs no decision any more. {why}"
    if runs(item) and item.lease_holder_id != user.pk:
        until = timezone.localtime(item.lease_until)
        return f"{item.lease_holder} is looking at this one, until {until:%H:%M} at the latest."
    if item.version.asset.deleted_at is not None:
        return "This picture is in the bin."
    return ""


def _free(items, user):
    """Lock those of `items` that nobody else holds, in order, passing over what is locked."""
    return items.free_for(user).in_order().select_for_update(skip_locked=True, of=("self",))


def _lease(items: list[int], user: User) -> None:
    ReviewItem.objects.filter(pk__in=items).update(
        lease_holder=user, lease_until=timezone.now() + LEASE
    )


def _name(decision) -> str:
    return f"{decision.reviewer} has" if decision else "Somebody has"


def _word(decision) -> str:
    return decision.get_verdict_display().lower() if decision else "decided"
