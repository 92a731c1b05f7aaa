"""Relations by API: seen from both ends, made, let go of, one by one and many at once."""

import pytest

from dam.models import Relation
from tests.api.conftest import is_problem

Kind = Relation.Kind


@pytest.fixture
def pair(asset_factory):
    return asset_factory("Sea"), asset_factory("Sea, cropped")


def relate(program, of, to, kind=Kind.VARIANT_OF, **headers):
    body = {"kind": kind, "target": to.pk}
    return program.post(f"assets/{of.pk}/relations/", body, **headers)


def listed(program, asset, more="") -> list[int]:
    found = program.get(f"assets/{asset.pk}/relations/{more}")
    assert found.status_code == 200, found.content
    return [one["id"] for one in found.json()["results"]]


def test_a_relation_is_made_once_and_seen_from_both_ends(program, pair, owner):
    sea, cropped = pair
    asking = program(owner)
    made = relate(asking, cropped, sea)
    assert made.status_code == 201
    said = made.json()
    assert (said["kind"], said["source"], said["target"]) == ("variant_of", cropped.pk, sea.pk)
    assert said["created_by"]["name"] == "owner"
    assert relate(asking, cropped, sea).json() == said
    assert listed(asking, sea) == listed(asking, cropped) == [said["id"]]
    assert listed(asking, sea, "?kind=next_of") == []
    assert asking.get(f"relations/{said['id']}").json() == said


def test_of_near_duplicates_the_older_is_the_source(program, pair, owner):
    sea, cropped = pair
    said = relate(program(owner), cropped, sea, Kind.NEAR_DUPLICATE).json()
    assert (said["source"], said["target"]) == (sea.pk, cropped.pk)


def test_who_may_not(program, pair, asset_factory, owner, teammate, viewer, outsider):
    sea, cropped = pair
    for who, status in ((viewer, 403), (teammate, 403), (outsider, 404), (None, 401)):
        is_problem(relate(program(who), cropped, sea), status)
    is_problem(relate(program(owner, "assets:read"), cropped, sea), 403)
    hidden = asset_factory("Theirs", state="in_review", user=teammate)
    is_problem(relate(program(owner), cropped, hidden), 404)
    assert not Relation.objects.exists()


def test_what_makes_no_sense_is_refused_in_words(program, pair, owner):
    sea, cropped = pair
    asking = program(owner)
    assert "itself" in is_problem(relate(asking, sea, sea), 400)["detail"]
    relate(asking, cropped, sea)
    assert "circle" in is_problem(relate(asking, sea, cropped), 400)["detail"]
    is_problem(relate(asking, sea, cropped, "cousin_of"), 400)
    is_problem(asking.post(f"assets/{sea.pk}/relations/", {"kind": Kind.NEXT_OF}), 400)
    is_problem(asking.get(f"assets/{sea.pk}/relations/?kind=cousin_of"), 400)
    assert Relation.objects.count() == 1


def test_a_hidden_end_hides_the_relation(program, asset_factory, pair, owner, viewer, teammate):
    sea, _cropped = pair
    waiting = asset_factory("Waiting", state="in_review")
    made = relate(program(owner), waiting, sea).json()["id"]
    assert listed(program(owner), sea) == [made]
    assert listed(program(viewer), sea) == []
    is_problem(program(viewer).get(f"relations/{made}"), 404)
    is_problem(program(teammate).delete(f"relations/{made}"), 404)
    assert Relation.objects.exists()


def test_letting_go(program, pair, asset_factory, owner, teammate, viewer):
    sea, _cropped = pair
    theirs = asset_factory("Theirs", user=teammate)
    made = relate(program(owner), sea, theirs).json()["id"]
    for who in (viewer, teammate):
        is_problem(program(who).delete(f"relations/{made}"), 403)
    asking = program(owner)
    is_problem(asking.delete(f"relations/{made}", If_Match='"other"'), 412)
    seen = asking.get(f"relations/{made}")["ETag"]
    assert asking.get(f"relations/{made}", If_None_Match=seen).status_code == 304
    assert asking.delete(f"relations/{made}", If_Match=seen).status_code == 204
    is_problem(asking.delete(f"relations/{made}"), 404)
    alike = relate(asking, sea, theirs, Kind.NEAR_DUPLICATE).json()["id"]
    assert program(teammate).delete(f"relations/{alike}").status_code == 204, "either end may"


def test_the_same_request_is_done_once(program, pair, owner):
    sea, cropped = pair
    asking = program(owner)
    first = relate(asking, cropped, sea, Idempotency_Key="one")
    Relation.objects.all().delete()
    again = relate(asking, cropped, sea, Idempotency_Key="one")
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert not Relation.objects.exists()


def test_many_are_related_and_reported_one_by_one(program, pair, asset_factory, owner, teammate):
    sea, cropped = pair
    theirs = asset_factory("Theirs", user=teammate)
    body = {"kind": "variant_of", "target": sea.pk, "ids": [cropped.pk, theirs.pk, sea.pk, 10**12]}
    asking = program(owner)
    answer = asking.post("assets/bulk", body | {"action": "relate"})
    assert answer.status_code == 207
    rows = answer.json()["results"]
    assert [row["status"] for row in rows] == [200, 403, 400, 404]
    assert all(row["detail"].endswith(".") for row in rows[1:])
    assert Relation.objects.get().source == cropped
    gone = asking.post("assets/bulk", body | {"action": "unrelate"})
    assert [row["status"] for row in gone.json()["results"]] == [200, 403, 200, 404]
    assert not Relation.objects.exists()


def test_many_near_duplicates_are_let_go_of_from_either_end(program, pair, owner):
    sea, cropped = pair
    relate(program(owner), cropped, sea, Kind.NEAR_DUPLICATE)
    body = {"action": "unrelate", "kind": "near_duplicate", "target": sea.pk, "ids": [cropped.pk]}
    assert program(owner).post("assets/bulk", body).status_code == 200
    assert not Relation.objects.exists()


@pytest.mark.parametrize("less", ["kind", "target"])
def test_many_need_kind_and_target(program, pair, owner, less):
    body = {"action": "relate", "kind": "next_of", "target": pair[0].pk, "ids": [pair[1].pk]}
    body.pop(less)
    is_problem(program(owner).post("assets/bulk", body), 400)
