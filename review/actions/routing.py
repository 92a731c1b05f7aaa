"""What the machine decides by itself: whether a version passes or a person is asked.

May be run any number of times: it brings the one open item of a version in step with what is
doubtful now, and never touches what a person decided.
"""

from collections.abc import Sequence

from django.db import transaction

from dam.actions.versions import settle
from dam.formats import SHOWN
from dam.models import Asset, Version
from review.doubts import Doubt
from review.models import Decision, Finding, ReviewItem
from review.policy import FORGIVEN, Said, doubts_of, said_of

State = Version.State
# Nothing is asked about these: a newer version took over, or the file could not be read.
OVER = {State.SUPERSEDED, State.REFUSED}
MOST_SENTENCES = 3


def route(*, version: Version) -> ReviewItem | None:
    """Send a version to the review queue or let it pass; return its open item, if it has one."""
    with transaction.atomic():
        Asset.objects.select_for_update().get(pk=version.asset_id)
        version = Version.objects.select_related("asset__brand").get(pk=version.pk)
        if version.state in OVER or decided_by_person(version):
            return None
        doubts = list(doubts_of(version))
        if version.state == State.APPROVED and not _about_picture(doubts):
            # What was let pass stays in the library when only tagger or pattern changed their mind.
            return None
        if doubts:
            return _ask(version, doubts)
        return _let_pass(version)


def decided_by_person(version: Version) -> bool:
    """Whether a person has had the last word on a version."""
    return version.settled and version.state_by_id is not None


def _about_picture(doubts: Sequence[Doubt]) -> bool:
    return any(doubt.code not in FORGIVEN for doubt in doubts)


def _ask(version: Version, doubts: Sequence[Doubt]) -> ReviewItem:
    item = asked_about(version, doubts)
    settle(version=version, state=State.IN_REVIEW, reason=asked(doubts))
    return item


def asked_about(version: Version, doubts: Sequence[Doubt], purpose: str = "") -> ReviewItem:
    """The one open item about a version, or about a rendition of it, with these doubts."""
    item, _ = ReviewItem.objects.get_or_create(
        version=version, purpose=purpose, state=ReviewItem.State.OPEN
    )
    item.findings.exclude(code__in=[doubt.code for doubt in doubts]).delete()
    for doubt in doubts:
        Finding.objects.update_or_create(
            item=item,
            code=doubt.code,
            defaults={
                "sentence": doubt.sentence[:400],
                "measured": doubt.measured,
                "threshold": doubt.threshold,
                "confidence": doubt.confidence,
            },
        )
    return item


def _let_pass(version: Version) -> ReviewItem | None:
    """Approve a version that nothing speaks against, unless a person wants to see it again."""
    about = ReviewItem.objects.filter(version=version, purpose="")
    item = about.filter(state=ReviewItem.State.OPEN).first()
    if item is not None and item.decisions.exclude(verdict=Decision.Verdict.SKIP).exists():
        return item
    settle(version=version, state=State.APPROVED, reason=_passed(version))
    return None


def _passed(version: Version) -> str:
    if version.kind not in SHOWN:
        return f"Kept as it is: nothing is judged about a file of the type “{version.media.label}”."
    return passed(said_of(version))


def asked(doubts: Sequence[Doubt]) -> str:
    """Why a person is asked, as the version's reason."""
    sentences = " ".join(doubt.sentence for doubt in doubts[:MOST_SENTENCES])
    more = len(doubts) - MOST_SENTENCES
    return f"A person is asked. {sentences}" + (f" And {more} more." if more > 0 else "")


def passed(said: Said) -> str:
    """Why nobody was asked, as the version's reason."""
    if said.by_person:
        return "Passed every check; its tags are people's."
    if said.surest is None:
        return "Passed every check; no tag could be suggested."
    return f"Passed every check; the surest tag is “{said.surest}” at {said.confidence:.2f}."
