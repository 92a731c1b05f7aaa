"""Sources by API: who may, what they may say, and what they are told."""

import pytest

from dam.actions.collections import create_collection
from processing.models import Source
from tests.api.conftest import is_problem


@pytest.fixture
def inbox(tmp_path, settings):
    folder = tmp_path / "roots" / "inbox"
    folder.mkdir(parents=True)
    settings.LOUPE_WATCH_ROOTS = [folder.parent]
    return folder


@pytest.fixture
def brand_admin(person):
    return person("brand_admin", "admin")


@pytest.fixture
def stranger(person, other_brand):
    """An admin, of another brand."""
    return person("stranger", "admin", brand=other_brand)


@pytest.fixture
def wish(inbox, brand):
    return {"name": "Drop", "kind": "folder", "path": str(inbox), "brand": brand.slug}


@pytest.fixture
def source(program, brand_admin, wish):
    assert program(brand_admin).post("sources/", wish).status_code == 201
    return Source.objects.get()


def test_a_source_is_made_changed_paused_and_removed(program, brand_admin, source, inbox):
    asking = program(brand_admin)
    (row,) = asking.get("sources/").json()["results"]
    assert (row["name"], row["place"], row["bringer"]) == ("Drop", str(inbox), "brand_admin")
    assert (row["state"], row["taken"]) == ("unwatched", 0)
    change = {"active": False, "tags": ["Kraken Bay"], "priority": 9}
    changed = asking.patch(f"sources/{source.pk}", change).json()
    assert (changed["active"], changed["tags"]) == (False, ["kraken bay"])
    one = asking.get(f"sources/{source.pk}")
    assert asking.get(f"sources/{source.pk}", If_None_Match=one["ETag"]).status_code == 304
    is_problem(asking.patch(f"sources/{source.pk}", {"priority": 1}, If_Match='"old"'), 412)
    assert asking.post(f"sources/{source.pk}/scan", {"retry_failed": True}).json() == {"retried": 0}
    source.refresh_from_db()
    assert (source.scan_asked_at is not None, source.priority) == (True, 9)
    assert asking.delete(f"sources/{source.pk}").status_code == 204
    assert not Source.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "owner", "reviewer", "outsider"])
def test_others_may_nothing(program, source, wish, who, request):
    asking = program(request.getfixturevalue(who))
    address = f"sources/{source.pk}"
    is_problem(asking.get("sources/"), 403)
    is_problem(asking.post("sources/", wish | {"name": "Other"}), 403)
    is_problem(asking.get(address), 403)
    is_problem(asking.patch(address, {"active": False}), 403)
    is_problem(asking.delete(address), 403)
    is_problem(asking.get(f"{address}/files/"), 403)
    is_problem(asking.post(f"{address}/scan"), 403)
    is_problem(asking.post(f"{address}/events", {"Records": []}), 403)
    source.refresh_from_db()
    assert source.active


def test_an_admin_of_another_brand_finds_nothing(program, source, stranger, wish):
    asking = program(stranger)
    address = f"sources/{source.pk}"
    assert asking.get("sources/").json()["results"] == []
    is_problem(asking.post("sources/", wish | {"name": "Other"}), 400)
    for answer in (
        asking.get(address),
        asking.patch(address, {"active": False}),
        asking.delete(address),
        asking.get(f"{address}/files/"),
        asking.post(f"{address}/scan"),
    ):
        is_problem(answer, 404)
    is_problem(asking.post(f"{address}/events", {"Records": []}), 403)
    assert Source.objects.filter(active=True).exists()


def test_a_source_is_not_taken_to_a_brand_that_is_not_one_s_own(
    program, source, brand_admin, other_brand
):
    answer = program(brand_admin).patch(f"sources/{source.pk}", {"brand": other_brand.slug})
    assert is_problem(answer, 400)["detail"] == "There is no such brand.", "nor is one told of"
    assert Source.objects.get().brand != other_brand


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"path": "/etc"}, 400),
        ({"priority": 11}, 400),
        ({"priority": "5"}, 400),
        ({"kind": "s3"}, 400),
        ({"state": "watching"}, 400),
        ({"bringer": "nobody"}, 400),
        ({"brand": "none"}, 400),
        ({"collection": 10**17}, 400),
        ({"afterwards": "tag"}, 400),
        ({"name_pattern": "{"}, 400),
        ({"name": ""}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(program, source, brand_admin, change, status):
    is_problem(program(brand_admin).patch(f"sources/{source.pk}", change), status)


def test_nobody_borrows_another_s_right_to_a_collection(
    program, source, brand_admin, admin_user, asset_factory
):
    theirs = create_collection(user=admin_user, name="Theirs")
    change = {"bringer": admin_user.username, "collection": theirs.pk}
    is_problem(program(brand_admin).patch(f"sources/{source.pk}", change), 400)
    mine = create_collection(user=brand_admin, name="Mine")
    answer = program(brand_admin).patch(f"sources/{source.pk}", {"collection": mine.pk})
    assert answer.json()["collection"] == mine.pk


def test_files_tell_assets_only_to_those_who_see_them(
    program, source, brand_admin, asset_factory, other_brand
):
    seen, hidden = asset_factory("Sea"), asset_factory("Away", brand=other_brand)
    for n, asset in enumerate([seen, hidden]):
        source.files.create(
            key=f"{n}.jpg", key_hash=str(n), size=1, state="taken", place="done", asset=asset
        )
    asking = program(brand_admin)
    rows = asking.get(f"sources/{source.pk}/files/").json()["results"]
    assert [(row["key"], row["asset"]) for row in rows] == [("1.jpg", None), ("0.jpg", seen.pk)]
    assert asking.get(f"sources/{source.pk}/files/?state=failed").json()["results"] == []


def test_a_bucket_s_secret_is_never_told(program, brand_admin, brand):
    wish = {"name": "B", "kind": "s3", "bucket": "b", "brand": brand.slug}
    made = program(brand_admin).post("sources/", wish | {"access_key": "a", "secret_key": "hush"})
    assert made.status_code == 201
    assert "hush" not in made.content.decode()
    assert "key" not in made.json()
    is_problem(program(brand_admin).post("sources/", wish | {"name": "C"}), 400)  # no keys
