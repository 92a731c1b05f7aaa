"""A person's decision about one item: approve, fix and approve, reject, or skip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from dam.actions import tags as tagging
from dam.actions.common import Conflict, audited
from dam.actions.naming import rename_file
from dam.actions.snapshots import snapshot
from dam.actions.versions import settle
from dam.models import Asset, TagAssignment, Term, User, Version
from dam.permissions import require
from dam.signals import tags_decided
from review.actions.renditions import decide_about
from review.models import Decision, RejectReason, ReviewItem
from review.querysets import available_to
from review.queue import why_not

Verdict, ItemState = Decision.Verdict, ReviewItem.State
DECIDABLE = {TagAssignment.State.ACCEPTED, TagAssignment.State.REJECTED}
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for, checked: nothing in it is out of its range."""

    verdict: str
    reason: str
    comment: str
    tags: dict[Term, str]
    file_name: str = ""


def decide(
    *,
    item: ReviewItem,
    user: User,
    verdict: str,
    reason: str = "",
    comment: str = "",
    tags: Mapping[int, str] | None = None,
    add_tags: Iterable[str] = (),
    file_name: str = "",
) -> Decision:
    """Decide an open item, once.

    `tags` says what becomes of each named term ("accepted" or "rejected"), `add_tags` names terms
    to add, `file_name` is what the file is to be called; they belong to an approval and are left
    aside otherwise. Suggestions that are not named
    stay suggestions. A skip lets go of the item and puts it behind all others.

    Raises PermissionDenied; ValueError, in words, for a wish that makes no sense; Conflict, naming
    the person, where somebody else has decided the item or is looking at it.
    """
    require(user, "asset.review", item.version.asset)
    with transaction.atomic(), audited(user, comment):
        new_name = file_name.strip() if file_name.strip() != item.version.file_name else ""
        wish = _checked(user, verdict, reason, comment, tags or {}, add_tags, new_name)
        # The asset first, as every change of versions does: so that none waits in a circle.
        Asset.objects.select_for_update().get(pk=item.version.asset_id)
        if wish.verdict == Verdict.SKIP:
            return _skip(item, user, wish)
        _claim(item, user, state=ItemState.DECIDED)
        if item.purpose:
            return _about_rendition(item, user, wish)
        return _carry_out(item, user, wish)


def _checked(
    user: User,
    verdict: str,
    reason: str,
    comment: str,
    tags: Mapping[int, str],
    add_tags: Iterable[str],
    file_name: str,
) -> Wish:
    if verdict not in {Verdict.APPROVE, Verdict.FIX, Verdict.REJECT, Verdict.SKIP}:
        raise ValueError("Approve, fix and approve, reject or skip: there is nothing else.")
    words = comment.strip()
    if len(words) > LONGEST_COMMENT:
        raise ValueError(f"A comment is up to {LONGEST_COMMENT:,} characters.")
    if verdict == Verdict.REJECT:
        return Wish(verdict, _reason(reason, words), words, {})
    if verdict == Verdict.SKIP:
        return Wish(verdict, "", words, {})
    wanted = _terms(tags, user)
    wanted |= {tagging.term_named(name): TagAssignment.State.ACCEPTED for name in add_tags}
    if verdict == Verdict.FIX and not (wanted or file_name):
        raise ValueError("Nothing was changed: approve it as it is.")
    return Wish(verdict, "", words, wanted, file_name)


def _reason(reason: str, comment: str) -> str:
    if reason not in RejectReason.values:
        raise ValueError("A rejection needs one of the reasons, so that its maker can mend it.")
    if reason == RejectReason.OTHER and not comment:
        raise ValueError("Say in a comment what the reason is.")
    return reason


def _terms(tags: Mapping[int, str], user: User) -> dict[Term, str]:
    known = Term.objects.visible_to(user).in_bulk(list(tags))
    if len(known) != len(tags):
        raise ValueError("One of these tags is not in the vocabulary any more.")
    if not set(tags.values()) <= DECIDABLE:
        raise ValueError("A tag is accepted or rejected, nothing else.")
    return {known[term]: state for term, state in tags.items()}


def _claim(item: ReviewItem, user: User, **changes: object) -> None:
    """Change an open item that nobody else holds, and let go of it; else say who was faster."""
    mine = ReviewItem.objects.filter(available_to(user), pk=item.pk, state=ItemState.OPEN)
    if not mine.update(lease_holder=None, lease_until=None, **changes):
        item.refresh_from_db()
        raise Conflict(why_not(item, user))
    item.refresh_from_db()


def _skip(item: ReviewItem, user: User, wish: Wish) -> Decision:
    before = {"position": item.position}
    behind_all = int(timezone.now().timestamp() * 1000)
    _claim(item, user, position=behind_all)
    return _note(item, user, wish, before, {"position": behind_all})


def _about_rendition(item: ReviewItem, user: User, wish: Wish) -> Decision:
    """What a recipe made is taken as it is or withdrawn; its version and tags stay."""
    if wish.verdict == Verdict.FIX:
        raise ValueError("A rendition is approved or rejected: it is mended in the recipe.")
    if item.version.asset.deleted_at is not None:
        raise Conflict("This picture is in the bin.")
    before, after = decide_about(item, wish.verdict)
    return _note(item, user, wish, before, after)


def _carry_out(item: ReviewItem, user: User, wish: Wish) -> Decision:
    version = item.version
    if version.asset.deleted_at is not None:
        raise Conflict("This picture is in the bin.")
    terms = [term.pk for term in wish.tags]
    before = snapshot(version, terms)
    old_name = version.file_name
    _write_tags(version, user, wish.tags)
    if wish.file_name:
        rename_file(version=version, user=user, file_name=wish.file_name)
    rejected = wish.verdict == Verdict.REJECT
    state = Version.State.REJECTED if rejected else Version.State.APPROVED
    settle(version=version, state=state, reason=_why(wish), user=user)
    after = snapshot(version, terms)
    if wish.file_name:
        before, after = before | {"file_name": old_name}, after | {"file_name": wish.file_name}
    return _note(item, user, wish, before, after)


def _write_tags(version: Version, user: User, wanted: dict[Term, str]) -> None:
    """Write a person's word on each term, except where a person has said the same already."""
    if not wanted:
        return
    asset = Asset.objects.get(pk=version.asset_id)
    said = set(asset.tags.exclude(decided_by=None).values_list("term_id", "state"))
    for term, state in wanted.items():
        if (term.pk, str(state)) not in said:
            tagging.put(asset=asset, term=term, user=user, state=state)
    tags_decided.send(TagAssignment, asset=asset, user=user)


def _why(wish: Wish) -> str:
    """The version's reason: what its maker reads."""
    if wish.verdict == Verdict.REJECT:
        label = RejectReason(wish.reason).label
        return f"{label}: {wish.comment}" if wish.comment else str(label)
    return wish.comment or str(Verdict(wish.verdict).label)


def _note(item: ReviewItem, user: User, wish: Wish, before: dict, after: dict) -> Decision:
    return Decision.objects.create(
        item=item,
        reviewer=user,
        verdict=wish.verdict,
        reason=wish.reason,
        comment=wish.comment,
        before=before,
        after=after,
    )
