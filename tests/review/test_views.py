"""The pages and what they answer: to the page's script, to a plain form, to the wrong people."""

import pytest
from django.urls import reverse

from review import queue
from review.actions import decide
from review.models import Decision, ReviewItem

JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def test_the_page_begins_with_what_is_next_and_holds_it(as_, waiting, reviewer):
    item = waiting(suggest={"linen": 0.62, "wool": 0.41}, title="Summer dress")
    html = as_(reviewer).get(reverse("review")).content.decode()
    assert "Summer dress" in html
    assert "It is blurred: sharpness 0.04" in html
    assert 'data-digit="1"' in html
    assert "0.62" in html
    item.refresh_from_db()
    assert item.lease_holder == reviewer


def test_likely_suggestions_are_ticked_and_unlikely_ones_are_not(as_, waiting, reviewer, term_id):
    waiting(suggest={"linen": 0.62, "wool": 0.41})
    html = as_(reviewer).get(reverse("review")).content.decode()
    assert f'value="{term_id("linen")}" checked' in html
    assert f'name="accept" value="{term_id("wool")}" data-digit' in html


def test_an_empty_queue_says_what_to_do_next(as_, reviewer):
    html = as_(reviewer).get(reverse("review")).content.decode()
    assert "Nothing waits for you" in html
    assert reverse("library") in html


PAGES = ["review", "review_bulk", "decisions"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["viewer", "owner", "teammate"])
def test_who_reviews_nothing_is_not_let_in(page, role, as_, waiting, request):
    waiting()
    assert as_(request.getfixturevalue(role)).get(reverse(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_sign_in(page, client, db):
    assert client.get(reverse(page)).status_code == 302


def test_other_brands_are_not_there(as_, waiting, outsider, reviewer):
    item = waiting()
    made = decide(item=waiting(), user=reviewer, verdict="approve")
    client = as_(outsider)
    assert client.get(reverse("review_item", args=[item.pk])).status_code == 404
    decided = client.post(reverse("review_decide", args=[item.pk]), {"verdict": "approve"})
    assert decided.status_code == 404
    assert client.post(reverse("review_undo", args=[made.pk])).status_code == 404
    beat = client.post(reverse("review_heartbeat"), {"have": [item.pk]}, **JSON).json()
    assert beat == {"lost": {}, "remaining": 0}
    client.post(reverse("review_bulk_decide"), {"item": [item.pk], "verdict": "approve"})
    client.post(reverse("review_bulk_undo"), {"decision": [made.pk]})
    item.refresh_from_db()
    assert item.state == "open"
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("role", ["viewer", "owner", "teammate"])
def test_others_cannot_decide_by_post(role, as_, waiting, request):
    item = waiting()
    client = as_(request.getfixturevalue(role))
    answer = client.post(reverse("review_decide", args=[item.pk]), {"verdict": "approve"}, **JSON)
    assert answer.status_code == 404
    assert client.post(reverse("review_lease"), **JSON).status_code == 403
    assert client.post(reverse("review_bulk_decide"), {"item": [item.pk]}).status_code == 403
    item.refresh_from_db()
    assert item.state == "open"


def test_deciding_answers_with_the_decision_and_what_is_left(as_, waiting, reviewer, tag_state):
    item, _ = waiting(suggest={"linen": 0.6, "wool": 0.4}), waiting()
    linen, wool = item.version.asset.tags.order_by("-confidence").values_list("term_id", flat=True)
    answer = as_(reviewer).post(
        reverse("review_decide", args=[item.pk]),
        {"verdict": "fix", "offered": [linen, wool], "accept": [linen], "add": ["sea"]},
        **JSON,
    )
    assert answer.json() == {"decision": Decision.objects.get().pk, "remaining": 1}
    assert [tag_state(item, name) for name in ("linen", "wool", "sea")] == [
        "accepted",
        "rejected",
        "accepted",
    ]


def test_an_accepted_tag_can_be_dropped(as_, waiting, reviewer, tag_state, term_id):
    item = waiting(suggest={"linen": 0.9})
    item.version.asset.tags.update(state="accepted")
    url = reverse("review_decide", args=[item.pk])
    as_(reviewer).post(url, {"verdict": "fix", "drop": [term_id("linen")]}, **JSON)
    assert tag_state(item, "linen") == "rejected"


def test_a_rejections_button_is_verdict_and_reason_in_one(as_, waiting, reviewer):
    item = waiting()
    url = reverse("review_decide", args=[item.pk])
    assert as_(reviewer).post(url, {"reject": "rights"}).status_code == 302
    assert Decision.objects.get().reason == "rights"


def test_a_wish_without_sense_answers_in_words(as_, waiting, reviewer):
    item = waiting()
    url = reverse("review_decide", args=[item.pk])
    client = as_(reviewer)
    answer = client.post(url, {"reject": "other"}, **JSON)
    assert answer.status_code == 400
    assert answer.json() == {"detail": "Say in a comment what the reason is."}
    answer = client.post(url, {"verdict": "fix", "offered": ["x"]}, **JSON)
    assert answer.status_code == 400
    plain = client.post(url, {"verdict": "fix"}, follow=True)
    assert "Nothing was changed" in plain.content.decode()


def test_the_slower_one_gets_a_conflict_that_names_the_faster(
    as_, waiting, reviewer, second_reviewer
):
    item = waiting()
    decide(item=item, user=second_reviewer, verdict="approve")
    url = reverse("review_decide", args=[item.pk])
    answer = as_(reviewer).post(url, {"verdict": "approve"}, **JSON)
    assert answer.status_code == 409
    assert "second_reviewer has decided this one already" in answer.json()["detail"]


def test_the_script_gets_the_next_sheets(as_, waiting, reviewer):
    first, *others = [waiting() for _ in range(5)]
    client = as_(reviewer)
    client.get(reverse("review"))
    answer = client.post(reverse("review_lease"), {"have": [first.pk]}, **JSON).json()
    assert len(answer["sheets"]) == 3
    assert answer["remaining"] == 5
    for item, html in zip(others, answer["sheets"], strict=False):
        assert f'data-item="{item.pk}"' in html
    assert client.post(reverse("review_lease"), {"have": ["x"]}, **JSON).status_code == 400


def test_a_heartbeat_says_what_was_lost_to_whom(as_, waiting, reviewer, second_reviewer):
    mine, theirs = waiting(), waiting()
    queue.take(theirs, second_reviewer)
    answer = as_(reviewer).post(reverse("review_heartbeat"), {"have": [mine.pk, theirs.pk]}, **JSON)
    lost = answer.json()["lost"]
    assert list(lost) == [str(theirs.pk)]
    assert "second_reviewer is looking" in lost[str(theirs.pk)]


def test_what_looks_like_a_number_and_is_none_is_refused_in_words(as_, reviewer):
    answer = as_(reviewer).post(reverse("review_heartbeat"), {"have": ["²"]}, **JSON)
    assert answer.status_code == 400
    assert "reload the page" in answer.json()["detail"]


def test_leaving_lets_go(as_, waiting, reviewer, second_reviewer):
    item = waiting()
    client = as_(reviewer)
    client.get(reverse("review"))
    assert client.post(reverse("review_release"), {"have": [item.pk]}).status_code == 204
    assert queue.lease_next(second_reviewer) == [item]


def test_somebody_elses_picture_can_be_looked_at_but_says_so(
    as_, waiting, reviewer, second_reviewer
):
    item = waiting()
    queue.take(item, second_reviewer)
    html = as_(reviewer).get(reverse("review_item", args=[item.pk])).content.decode()
    assert "second_reviewer is looking at this one" in html


def test_undo_gives_the_sheet_back(as_, waiting, reviewer):
    item = waiting()
    made = decide(item=item, user=reviewer, verdict="approve")
    answer = as_(reviewer).post(reverse("review_undo", args=[made.pk]), **JSON).json()
    assert f'data-item="{item.pk}"' in answer["html"]
    assert 'data-state="open"' in answer["html"]
    assert answer["remaining"] == 1


def test_undo_from_the_history_goes_back_there(as_, waiting, reviewer):
    made = decide(item=waiting(), user=reviewer, verdict="approve")
    answer = as_(reviewer).post(reverse("review_undo", args=[made.pk]), {"next": "history"})
    assert answer.url == reverse("decisions")


def test_the_rail_counts_what_waits(as_, waiting, reviewer):
    client = as_(reviewer)
    assert client.get(reverse("review_count")).content == b""
    waiting(), waiting()
    assert client.get(reverse("review_count")).content == b"2"


def test_many_at_once_leaves_the_exceptions_alone(as_, waiting, reviewer, second_reviewer):
    items = [waiting(title=f"Dress {n}") for n in range(4)]
    queue.take(items[1], second_reviewer)
    client = as_(reviewer)
    html = client.get(reverse("review_bulk") + "?group=blurred").content.decode()
    assert all(f"Dress {n}" in html for n in range(4))
    ticked = [item.pk for item in items[:3]]
    fields = {"item": ticked, "verdict": "approve", "group": "blurred"}
    page = client.post(reverse("review_bulk_decide"), fields, follow=True).content.decode()
    assert "2 pictures approved." in page
    assert "Dress 1: second_reviewer is looking at this one" in page
    states = [ReviewItem.objects.get(pk=item.pk).state for item in items]
    assert states == ["decided", "open", "decided", "open"]


def test_many_at_once_are_taken_back_together(as_, waiting, reviewer):
    items = [waiting() for _ in range(3)]
    client = as_(reviewer)
    url = reverse("review_bulk_decide")
    client.post(url, {"item": [item.pk for item in items], "reject": "quality"})
    made = list(Decision.objects.values_list("pk", flat=True))
    client.post(reverse("review_bulk_undo"), {"decision": made})
    assert ReviewItem.objects.filter(state="open", lease_holder=None).count() == 3


def test_nothing_ticked_is_said(as_, waiting, reviewer):
    waiting()
    page = as_(reviewer).post(reverse("review_bulk_decide"), {"verdict": "approve"}, follow=True)
    assert "Tick the pictures" in page.content.decode()


def test_the_history_says_who_what_when_why(as_, waiting, reviewer, second_reviewer, term_id):
    item = waiting(title="Blue coat", suggest={"linen": 0.6, "wool": 0.5})
    tags = {term_id("linen"): "accepted", term_id("wool"): "rejected"}
    decide(item=item, user=reviewer, verdict="approve", tags=tags, comment="Lovely")
    decide(item=waiting(), user=second_reviewer, verdict="reject", reason="rights")
    client = as_(reviewer)
    html = client.get(reverse("decisions")).content.decode()
    for words in ("Blue coat", "“Lovely”", "+ linen", "<del>wool</del>", "Rights are unclear"):
        assert words in html
    assert html.count(">Undo<") == 1  # one's own
    narrowed = client.get(reverse("decisions"), {"verdict": "reject"}).content.decode()
    assert "Blue coat" not in narrowed
    narrowed = client.get(reverse("decisions"), {"reviewer": reviewer.pk}).content.decode()
    assert "Rights are unclear" not in narrowed


def test_the_history_has_pages_by_cursor(as_, waiting, reviewer, monkeypatch):
    from review import history

    monkeypatch.setattr(history, "PAGE", 2)
    made = [decide(item=waiting(title=f"D{n}"), user=reviewer, verdict="approve") for n in range(5)]
    first = history.page(user=reviewer)
    assert [row.pk for row in first.decisions] == [made[4].pk, made[3].pk]
    rest = history.page(user=reviewer, before=first.next_before)
    assert [row.pk for row in rest.decisions] == [made[2].pk, made[1].pk]
    assert history.page(user=reviewer, before=rest.next_before).next_before is None


def test_an_assets_decisions_are_for_its_owner_and_reviewers(as_, waiting, reviewer, owner, viewer):
    item = waiting()
    decide(item=item, user=reviewer, verdict="approve", comment="Good light")
    url = reverse("asset_decisions", args=[item.version.asset_id])
    assert "Good light" in as_(owner).get(url).content.decode()
    assert "Good light" not in as_(viewer).get(url).content.decode()


def test_queries_do_not_grow_with_the_queue(as_, waiting, reviewer, django_assert_max_num_queries):
    for n in range(12):
        waiting(suggest={f"word{n}": 0.6})
    client = as_(reviewer)
    with django_assert_max_num_queries(25):
        client.get(reverse("review_bulk"))
