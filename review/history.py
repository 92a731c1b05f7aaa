"""Who decided what, when and why."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from dam.models import Asset, User
from review.models import Decision

PAGE = 40
SESSION = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of decisions, newest first, and where the next begins."""

    decisions: list[Decision]
    next_before: int | None


def page(
    *, user: User, reviewer: int | None = None, verdict: str = "", before: int | None = None
) -> Page:
    """Return the decisions that a person may see, narrowed, older than the cursor `before`."""
    found = Decision.objects.visible_to(user)
    if reviewer is not None:
        found = found.filter(reviewer=reviewer)
    if verdict:
        found = found.filter(verdict=verdict)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.with_picture().order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def reviewers(user: User) -> QuerySet[User]:
    """Return the people whose decisions a person may see, by name."""
    seen = Decision.objects.visible_to(user).order_by().values("reviewer").distinct()
    return User.objects.filter(pk__in=seen).order_by("username")


def for_asset(asset: Asset) -> QuerySet[Decision]:
    """Return every decision on an asset's versions, newest first; skips are nobody's business."""
    decisions = Decision.objects.filter(item__version__asset=asset).exclude(verdict="skip")
    return decisions.with_picture().order_by("-pk")


def recent(user: User, *, count: int = 12) -> list[Decision]:
    """Return a person's own latest decisions of the last hours, oldest first: their session."""
    since = timezone.now() - SESSION
    mine = Decision.objects.visible_to(user).filter(reviewer=user, decided_at__gte=since)
    in_force = mine.filter(undone_by=None).exclude(verdict=Decision.Verdict.UNDO)
    return list(reversed(in_force.with_picture().order_by("-pk")[:count]))
