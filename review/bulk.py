"""Groups of the alike: what waits, by the finding that it waits for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from dam.actions.common import Conflict
from dam.models import User
from review.actions import decide, undo
from review.models import Decision, Finding, ReviewItem

PAGE = 60
TITLES = {
    "too_small": _("Too small"),
    "too_few_pixels": _("Too few pixels"),
    "format": _("Format not allowed"),
    "colour_space": _("Colour space not allowed"),
    "blurred": _("Blurred"),
    "noisy": _("Noisy"),
    "too_dark": _("Too dark"),
    "too_light": _("Too light"),
    "clipped_dark": _("Lost in black"),
    "clipped_light": _("Lost in white"),
    "off_palette": _("Off the palette"),
    "tags_unsure": _("Tags unsure"),
    "tags_silent": _("No tags"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Open items that share a finding. An item with several findings is in several groups."""

    code: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many at once: the decisions made, and what was refused, in words."""

    decisions: list[Decision]
    refused: list[str]


def title_of(code: str) -> str:
    return str(TITLES.get(code, code.replace("_", " ").capitalize()))


def groups(user: User) -> list[Group]:
    """Return the groups of what a person may decide, largest first."""
    waiting = ReviewItem.objects.open().for_reviewer(user)
    counted = Finding.objects.filter(item__in=waiting).order_by().values_list("code")
    rows = counted.annotate(number=Count("item", distinct=True)).order_by("-number", "code")
    return [Group(code, title_of(code), number) for code, number in rows]


def members(user: User, code: str, *, after: int = 0) -> QuerySet[ReviewItem]:
    """Return a page of a group's items (of all, where `code` is empty), from the cursor on."""
    waiting = ReviewItem.objects.open().for_reviewer(user).filter(pk__gt=after)
    if code:
        waiting = waiting.filter(findings__code=code)
    return waiting.with_picture().order_by("pk")[: PAGE + 1]


def decide_all(
    *, items: Iterable[ReviewItem], user: User, verdict: str, reason: str = "", comment: str = ""
) -> Outcome:
    """Decide each item as `review.actions.decide` does; what one refuses does not stop the others.

    Tags stay as they are: nobody has looked at them one by one.
    """
    made, refused = [], []
    for item in items:
        try:
            made.append(
                decide(item=item, user=user, verdict=verdict, reason=reason, comment=comment)
            )
        except Conflict as conflict:
            refused.append(f"{item.version.asset}: {conflict}")
    return Outcome(made, refused)


def undo_all(*, decisions: Iterable[Decision], user: User) -> Outcome:
    """Take decisions back, each for itself."""
    made, refused = [], []
    for decision in decisions:
        try:
            made.append(undo(decision=decision, user=user))
        except Conflict as conflict:
            refused.append(f"{decision.item.version.asset}: {conflict}")
    return Outcome(made, refused)
