"""Renaming many files by API: looked at, done, and taken back, with a report for each."""

import pytest

from dam.actions.brands import change_rules
from dam.actions.naming import rename_file
from dam.models import Renaming, Version
from tests.api.conftest import is_problem


@pytest.fixture
def files(asset_factory):
    return [asset_factory(title, file_name=f"{title}.jpg") for title in ("sea", "sky")]


def names(*assets) -> list[str]:
    return [Version.objects.get(current_of=asset).file_name for asset in assets]


def wish(assets, pattern="trip_{n:02}", **more) -> dict:
    return {"assets": [asset.pk for asset in assets], "pattern": pattern, **more}


def test_a_preview_changes_nothing(program, files, asset_factory, owner, teammate, viewer):
    theirs = asset_factory("theirs", user=teammate)
    hidden = asset_factory("hidden", user=teammate, state="in_review")
    found = program(owner).post("renamings/preview", wish([*files, theirs, hidden], start=7))
    assert found.status_code == 200
    body = found.json()
    assert (body["done"], body["failed"]) == (2, 2)
    assert [(row["old"], row["new"]) for row in body["results"][:2]] == [
        ("sea.jpg", "trip_07.jpg"),
        ("sky.jpg", "trip_08.jpg"),
    ]
    assert [row["status"] for row in body["results"]] == [200, 200, 403, 404]
    assert {row["old"] for row in body["results"][2:]} == {""}, "no names of others' files"
    seen = program(viewer).post("renamings/preview", wish(files)).json()
    assert [row["status"] for row in seen["results"]] == [403, 403]
    assert names(*files) == ["sea.jpg", "sky.jpg"]
    assert not Renaming.objects.exists()


def test_a_preview_says_what_stands_in_the_way(program, files, asset_factory, owner, admin_user):
    change_rules(brand=files[0].brand, user=admin_user, rules={"name_pattern": "{sku}_v{version}"})
    asset_factory(file_name="Taken.jpg")
    asking = program(owner)
    for pattern, status, words in (
        ("{brand}", 409, "2 of these"),
        ("{missing}", 400, "no missing"),
        ("same", 409, "2 of these"),
    ):
        rows = asking.post("renamings/preview", wish(files, pattern)).json()["results"]
        assert {row["status"] for row in rows} == {status}, pattern
        assert words in rows[0]["detail"]
    taken = asking.post("renamings/preview", wish(files[:1], "taken")).json()["results"][0]
    assert (taken["status"], taken["new"]) == (409, "taken.jpg")
    odd = asking.post("renamings/preview", wish(files)).json()["results"][0]
    assert odd["status"] == 200
    assert "expected" in odd["remark"]
    is_problem(asking.post("renamings/preview", wish(files, "{colour")), 400)


def test_renamed_and_taken_back(program, files, owner, teammate, admin_user):
    asking = program(owner)
    answer = asking.post("renamings/", wish(files, titles=True))
    assert answer.status_code == 201
    body = answer.json()
    assert (
        [row["new"] for row in body["results"]] == names(*files) == ["trip_01.jpg", "trip_02.jpg"]
    )
    made = body["renaming"]
    assert (made["files"], made["undone_at"]) == (2, None)
    for other in (teammate, admin_user):
        assert program(other).get("renamings/").json()["results"] == []
        is_problem(program(other).get(f"renamings/{made['id']}"), 404)
        is_problem(program(other).post(f"renamings/{made['id']}/undo"), 404)
    assert asking.get("renamings/").json()["results"] == [made]
    one = asking.get(f"renamings/{made['id']}")
    assert one.json()["changes"][0] == {
        "asset": files[0].pk,
        "version": files[0].current_version_id,
        "old": "sea.jpg",
        "new": "trip_01.jpg",
        "old_title": "sea",
        "new_title": "Trip 01",
    }
    known = asking.get(f"renamings/{made['id']}", If_None_Match=one["ETag"])
    assert known.status_code == 304
    rename_file(version=Version.objects.get(current_of=files[1]), user=owner, file_name="kept.jpg")
    is_problem(program(owner, "assets:read").post(f"renamings/{made['id']}/undo"), 403)
    undone = asking.post(f"renamings/{made['id']}/undo", Idempotency_Key="back")
    assert undone.json() == {"undone": 1, "kept": 1}
    assert names(*files) == ["sea.jpg", "kept.jpg"]
    is_problem(asking.post(f"renamings/{made['id']}/undo"), 409)
    again = asking.post(f"renamings/{made['id']}/undo", Idempotency_Key="back")
    assert again.json() == undone.json()


def test_those_one_may_not_rename_are_left_and_told(program, files, asset_factory, owner, teammate):
    theirs = asset_factory("theirs", user=teammate, file_name="theirs.jpg")
    asking = program(owner)
    answer = asking.post("renamings/", wish([theirs, *files]))
    assert answer.status_code == 207
    assert [row["status"] for row in answer.json()["results"]] == [403, 200, 200]
    assert names(theirs, *files) == ["theirs.jpg", "trip_01.jpg", "trip_02.jpg"]
    none = asking.post("renamings/", wish([theirs]))
    assert (none.status_code, none.json()["renaming"]) == (207, None)
    assert Renaming.objects.count() == 1


def test_where_one_name_cannot_be_had_none_is_changed(program, files, owner):
    asking = program(owner)
    for body in (
        wish(files, "same"),
        wish(files, "{colour"),
        wish(files, "{title}"),
        wish(files, "x" * 301),
        wish(files, ""),
        wish([]),
        wish(files, start=-1),
        {"assets": list(range(1, 5_002)), "pattern": "{n}"},
    ):
        is_problem(asking.post("renamings/", body), 400)
    assert names(*files) == ["sea.jpg", "sky.jpg"]
    assert not Renaming.objects.exists()


def test_sent_twice_it_is_done_once(program, files, owner):
    asking = program(owner)
    first = asking.post("renamings/", wish(files), Idempotency_Key="once")
    again = asking.post("renamings/", wish(files), Idempotency_Key="once")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Renaming.objects.count() == 1
