"""Renditions that recipes made: doubted, decided about, and right again by a later one.

A version's own state is not touched: whatever becomes of a rendition, the picture stays approved.
"""

from __future__ import annotations

from dam.actions.common import Conflict
from dam.models import Asset, Rendition
from processing.models import Provenance
from review.actions.routing import asked_about
from review.making import doubts_about
from review.models import Decision, ReviewItem

Standing = Rendition.Standing
DECIDED = {Standing.ACCEPTED, Standing.WITHDRAWN}
GONE = "This rendition is gone: it was made anew, or deleted."


def judge(*, rendition: Rendition) -> ReviewItem | None:
    """Bring what is asked about a rendition in step with its checks; called as it is kept.

    What a person decided about the very same work stands. Call it in a transaction.
    """
    if rendition.standing in DECIDED:
        return None
    version = rendition.version
    Asset.objects.select_for_update().get(pk=version.asset_id)
    doubts = doubts_about(Provenance.objects.get(rendition=rendition))
    standing = Standing.DOUBTED if doubts else Standing.GOOD
    Rendition.objects.filter(pk=rendition.pk).update(standing=standing)
    rendition.standing = standing
    about = ReviewItem.objects.filter(version__asset=version.asset_id, purpose=rendition.purpose)
    earlier = about.filter(state=ReviewItem.State.OPEN)
    if doubts:
        earlier = earlier.exclude(version=version)
    why = "A later one is asked about." if doubts else "A later rendition passed every check."
    earlier.update(
        state=ReviewItem.State.CLOSED, why_closed=why, lease_holder=None, lease_until=None
    )
    return asked_about(version, doubts, rendition.purpose) if doubts else None


def decide_about(item: ReviewItem, verdict: str) -> tuple[dict, dict]:
    """Accept or withdraw the rendition of an item; returns what was and what is, for the undo.

    Raises Conflict where it is gone.
    """
    row = _there(item)
    rejected = verdict == Decision.Verdict.REJECT
    standing = Standing.WITHDRAWN if rejected else Standing.ACCEPTED
    Rendition.objects.filter(pk=row.pk).update(standing=standing)
    return _told(row, row.standing), _told(row, standing)


def undecide(decision: Decision) -> None:
    """Bring a rendition back to what it was before a decision.

    Raises Conflict where it is gone, or no longer as the decision left it.
    """
    row = _there(decision.item)
    if row.pk != decision.after["rendition"]:
        raise Conflict(GONE)
    left = Rendition.objects.filter(pk=row.pk, standing=decision.after["standing"])
    if not left.update(standing=decision.before["standing"]):
        raise Conflict("Somebody has decided about this rendition since.")


def _told(row: Rendition, standing: str) -> dict:
    return {"rendition": row.pk, "standing": str(standing)}


def _there(item: ReviewItem) -> Rendition:
    rows = Rendition.objects.filter(version=item.version_id, purpose=item.purpose)
    row = rows.select_for_update(of=("self",)).order_by("-pk").first()
    if row is None:
        raise Conflict(GONE)
    return row
