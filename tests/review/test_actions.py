"""Decisions: what each verdict does, who may, and that there is only one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.utils import ProgrammingError

from dam.actions.common import Conflict
from dam.actions.library import bin_asset
from dam.models import Asset, TagAssignment, Term
from review import queue
from review.actions import decide
from review.models import Decision, ReviewItem


def test_approving_settles_the_version_and_the_item(waiting, reviewer):
    item = waiting()
    decision = decide(item=item, user=reviewer, verdict="approve", comment="Good light")
    item.refresh_from_db()
    version = item.version
    version.refresh_from_db()
    assert (version.state, version.state_by, version.state_reason) == (
        "approved",
        reviewer,
        "Good light",
    )
    assert item.state == "decided"
    assert item.lease_holder is None
    assert (decision.before["state"], decision.after["state"]) == ("in_review", "approved")


def test_approving_accepts_the_ticked_and_rejects_the_unticked(
    waiting, reviewer, tag_state, term_id
):
    item = waiting(suggest={"linen": 0.62, "cotton": 0.5, "wool": 0.4})
    tags = {term_id("linen"): "accepted", term_id("cotton"): "rejected"}
    decide(item=item, user=reviewer, verdict="approve", tags=tags)
    assert tag_state(item, "linen") == "accepted"
    assert tag_state(item, "cotton") == "rejected"
    assert tag_state(item, "wool") == "suggested"  # not named: nobody looked at it
    linen = item.version.asset.tags.get(term__name="linen")
    assert (linen.decided_by, linen.source, linen.confidence) == (reviewer, "model", 0.62)


def test_fixing_adds_tags_by_name_and_synonym(waiting, reviewer, tag_state):
    Term.objects.create(facet="object", name="sofa", synonyms=["couch"])
    item = waiting()
    decision = decide(item=item, user=reviewer, verdict="fix", add_tags=["Couch", " new  word "])
    assert tag_state(item, "sofa") == "accepted"
    assert tag_state(item, "new word") == "accepted"
    assert decision.verdict == "fix"
    assert Term.objects.get(name="new word").facet == "keyword"


def test_a_persons_word_is_not_written_twice(waiting, reviewer, second_reviewer, term_id):
    item = waiting(suggest={"linen": 0.6})
    first = TagAssignment.objects.get(term__name="linen")
    first.state, first.decided_by = "accepted", second_reviewer
    first.save()
    decide(item=item, user=reviewer, verdict="approve", tags={term_id("linen"): "accepted"})
    first.refresh_from_db()
    assert first.decided_by == second_reviewer


def test_rejecting_keeps_the_reason_for_the_maker(waiting, reviewer, tag_state, term_id):
    item = waiting(suggest={"linen": 0.6})
    decide(
        item=item,
        user=reviewer,
        verdict="reject",
        reason="quality",
        comment="The hand is out of focus",
        tags={term_id("linen"): "accepted"},
    )
    version = item.version
    version.refresh_from_db()
    assert version.state == "rejected"
    assert version.state_reason == "Poor technical quality: The hand is out of focus"
    assert tag_state(item, "linen") == "suggested"


def test_skipping_puts_it_behind_all_others(waiting, reviewer, second_reviewer):
    first, second = waiting(), waiting()
    queue.lease_next(reviewer)
    decide(item=first, user=reviewer, verdict="skip")
    first.refresh_from_db()
    assert first.state == "open"
    assert first.lease_holder is None
    assert queue.lease_next(reviewer) == [second, first]


def test_approving_shows_a_newer_version(waiting, reviewer, asset_factory):
    asset = asset_factory()
    shown = asset.current_version
    newer = asset.versions.create(
        number=2, blob=shown.blob, file_name="b.jpg", state="in_review", created_by=asset.owner
    )
    item = ReviewItem.objects.create(version=newer)
    decide(item=item, user=reviewer, verdict="approve")
    assert Asset.objects.get(pk=asset.pk).current_version == newer


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"verdict": "reject"}, "needs one of the reasons"),
        ({"verdict": "reject", "reason": "mood"}, "needs one of the reasons"),
        ({"verdict": "reject", "reason": "other"}, "Say in a comment"),
        ({"verdict": "fix"}, "Nothing was changed"),
        ({"verdict": "undo"}, "nothing else"),
        ({"verdict": "approve", "tags": {99999: "accepted"}}, "not in the vocabulary"),
        ({"verdict": "approve", "add_tags": [" "]}, "a word or two"),
        ({"verdict": "approve", "comment": "x" * 1001}, "up to 1,000 characters"),
    ],
)
def test_a_wish_without_sense_is_refused_in_words(wish, word, waiting, reviewer):
    item = waiting()
    with pytest.raises(ValueError, match=word):
        decide(item=item, user=reviewer, **wish)
    item.refresh_from_db()
    assert item.state == "open"
    assert not Decision.objects.exists()


def test_a_tag_state_that_nobody_knows_is_refused(waiting, reviewer, term_id):
    item = waiting(suggest={"linen": 0.6})
    with pytest.raises(ValueError, match="accepted or rejected"):
        decide(item=item, user=reviewer, verdict="fix", tags={term_id("linen"): "maybe"})


@pytest.mark.parametrize("role", ["viewer", "owner", "teammate", "outsider"])
@pytest.mark.parametrize("verdict", ["approve", "fix", "reject", "skip"])
def test_others_are_refused(role, verdict, waiting, request):
    item = waiting()
    user = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        decide(item=item, user=user, verdict=verdict, reason="quality", add_tags=["word"])
    item.refresh_from_db()
    item.version.refresh_from_db()
    assert (item.state, item.version.state) == ("open", "in_review")
    assert not Term.objects.filter(name="word").exists()


def test_what_somebody_else_looks_at_is_theirs(waiting, reviewer, second_reviewer):
    item = waiting()
    queue.take(item, second_reviewer)
    with pytest.raises(Conflict, match="second_reviewer is looking at this one"):
        decide(item=item, user=reviewer, verdict="approve")


def test_the_slower_one_is_told_who_was_faster(waiting, reviewer, second_reviewer):
    item = waiting()
    decide(item=item, user=second_reviewer, verdict="reject", reason="rights")
    with pytest.raises(Conflict, match="second_reviewer has decided this one already: rejected"):
        decide(item=ReviewItem.objects.get(pk=item.pk), user=reviewer, verdict="approve")
    item.version.refresh_from_db()
    assert item.version.state == "rejected"


def test_what_went_to_the_bin_is_not_decided(waiting, reviewer):
    item = waiting()
    bin_asset(asset=item.version.asset, user=reviewer)
    item = ReviewItem.objects.get(pk=item.pk)
    with pytest.raises(Conflict, match="in the bin"):
        decide(item=item, user=reviewer, verdict="approve")
    item.refresh_from_db()
    assert item.state == "open"


def test_the_database_refuses_to_change_a_decision(waiting, reviewer):
    decision = decide(item=waiting(), user=reviewer, verdict="approve")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"):
        Decision.objects.filter(pk=decision.pk).update(comment="I never said that")


@pytest.mark.django_db(transaction=True)
def test_racing_reviewers_never_both_decide(waiting, person):
    people = [person(f"racer{n}", "reviewer") for n in range(4)]
    for _ in range(6):
        item = waiting()
        start = Barrier(len(people))

        def work(user, pk=item.pk, start=start) -> str:
            try:
                mine = ReviewItem.objects.select_related("version__asset").get(pk=pk)
                start.wait(timeout=10)
                decide(item=mine, user=user, verdict="reject", reason="quality")
                return "decided"
            except Conflict as conflict:
                return str(conflict)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(work, people))
        winner = item.decisions.get().reviewer
        assert answers.count("decided") == 1
        others = [answer for answer in answers if answer != "decided"]
        assert set(others) == {f"{winner} has decided this one already: rejected."}
