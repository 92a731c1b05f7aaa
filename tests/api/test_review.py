"""Review by API: taken, decided, undone; and nobody decides what is not theirs to decide."""

import pytest

from dam.models import Version
from review.models import Decision, Finding, ReviewItem
from tests.api.conftest import is_problem


@pytest.fixture
def waiting(asset_factory):
    def make(title="Waiting"):
        asset = asset_factory(title, state="in_review")
        item = ReviewItem.objects.create(version=asset.current_version)
        Finding.objects.create(item=item, code="blurred", sentence="It is blurred.")
        return item

    return make


@pytest.mark.parametrize("role", ["viewer", "owner", "outsider"])
def test_who_does_not_review_here_sees_and_decides_nothing(request, program, waiting, role):
    item = waiting()
    asking = program(request.getfixturevalue(role))
    outsider = role == "outsider"
    listed = asking.get("review/items/")
    if outsider:
        assert listed.json()["results"] == []
    else:
        is_problem(listed, 403)
    gone = 404 if outsider else 403
    is_problem(asking.get(f"review/items/{item.pk}"), gone)
    is_problem(asking.post(f"review/items/{item.pk}/decide", {"verdict": "approve"}), gone)
    is_problem(asking.post(f"review/items/{item.pk}/lease"), gone)
    bulk = asking.post("review/decisions/", {"items": [item.pk], "verdict": "approve"})
    if outsider:
        assert bulk.json()["results"][0]["status"] == 404
    else:
        is_problem(bulk, 403)
    assert not Decision.objects.exists()


def test_take_decide_and_undo(program, waiting, reviewer, second_reviewer):
    item = waiting()
    mine, theirs = program(reviewer), program(second_reviewer)
    taken = mine.post("review/lease", {"count": 3}).json()
    assert ([one["id"] for one in taken["results"]], taken["remaining"]) == ([item.pk], 1)
    assert taken["results"][0]["findings"][0]["sentence"] == "It is blurred."
    assert taken["results"][0]["lease"]["holder"]["id"] == reviewer.pk
    refusal = is_problem(theirs.post(f"review/items/{item.pk}/lease"), 409)
    assert "reviewer" in refusal["detail"]
    is_problem(theirs.post(f"review/items/{item.pk}/decide", {"verdict": "approve"}), 409)
    made = mine.post(
        f"review/items/{item.pk}/decide", {"verdict": "fix", "add_tags": ["sea"]}
    ).json()
    assert Version.objects.get().state == "approved"
    assert item.version.asset.tags.get().term.name == "sea"
    listed = theirs.get("review/decisions/?verdict=fix").json()["results"]
    assert [one["id"] for one in listed] == [made["id"]]
    is_problem(theirs.post(f"review/decisions/{made['id']}/undo"), 403)
    undone = mine.post(f"review/decisions/{made['id']}/undo")
    assert (undone.status_code, undone.json()["undoes"]) == (201, made["id"])
    assert Version.objects.get().state == "in_review"
    is_problem(mine.post(f"review/decisions/{made['id']}/undo"), 409)


def test_a_lease_is_let_go_of(program, waiting, reviewer, second_reviewer):
    item = waiting()
    assert program(reviewer).post(f"review/items/{item.pk}/lease").status_code == 200
    assert program(reviewer).delete(f"review/items/{item.pk}/lease").status_code == 204
    assert program(second_reviewer).post(f"review/items/{item.pk}/lease").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "undo"},
        {"verdict": "reject"},
        {"verdict": "reject", "reason": "ugly"},
        {"verdict": "reject", "reason": "other"},
        {"verdict": "fix"},
        {"verdict": "approve", "tags": [{"term": 10**17, "state": "accepted"}]},
        {"verdict": "approve", "tags": {"1": "accepted"}},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(program, waiting, reviewer, body):
    item = waiting()
    is_problem(program(reviewer).post(f"review/items/{item.pk}/decide", body), 400)
    assert not Decision.objects.exists()


def test_many_are_decided_and_each_is_reported(program, waiting, reviewer, second_reviewer):
    items = [waiting(f"Picture {n}") for n in range(3)]
    program(second_reviewer).post(f"review/items/{items[1].pk}/lease")
    body = {"items": [*(one.pk for one in items), 10**12], "verdict": "approve"}
    answer = program(reviewer).post("review/decisions/", body)
    assert answer.status_code == 207
    assert [row["status"] for row in answer.json()["results"]] == [200, 409, 200, 404]
    assert Version.objects.filter(state="approved").count() == 2
    unfounded = {"items": [items[1].pk], "verdict": "reject"}
    is_problem(program(second_reviewer).post("review/decisions/", unfounded), 400)
