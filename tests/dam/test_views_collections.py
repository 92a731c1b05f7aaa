"""Collections and the selection: what goes in, what comes out, who may."""

import json

import pytest

from dam.models import Asset, Collection, Version

HTMX = {"HX-Request": "true"}


@pytest.fixture
def spring(owner):
    return Collection.objects.create(name="Spring", owner=owner)


def said(response) -> dict:
    return json.loads(response["HX-Trigger"])["toast"]


def test_a_collection_is_made_and_shown(as_, viewer):
    response = as_(viewer).post("/collections/", {"name": "Mood", "description": "Blue"})
    made = Collection.objects.get(owner=viewer)
    assert response.url == f"/collections/{made.pk}"
    page = as_(viewer).get("/collections/").content.decode()
    assert "Mood" in page


def test_a_name_that_is_taken_is_said(as_, owner, spring):
    page = as_(owner).post("/collections/", {"name": "Spring"}, follow=True).content.decode()
    assert Collection.objects.count() == 1
    assert "already exists" in page


def test_pictures_go_in_and_out_with_a_way_back(as_, owner, spring, asset_factory):
    assets = [asset_factory().pk for _ in range(3)]
    client, address = as_(owner), f"/collections/{spring.pk}/items"
    toast = said(client.post(address, {"asset": assets}, headers=HTMX))
    assert toast["text"] == "3 added to “Spring”."
    assert set(spring.items.values_list("asset", flat=True)) == set(assets)
    toast = said(client.post(address, toast["undo"]["values"], headers=HTMX))
    assert toast["text"] == "3 taken out of “Spring”."
    assert not spring.items.exists()


def test_what_one_may_not_see_does_not_get_in(as_, viewer, asset_factory):
    mine = Collection.objects.create(name="Mine", owner=viewer)
    hidden = asset_factory(state="in_review")
    as_(viewer).post(f"/collections/{mine.pk}/items", {"asset": hidden.pk})
    assert not mine.items.exists()


def test_a_collection_hides_what_its_reader_may_not_see(as_, owner, viewer, spring, asset_factory):
    shown, hidden = asset_factory("Shown"), asset_factory("Hidden", state="in_review")
    as_(owner).post(f"/collections/{spring.pk}/items", {"asset": [shown.pk, hidden.pk]})
    page = as_(viewer).get(f"/collections/{spring.pk}").content.decode()
    assert "Shown" in page
    assert "Hidden" not in page
    assert "may not see" not in page


def test_who_keeps_a_collection_is_told_what_they_do_not_see(
    as_, owner, reviewer, spring, asset_factory
):
    theirs = asset_factory("Theirs", state="in_review", user=reviewer)
    spring.items.create(asset=theirs, added_by=reviewer)
    page = as_(owner).get(f"/collections/{spring.pk}").content.decode()
    assert "1 picture that you may not see" in page


def test_a_collection_without_a_visible_picture_is_not_there(as_, viewer, spring, asset_factory):
    asset = asset_factory("Hidden", state="in_review")
    spring.items.create(asset=asset, added_by=spring.owner)
    assert "Spring" not in as_(viewer).get("/collections/").content.decode()
    assert as_(viewer).get(f"/collections/{spring.pk}").status_code == 404
    found = as_(viewer).get("/search?q=collection:Spring").content.decode()
    assert "No collection is called" in found


def test_a_collection_is_as_large_as_what_one_sees(viewer, owner, spring, asset_factory):
    for state in ("approved", "approved", "in_review"):
        spring.items.create(asset=asset_factory(state=state), added_by=owner)
    known = Collection.objects.visible_to(viewer).with_size_for(viewer).get()
    assert known.size == 2
    assert Collection.objects.visible_to(owner).with_size_for(owner).get().size == 3


def test_a_collection_is_renamed_and_deleted_by_its_owner(as_, owner, spring, asset_factory):
    asset = asset_factory()
    as_(owner).post(f"/collections/{spring.pk}/items", {"asset": asset.pk})
    as_(owner).post(f"/collections/{spring.pk}/edit", {"name": "Summer", "description": "Hot"})
    spring.refresh_from_db()
    assert (spring.name, spring.description) == ("Summer", "Hot")
    as_(owner).post(f"/collections/{spring.pk}/edit", {"delete": "1"})
    assert not Collection.objects.exists()
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_nothing_chosen_is_said(as_, owner, spring):
    response = as_(owner).post(f"/collections/{spring.pk}/items", {})
    assert (response.status_code, response.content) == (400, b"No pictures were chosen.")


def test_bulk_tagging_takes_only_what_one_may_tag(as_, owner, teammate, asset_factory):
    own, other = asset_factory(user=owner), asset_factory(user=teammate)
    body = {"name": "sea", "asset": [own.pk, other.pk]}
    assert said(as_(owner).post("/selection/tag", body))["text"] == "“sea” added to 1 picture."
    assert own.tags.get().state == "accepted"
    assert not other.tags.exists()
    as_(owner).post("/selection/tag", body | {"state": "rejected"})
    assert own.tags.get().state == "rejected"


def test_bulk_binning_and_back(as_, owner, asset_factory):
    assets = [asset_factory() for _ in range(2)]
    response = as_(owner).post("/selection/bin", {"asset": [asset.pk for asset in assets]})
    assert said(response)["text"] == "2 pictures moved to the bin."
    assert sorted(response["X-Gone"].split(",")) == sorted(str(asset.pk) for asset in assets)
    assert not Asset.objects.live().exists()
    as_(owner).post("/selection/unbin", said(response)["undo"]["values"])
    assert Asset.objects.live().count() == 2


def test_a_refusal_is_a_sentence(as_, viewer, asset_factory):
    response = as_(viewer).post("/selection/bin", {"asset": asset_factory().pk})
    assert response.status_code == 403
    assert response.content.decode() == "You may not move these pictures to the bin."


def test_the_list_asks_once_for_all_covers(
    as_, viewer, owner, asset_factory, django_assert_max_num_queries
):
    shown = [asset_factory(f"shown {n}") for n in range(6)]
    hidden = asset_factory("hidden", state="in_review")
    for asset in [hidden, *shown]:
        Version.objects.filter(asset=asset).update(placeholder="AAAA")
    for number in range(12):
        one = Collection.objects.create(name=f"c{number}", owner=owner)
        for asset in [hidden, *shown]:
            one.items.create(asset=asset, added_by=owner)
    client = as_(viewer)
    with django_assert_max_num_queries(14):
        page = client.get("/collections/").content.decode()
    pictures = [f"/renditions/{asset.current_version_id}/" in page for asset in [hidden, *shown]]
    assert pictures == [False, True, True, True, True, False, False]


def test_ids_that_no_asset_can_have_are_passed_over(as_, owner, spring, asset_factory):
    sent = {"asset": ["9" * 5_000, asset_factory().pk]}
    as_(owner).post(f"/collections/{spring.pk}/items", sent, headers=HTMX)
    assert spring.items.count() == 1
