"""The other parts by API: versions and files, vocabulary, collections, brands, jobs, uploads."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dam.models import Collection, Term
from processing.models import Job
from tests.api.conftest import is_problem


@pytest.fixture
def uploaded(program, owner, picture, run_jobs):
    """A picture that came by API and was processed: its bytes, its version, its asset."""
    data = picture(seed=11)
    file = SimpleUploadedFile("sea.jpg", data)
    fields = {"file": file, "tags": ["harbour", "boat"]}
    answer = program(owner).send("uploads/", fields).json()
    run_jobs()
    return data, answer["version"], answer["asset"]


def test_a_version_with_its_files(program, uploaded, owner, viewer):
    data, version, asset = uploaded
    asking = program(owner)
    said = asking.get(f"versions/{version}").json()
    assert (said["asset"], said["sha256"]) == (asset, hashlib.sha256(data).hexdigest())
    original = asking.get(f"versions/{version}/original")
    assert b"".join(original.streaming_content) == data
    assert original["Content-Disposition"].startswith("attachment")
    made = asking.get(f"versions/{version}/renditions/").json()["results"]
    assert {one["purpose"] for one in made} >= {"thumbnail", "preview", "large"}
    assert asking.get(made[0]["address"])["Content-Type"] == made[0]["media_type"]
    is_problem(asking.get(f"versions/{version}/renditions/poster"), 404)
    if said["state"] != "approved":
        is_problem(program(viewer).get(f"versions/{version}"), 404)
        is_problem(program(viewer).get(f"versions/{version}/original"), 404)
    tags = asking.get(f"assets/{asset}/tags/").json()["results"]
    assert {"harbour", "boat"} <= {one["name"] for one in tags if one["source"] == "import"}


def test_the_next_version_and_the_old_one_again(program, uploaded, owner, teammate, picture):
    _data, first, asset = uploaded

    def send(user):
        file = SimpleUploadedFile("warmer.jpg", picture(seed=12))
        return program(user).send(f"assets/{asset}/versions/", {"file": file, "note": "Warmer"})

    assert send(teammate).status_code in {403, 404}
    assert send(owner).status_code == 201
    numbers = [
        one["number"] for one in program(owner).get(f"assets/{asset}/versions/").json()["results"]
    ]
    assert numbers == [2, 1]
    restored = program(owner).post(f"versions/{first}/restore", {"note": "The first was better"})
    assert (restored.status_code, restored.json()["restored_from"]) == (201, first)
    assert program(teammate).post(f"versions/{first}/restore").status_code in {403, 404}


def test_a_request_without_a_file_or_with_odd_fields_is_refused(program, owner):
    asking = program(owner)
    is_problem(asking.send("uploads/", {}), 400)
    for odd in ({"brand": "nowhere"}, {"collection": "999999"}, {"asset": "9" * 17}):
        file = SimpleUploadedFile("a.jpg", b"x")
        is_problem(asking.send("uploads/", {"file": file, **odd}), 404)
    for odd in ({"priority": "11"}, {"asset": "x"}, {"colour": "red"}, {"note": "x" * 501}):
        file = SimpleUploadedFile("a.jpg", b"x")
        is_problem(asking.send("uploads/", {"file": file, **odd}), 400)


def test_ones_own_uploads_and_no_others(program, uploaded, owner, teammate):
    mine = program(owner).get("uploads/").json()["results"]
    assert [one["version"] for one in mine] == [uploaded[1]]
    assert program(teammate).get("uploads/").json()["results"] == []


def test_the_vocabulary_is_changed_by_admins(program, admin_user, reviewer):
    body = {"facet": "keyword", "name": "Fjord  light", "synonyms": ["unheard words"]}
    is_problem(program(reviewer).post("terms/", body), 403)
    asking = program(admin_user)
    made = asking.post("terms/", body).json()
    assert made["name"] == "Fjord light"
    is_problem(asking.post("terms/", body), 400)
    below = asking.post(
        "terms/", {"facet": "keyword", "name": "below", "parent": made["id"]}
    ).json()
    circle = asking.patch(f"terms/{made['id']}", {"parent": below["id"]})
    assert "below itself" in is_problem(circle, 400)["errors"]["parent"][0]
    is_problem(asking.patch(f"terms/{made['id']}", {"parent": 10**17}), 400)
    is_problem(program(reviewer).patch(f"terms/{made['id']}", {"active": False}), 403)
    assert asking.patch(f"terms/{made['id']}", {"active": False}).json()["active"] is False
    found = asking.get("terms/?q=unheard words").json()["results"]
    assert [one["id"] for one in found] == [made["id"]]
    assert program(reviewer).get("terms/?q=unheard words").json()["results"] == []
    asking.patch(f"terms/{made['id']}", {"facet": "mood"})
    found = program(reviewer).get("terms/?q=unheard words").json()["results"]
    assert [one["id"] for one in found] == [made["id"]], "governed words are for every role"
    assert Term.objects.filter(parent=made["id"]).count() == 1


def test_collections_are_their_owners(program, owner, viewer, outsider, asset_factory):
    made = program(owner).post("collections/", {"name": "Spring"}).json()
    place = f"collections/{made['id']}"
    shown, hidden = asset_factory(), asset_factory(state="in_review")
    body = {"assets": [shown.pk, hidden.pk, 10**12]}
    assert program(owner).post(f"{place}/items", body).json() == {"changed": 2}
    assert program(viewer).get("collections/").json()["results"][0]["size"] == 1
    is_problem(program(outsider).get(place), 404)
    is_problem(program(viewer).post(f"{place}/items", body), 403)
    is_problem(program(viewer).patch(place, {"name": "Mine"}), 403)
    is_problem(program(viewer).delete(place), 403)
    taken = program(owner).post(f"{place}/items", {"assets": [shown.pk], "action": "remove"})
    assert taken.json() == {"changed": 1}
    assert program(owner).delete(place).status_code == 204
    assert not Collection.objects.exists()


def test_rules_of_brands_are_for_those_who_keep_them(
    program, brand, other_brand, admin_user, viewer
):
    seen = program(viewer).get("brands/").json()["results"]
    assert [(one["slug"], one["rules"]) for one in seen] == [(brand.slug, None)]
    is_problem(program(viewer).get(f"brands/{other_brand.slug}"), 404)
    is_problem(program(viewer).get(f"brands/{brand.slug}/versions/"), 403)
    is_problem(program(viewer).patch(f"brands/{brand.slug}", {"min_width": 1}), 403)
    is_problem(program(viewer).post("brands/", {"name": "New"}), 403)
    asking = program(admin_user)
    changed = asking.patch(f"brands/{brand.slug}", {"palette": ["#D33"], "note": "Red"}).json()
    assert (changed["rules"]["number"], changed["rules"]["palette"]) == (2, ["#dd3333"])
    assert changed["rules"]["min_width"] == brand.versions.get(number=1).min_width
    versions = asking.get(f"brands/{brand.slug}/versions/").json()["results"]
    assert [one["number"] for one in versions] == [2, 1]
    for odd in ({"palette": ["red-ish"]}, {"drop": 2}, {"drop": 0.9, "auto_accept": 0.1}, {"x": 1}):
        is_problem(asking.patch(f"brands/{brand.slug}", odd), 400)
    assert asking.post("brands/", {"name": "Fjord"}).json()["slug"] == "fjord"
    is_problem(asking.post("brands/", {"name": "Fjord"}), 400)


def test_jobs_are_ones_own_and_retried_by_admins(program, uploaded, owner, teammate, admin_user):
    version = uploaded[1]
    assert program(teammate).get("jobs/").json()["results"] == []
    mine = program(owner).get(f"jobs/?version={version}&state=done").json()["results"]
    assert {one["asset"] for one in mine} == {uploaded[2]}
    is_problem(program(teammate).get(f"jobs/{mine[0]['id']}"), 404)
    Job.objects.filter(pk=mine[0]["id"]).update(state="failed", error_category="transient")
    is_problem(program(owner).post("jobs/retry", {"jobs": [mine[0]["id"]]}), 403)
    assert program(admin_user).post("jobs/retry", {"category": "input"}).json() == {"retried": 0}
    again = program(admin_user).post("jobs/retry", {"jobs": [mine[0]["id"], 10**12]})
    assert again.json() == {"retried": 1}
    for odd in ({}, {"jobs": []}, {"category": "x"}, {"jobs": [1], "category": "input"}):
        is_problem(program(admin_user).post("jobs/retry", odd), 400)


def test_who_asks(program, person, brand, uploaded, owner):
    said = program(owner).get("me").json()
    assert said["memberships"] == [{"brand": brand.slug, "role": "creator"}]
    assert "library.upload" in said["permissions"]
    assert said["storage"]["used_bytes"] == len(uploaded[0])
    nobody = program(owner).get("me").json()["token"]
    assert nobody["scopes"]
