"""The queue: leases, order, and two reviewers who really race."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from dam.actions.library import bin_asset
from review import queue
from review.models import ReviewItem


def expire(item) -> None:
    past = timezone.now() - timedelta(seconds=1)
    ReviewItem.objects.filter(pk=item.pk).update(lease_until=past)


def test_items_come_in_order_of_priority_then_position(waiting, reviewer):
    plain, urgent, skipped = waiting(), waiting(), waiting()
    ReviewItem.objects.filter(pk=urgent.pk).update(priority=9)
    ReviewItem.objects.filter(pk=skipped.pk).update(position=5)
    fresh = waiting()
    assert queue.lease_next(reviewer, count=4) == [urgent, plain, fresh, skipped]


def test_a_lease_is_for_the_person_and_for_five_minutes(waiting, reviewer):
    waiting()
    (item,) = queue.lease_next(reviewer)
    assert item.lease_holder == reviewer
    left = item.lease_until - timezone.now()
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)


def test_two_reviewers_get_different_items(waiting, reviewer, second_reviewer):
    for _ in range(6):
        waiting()
    first = queue.lease_next(reviewer, count=3)
    second = queue.lease_next(second_reviewer, count=4)
    assert len(first) == 3
    assert len(second) == 3
    assert not {item.pk for item in first} & {item.pk for item in second}


def test_what_is_held_comes_back_to_its_holder(waiting, reviewer):
    for _ in range(5):
        waiting()
    assert queue.lease_next(reviewer, count=3) == queue.lease_next(reviewer, count=3)


def test_what_the_page_shows_already_is_not_handed_out_again(waiting, reviewer):
    made = [waiting() for _ in range(5)]
    shown = queue.lease_next(reviewer, count=3)
    more = queue.lease_next(reviewer, count=4, beside=[item.pk for item in shown])
    assert more == made[3:]


def test_a_lease_that_ran_out_is_free_for_others(waiting, reviewer, second_reviewer):
    item = waiting()
    queue.lease_next(reviewer)
    assert queue.lease_next(second_reviewer) == []
    expire(item)
    assert queue.lease_next(second_reviewer) == [item]


def test_only_the_brands_that_a_person_reviews_for(waiting, reviewer, outsider, other_brand):
    here, there = waiting(), waiting(brand=other_brand)
    assert queue.lease_next(reviewer) == [here]
    assert queue.lease_next(outsider) == [there]
    assert queue.remaining(reviewer) == 1


def test_an_admin_reviews_every_brand(waiting, admin_user, other_brand):
    waiting(), waiting(brand=other_brand)
    assert queue.remaining(admin_user) == 2


@pytest.mark.parametrize("role", ["viewer", "owner", "teammate"])
def test_who_reviews_nothing_is_refused(role, waiting, request):
    item = waiting()
    person = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        queue.lease_next(person)
    with pytest.raises(PermissionDenied):
        queue.take(item, person)
    assert queue.renew(person, [item.pk]) == set()
    assert queue.remaining(person) == 0


def test_a_reviewer_of_another_brand_cannot_take_an_item(waiting, outsider):
    item = waiting()
    with pytest.raises(PermissionDenied):
        queue.take(item, outsider)
    assert queue.renew(outsider, [item.pk]) == set()
    item.refresh_from_db()
    assert item.lease_holder is None


def test_a_particular_item_says_who_holds_it(waiting, reviewer, second_reviewer):
    item = waiting()
    assert queue.take(item, reviewer).mine
    refused = queue.take(item, second_reviewer)
    assert not refused.mine
    assert "reviewer is looking at this one" in refused.refusal
    assert refused.item.lease_holder == reviewer


def test_renewing_holds_on_and_says_what_was_lost(waiting, reviewer, second_reviewer):
    kept, lost = waiting(), waiting()
    queue.lease_next(reviewer)
    expire(kept)
    expire(lost)
    queue.take(lost, second_reviewer)
    assert queue.renew(reviewer, [kept.pk, lost.pk]) == {kept.pk}
    kept.refresh_from_db()
    assert kept.lease_until > timezone.now()


def test_releasing_frees_only_what_is_ones_own(waiting, reviewer, second_reviewer):
    item = waiting()
    queue.take(item, reviewer)
    assert queue.release(second_reviewer, [item.pk]) == 0
    assert queue.release(reviewer, [item.pk]) == 1
    assert queue.lease_next(second_reviewer) == [item]


def test_nobody_can_hold_the_whole_queue(waiting, reviewer, second_reviewer):
    for _ in range(queue.MOST_AT_ONCE + 2):
        waiting()
    held = queue.lease_next(reviewer, count=1000)
    assert len(held) == queue.MOST_AT_ONCE
    assert queue.lease_next(reviewer, beside=[item.pk for item in held]) == []
    assert len(queue.lease_next(second_reviewer)) == 2


def test_what_is_in_the_bin_does_not_wait(waiting, reviewer):
    item = waiting()
    bin_asset(asset=item.version.asset, user=reviewer)
    assert queue.lease_next(reviewer) == []
    assert queue.remaining(reviewer) == 0
    item = ReviewItem.objects.get(pk=item.pk)
    assert queue.take(item, reviewer).refusal == "This picture is in the bin."


@pytest.mark.django_db(transaction=True)
def test_racing_reviewers_never_lease_the_same_item(waiting, person):
    for _ in range(24):
        waiting()
    people = [person(f"racer{n}", "reviewer") for n in range(4)]
    start = Barrier(len(people))

    def work(user) -> list[int]:
        try:
            start.wait(timeout=10)
            taken: list[int] = []
            for _ in range(5):
                taken += [i.pk for i in queue.lease_next(user, count=2, beside=taken)]
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        hands = list(pool.map(work, people))
    everything = [pk for hand in hands for pk in hand]
    assert len(everything) == len(set(everything))
    assert len(everything) >= 20
    for user, hand in zip(people, hands, strict=True):
        assert set(ReviewItem.objects.held_by(user).values_list("pk", flat=True)) == set(hand)
