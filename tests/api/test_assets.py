"""The library by API: seen, changed, binned and brought back, one by one and many at once."""

import pytest

from dam.models import Asset, Collection, TagAssignment, Term
from tests.api.conftest import is_problem


@pytest.fixture
def sea(asset_factory):
    return asset_factory("Sea")


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


def test_each_sees_what_they_may(program, sea, asset_factory, owner, viewer, outsider, reviewer):
    waiting = asset_factory("Waiting", state="in_review")
    for who, seen in (
        (viewer, [sea.pk]),
        (owner, [waiting.pk, sea.pk]),
        (reviewer, [waiting.pk, sea.pk]),
        (outsider, []),
    ):
        assert ids(program(who).get("assets/")) == seen
    assert program(viewer).get(f"assets/{sea.pk}").json()["title"] == "Sea"
    is_problem(program(viewer).get(f"assets/{waiting.pk}"), 404)
    is_problem(program(viewer).get(f"assets/{'9' * 18}"), 404)
    is_problem(program(viewer).get(f"assets/{'9' * 40}"), 404)


def test_filters_narrow_and_nonsense_is_refused(program, sea, asset_factory, owner, brand):
    png = asset_factory("Sky", state="in_review", media_type="image/png")
    term = Term.objects.create(facet="keyword", name="blue")
    TagAssignment.objects.create(asset=sea, term=term, source="human", state="accepted")
    asking = program(owner)
    for wish, found in (
        ("state=in_review", [png.pk]),
        ("media_type=image/jpeg", [sea.pk]),
        ("tag=Blue", [sea.pk]),
        (f"brand={brand.slug}", [png.pk, sea.pk]),
        ("owner=nobody", []),
        ("restricted=true", []),
        ("updated_since=2100-01-01T00:00:00Z", []),
        ("created_since=1492-08-01T02:09:37%2B20:23", [png.pk, sea.pk]),
        ("order=id", [sea.pk, png.pk]),
        ("bin=true", []),
    ):
        assert ids(asking.get(f"assets/?{wish}")) == found, wish
    for nonsense in (
        "state=odd",
        "restricted=perhaps",
        "collection=x",
        f"collection={'9' * 30}",
        "updated_since=never",
        "created_before=0001-01-01T00:00:00%2B20:00",
        "order=colour",
        "limit=0",
        "limit=1e3",
        "colour=red",
    ):
        is_problem(asking.get(f"assets/?{nonsense}"), 400)


def test_a_change_by_those_who_may(program, sea, owner, teammate, viewer):
    for who in (teammate, viewer):
        is_problem(program(who).patch(f"assets/{sea.pk}", {"title": "Mine"}), 403)
    answer = program(owner).patch(f"assets/{sea.pk}", {"title": " North Sea "})
    assert answer.json()["title"] == "North Sea"
    sea.refresh_from_db()
    assert (sea.title, sea.description) == ("North Sea", "")
    restricted = program(owner).patch(f"assets/{sea.pk}", {"restricted": True})
    assert restricted.json()["restricted"] is True
    assert ids(program(viewer).get("assets/")) == []


@pytest.mark.parametrize(
    "body",
    [{"title": ""}, {"title": 5}, {"titel": "x"}, {"restricted": "yes"}, {"title": None}, [], "x"],
)
def test_a_body_that_makes_no_sense_is_refused(program, sea, owner, body):
    is_problem(program(owner).patch(f"assets/{sea.pk}", body), 400)
    assert Asset.objects.get().title == "Sea"


def test_bin_and_back(program, sea, owner, viewer, teammate):
    is_problem(program(teammate).post(f"assets/{sea.pk}/bin"), 403)
    assert program(owner).post(f"assets/{sea.pk}/bin", {"reason": "Old"}).status_code == 204
    assert ids(program(viewer).get("assets/")) == []
    assert ids(program(owner).get("assets/?bin=true")) == [sea.pk]
    is_problem(program(teammate).post(f"assets/{sea.pk}/unbin"), 404)
    assert program(owner).post(f"assets/{sea.pk}/unbin").json()["id"] == sea.pk
    history = program(owner).get(f"assets/{sea.pk}/history").json()["results"]
    why = {entry["what"]: entry["why"] for entry in history}  # one transaction has one time
    assert why["Moved to the bin"] == "Old"
    assert "Taken out of the bin" in why
    is_problem(program(viewer).get(f"assets/{sea.pk}/history"), 403)


def test_tags_are_decided_by_name_and_by_term(program, sea, owner, viewer):
    is_problem(program(viewer).post(f"assets/{sea.pk}/tags/", {"name": "unheard of"}), 403)
    assert not Term.objects.filter(name="unheard of").exists(), "who may not tag makes no keyword"
    made = program(owner).post(f"assets/{sea.pk}/tags/", {"name": "Sea"}).json()
    assert (made["name"], made["state"], made["source"]) == ("sea", "accepted", "human")
    again = program(owner).post(
        f"assets/{sea.pk}/tags/", {"term": made["term"], "state": "rejected"}
    )
    assert again.json()["state"] == "rejected"
    listed = program(viewer).get(f"assets/{sea.pk}/tags/").json()["results"]
    assert [(one["name"], one["decided_by"]["id"]) for one in listed] == [("sea", owner.pk)]
    for body in ({}, {"name": "a", "term": 1}, {"term": "1"}, {"name": "a", "state": "odd"}):
        is_problem(program(owner).post(f"assets/{sea.pk}/tags/", body), 400)
    is_problem(program(owner).post(f"assets/{sea.pk}/tags/", {"term": 10**17}), 404)


def test_many_at_once_are_reported_one_by_one(program, asset_factory, owner, teammate):
    mine = [asset_factory() for _ in range(3)]
    theirs = asset_factory(user=teammate)
    wanted = [*(one.pk for one in mine), theirs.pk, 10**12]
    answer = program(owner).post("assets/bulk", {"action": "bin", "ids": wanted})
    assert answer.status_code == 207
    body = answer.json()
    assert (body["done"], body["failed"]) == (3, 2)
    assert [row["status"] for row in body["results"]] == [200, 200, 200, 403, 404]
    assert all(row["detail"].endswith(".") for row in body["results"][3:])
    assert Asset.objects.live().count() == 1
    back = program(owner).post("assets/bulk", {"action": "unbin", "ids": wanted[:3]})
    assert (back.status_code, back.json()["done"]) == (200, 3)


def test_many_are_tagged_and_collected(program, asset_factory, owner, viewer):
    wanted = [asset_factory().pk for _ in range(2)]
    collection = Collection.objects.create(name="Spring", owner=owner)
    for body in (
        {"action": "tag", "name": "sea", "ids": wanted},
        {"action": "collect", "collection": collection.pk, "ids": wanted},
    ):
        assert program(owner).post("assets/bulk", body).status_code == 200
    assert TagAssignment.objects.filter(term__name="sea").count() == 2
    assert collection.items.count() == 2
    refused = program(viewer).post("assets/bulk", {"action": "tag", "name": "x", "ids": wanted})
    assert [row["status"] for row in refused.json()["results"]] == [403, 403]
    assert not Term.objects.filter(name="x").exists()
    is_problem(
        program(viewer).post(
            "assets/bulk", {"action": "collect", "collection": collection.pk, "ids": wanted}
        ),
        403,
    )


@pytest.mark.parametrize(
    "body",
    [
        {"action": "bin", "ids": list(range(1, 502))},
        {"action": "bin", "ids": []},
        {"action": "burn", "ids": [1]},
        {"action": "tag", "ids": [1]},
        {"action": "collect", "ids": [1]},
        {"action": "bin", "ids": ["1"]},
        {"action": "bin", "ids": [True]},
        {"action": "bin", "ids": [10**30]},
        {"ids": [1]},
    ],
)
def test_bulk_is_bounded_and_strict(program, owner, body):
    is_problem(program(owner).post("assets/bulk", body), 400)


def test_rights_are_read_changed_and_filtered_by(program, sea, owner, viewer):
    rights = {
        "creator": "Ada Byron",
        "credit": "House",
        "copyright_notice": "© 2026 House",
        "usage_terms": "Ask first.",
        "rights_url": "https://example.com/licence",
    }
    mine = program(owner)
    changed = mine.patch(f"assets/{sea.pk}", rights)
    assert changed.status_code == 200
    assert rights.items() <= mine.get(f"assets/{sea.pk}").json().items()
    assert program(viewer).patch(f"assets/{sea.pk}", {"creator": "Me"}).status_code == 403
    refused = mine.patch(f"assets/{sea.pk}", {"rights_url": "javascript:alert(1)"})
    assert refused.status_code == 400
    assert "rights_url" in refused.json()["errors"]
    found = mine.get("assets/?creator=byron").json()["results"]
    assert [row["id"] for row in found] == [sea.pk]
    assert mine.get("assets/?creator=nobody").json()["results"] == []
