"""Taking decisions back: exactly, by whom it may be, and never over something newer."""

import pytest
from django.core.exceptions import PermissionDenied

from dam.actions import tags as tagging
from dam.actions.common import Conflict
from dam.actions.library import bin_asset
from dam.actions.versions import restore
from dam.models import Asset, Term
from review import queue
from review.actions import decide, undo
from review.models import Decision, ReviewItem


def picture_of(item) -> dict:
    """Everything that a decision may change."""
    asset = Asset.objects.get(pk=item.version.asset_id)
    version = asset.versions.get(pk=item.version_id)
    return {
        "item": ReviewItem.objects.values("state", "position", "priority").get(pk=item.pk),
        "version": (version.state, version.state_reason),
        "shown": asset.current_version_id,
        "tags": list(
            asset.tags.order_by("term_id").values(
                "term_id", "state", "source", "model", "raw_score", "confidence", "decided_by_id"
            )
        ),
        "decided_at": list(asset.tags.order_by("term_id").values_list("decided_at", flat=True)),
    }


@pytest.mark.parametrize("verdict", ["approve", "reject", "skip", "fix"])
def test_everything_is_as_it_was(verdict, waiting, reviewer, term_id):
    item = waiting(suggest={"linen": 0.62, "cotton": 0.5})
    tagging.decide(
        asset=item.version.asset, term=Term.objects.get(name="cotton"), user=reviewer,
        state="accepted",
    )  # fmt: skip
    before = picture_of(item)
    tags = {term_id("linen"): "accepted", term_id("cotton"): "rejected"}
    decision = decide(
        item=item, user=reviewer, verdict=verdict, reason="quality", tags=tags, add_tags=["sea"]
    )
    assert picture_of(item) != before
    taken_back = undo(decision=decision, user=reviewer)
    assert picture_of(item) == before
    assert (taken_back.verdict, taken_back.undoes) == ("undo", decision)
    assert Decision.objects.count() == 2


def test_the_item_comes_back_to_who_took_it_back(waiting, reviewer, second_reviewer):
    item, _ = waiting(), waiting()
    undo(decision=decide(item=item, user=reviewer, verdict="approve"), user=reviewer)
    assert item not in queue.lease_next(second_reviewer)
    assert queue.lease_next(reviewer)[0] == item


def test_the_version_that_was_shown_is_shown_again(reviewer, asset_factory):
    asset = asset_factory()
    shown = asset.current_version
    newer = asset.versions.create(
        number=2, blob=shown.blob, file_name="b.jpg", state="in_review", created_by=asset.owner
    )
    item = ReviewItem.objects.create(version=newer)
    decision = decide(item=item, user=reviewer, verdict="approve")
    undo(decision=decision, user=reviewer)
    assert Asset.objects.get(pk=asset.pk).current_version == shown


def test_decide_undo_decide(waiting, reviewer):
    item = waiting()
    for _ in range(3):
        decision = decide(item=item, user=reviewer, verdict="approve")
        undo(decision=decision, user=reviewer)
    decide(item=item, user=reviewer, verdict="reject", reason="rights")
    item.version.refresh_from_db()
    assert item.version.state == "rejected"
    assert item.decisions.count() == 7


def test_an_admin_takes_back_anybodys(waiting, reviewer, admin_user):
    decision = decide(item=waiting(), user=reviewer, verdict="approve")
    assert undo(decision=decision, user=admin_user).reviewer == admin_user


@pytest.mark.parametrize("role", ["viewer", "owner", "teammate", "outsider", "second_reviewer"])
def test_others_are_refused(role, waiting, reviewer, request):
    item = waiting()
    decision = decide(item=item, user=reviewer, verdict="approve")
    with pytest.raises(PermissionDenied):
        undo(decision=decision, user=request.getfixturevalue(role))
    item.refresh_from_db()
    assert item.state == "decided"


def test_twice_is_refused(waiting, reviewer):
    decision = decide(item=waiting(), user=reviewer, verdict="approve")
    again = undo(decision=decision, user=reviewer)
    with pytest.raises(Conflict, match="taken this back already"):
        undo(decision=decision, user=reviewer)
    with pytest.raises(Conflict, match="decide again"):
        undo(decision=again, user=reviewer)


def test_a_newer_decision_stands_in_the_way(waiting, reviewer, second_reviewer):
    item = waiting()
    skipped = decide(item=item, user=reviewer, verdict="skip")
    decide(item=item, user=second_reviewer, verdict="approve")
    with pytest.raises(Conflict, match="second_reviewer has decided this picture since: approved"):
        undo(decision=skipped, user=reviewer)


def test_a_newer_version_stands_in_the_way(waiting, reviewer):
    item = waiting()
    decision = decide(item=item, user=reviewer, verdict="reject", reason="quality")
    restore(version=item.version, user=reviewer)
    with pytest.raises(Conflict, match="newer version, v2"):
        undo(decision=decision, user=reviewer)


def test_a_tag_changed_since_stands_in_the_way(waiting, reviewer, second_reviewer, term_id):
    item = waiting(suggest={"linen": 0.6})
    decision = decide(
        item=item, user=reviewer, verdict="approve", tags={term_id("linen"): "accepted"}
    )
    term = Term.objects.get(name="linen")
    tagging.decide(asset=item.version.asset, term=term, user=second_reviewer, state="rejected")
    with pytest.raises(Conflict, match="changed the tag “linen”"):
        undo(decision=decision, user=reviewer)
    item.refresh_from_db()
    item.version.refresh_from_db()
    assert (item.state, item.version.state) == ("decided", "approved")


def test_what_is_in_the_bin_stays_as_it_is(waiting, reviewer):
    item = waiting()
    decision = decide(item=item, user=reviewer, verdict="approve")
    bin_asset(asset=item.version.asset, user=reviewer)
    with pytest.raises(Conflict, match="in the bin"):
        undo(decision=Decision.objects.get(pk=decision.pk), user=reviewer)


def test_a_skip_is_not_taken_back_from_under_somebody(waiting, reviewer, second_reviewer):
    item = waiting()
    skipped = decide(item=item, user=reviewer, verdict="skip")
    queue.take(item, second_reviewer)
    with pytest.raises(Conflict, match="second_reviewer is looking"):
        undo(decision=skipped, user=reviewer)
