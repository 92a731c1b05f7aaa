"""The asset page and what is done from it."""

import json

import pytest
from django.views.defaults import server_error

from dam.models import Asset, Facet, PaletteColour, TagAssignment, Term

HTMX = {"HX-Request": "true"}


@pytest.fixture
def asset(asset_factory, with_files):
    made = asset_factory("Harbour at dusk", file_name="harbour.jpg")
    with_files(made.current_version)
    return made


def test_the_page_shows_what_is_known(as_, viewer, asset):
    PaletteColour.objects.create(
        version=asset.current_version, position=0, hex="#336699", lightness=0.5, a=0, b=-0.1,
        fraction=0.4,
    )  # fmt: skip
    text = as_(viewer).get(f"/assets/{asset.pk}").content.decode()
    assert "Harbour at dusk" in text
    assert "harbour.jpg" in text
    assert "1200 × 800" in text
    assert "?q=color:%23336699" in text
    assert "Add a tag" not in text, "a viewer may not"


def test_the_search_one_came_from_is_kept(as_, owner, asset):
    text = as_(owner).get(f"/assets/{asset.pk}?from=tag%3Asea").content.decode()
    assert f"/assets/{asset.pk}/around?from=tag%3Asea" in text
    assert f"/?q=tag%3Asea#asset-{asset.pk}" in text


def test_a_tag_is_accepted_and_rejected_in_place(as_, owner, asset):
    client = as_(owner)
    response = client.post(f"/assets/{asset.pk}/tags", {"name": "sailing boat"}, headers=HTMX)
    assert "sailing boat" in response.content.decode()
    tag = asset.tags.get()
    assert (tag.state, tag.source, tag.decided_by) == ("accepted", "human", owner)
    client.post(f"/assets/{asset.pk}/tags", {"term": tag.term_id, "state": "rejected"})
    assert asset.tags.get().state == "rejected"


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x" * 200}, {"name": "a", "state": "?"}])
def test_a_tag_that_is_none_is_refused_with_a_sentence(as_, owner, asset, body):
    response = as_(owner).post(f"/assets/{asset.pk}/tags", body)
    assert response.status_code == 400
    assert response.content.decode().endswith(".")
    assert not TagAssignment.objects.exists()


def test_terms_are_offered_by_their_beginning_first(as_, viewer):
    for name in ("zinquay", "zinq", "overzinq"):
        Term.objects.create(facet=Facet.OBJECT, name=name)
    found = as_(viewer).get("/terms?q=zinq").json()["terms"]
    assert [term["name"] for term in found] == ["zinq", "zinquay", "overzinq"]


def test_title_and_description_are_edited_in_place(as_, owner, asset):
    client = as_(owner)
    assert "<form" in client.get(f"/assets/{asset.pk}/edit").content.decode()
    body = {"title": " Dusk ", "description": "Calm water."}
    response = client.post(f"/assets/{asset.pk}/edit", body, headers=HTMX)
    assert "Calm water." in response.content.decode()
    asset.refresh_from_db()
    assert (asset.title, asset.description) == ("Dusk", "Calm water.")


def test_a_viewer_is_not_given_the_form(as_, viewer, asset):
    assert "<form" not in as_(viewer).get(f"/assets/{asset.pk}/edit").content.decode()


def test_what_is_binned_leaves_the_library_and_comes_back(as_, owner, viewer, asset):
    client = as_(owner)
    response = client.post(f"/assets/{asset.pk}/bin", headers=HTMX)
    assert response["HX-Redirect"] == "/"
    assert as_(viewer).get(f"/assets/{asset.pk}").status_code == 404
    assert "Harbour at dusk" in client.get("/bin").content.decode()
    page = client.get(f"/assets/{asset.pk}").content.decode()
    assert "In the bin" in page
    client.post(f"/assets/{asset.pk}/unbin")
    assert as_(viewer).get(f"/assets/{asset.pk}").status_code == 200


def test_the_bin_of_others_is_not_shown(as_, teammate, reviewer, owner, asset):
    as_(owner).post(f"/assets/{asset.pk}/bin")
    assert "Harbour" not in as_(teammate).get("/bin").content.decode()
    assert "Harbour" in as_(reviewer).get("/bin").content.decode()


def test_an_older_version_is_shown_on_request_only_to_those_who_may(as_, owner, viewer, asset):
    older = asset.versions.create(
        number=0, blob=asset.current_version.blob, file_name="first.jpg", created_by=owner,
        state="superseded",
    )  # fmt: skip
    address = f"/assets/{asset.pk}?version={older.pk}"
    assert "not the current one" in as_(owner).get(address).content.decode()
    assert as_(viewer).get(address).status_code == 404


def test_restoring_adds_a_version_and_says_so(as_, owner, asset):
    older = asset.current_version
    newer = asset.versions.create(
        number=2, blob=older.blob, file_name="new.jpg", created_by=owner, state="approved"
    )
    Asset.objects.filter(pk=asset.pk).update(current_version=newer)
    page = as_(owner).post(f"/versions/{older.pk}/restore", follow=True).content.decode()
    restored = asset.versions.first()
    assert (restored.number, restored.restored_from) == (3, older)
    assert "Version 1 is back, as version 3." in page


def test_comparing_names_what_differs(as_, owner, asset):
    asset.versions.create(
        number=2, blob=asset.current_version.blob, file_name="wide.jpg", created_by=owner,
        state="in_review", width=2400, height=800,
    )  # fmt: skip
    text = as_(owner).get(f"/assets/{asset.pk}/compare").content.decode()
    assert "2400 × 800" in text
    assert "1200 × 800" in text


def test_a_title_is_never_markup(as_, owner, asset_factory):
    evil = asset_factory('"><script>alert(1)</script>')
    text = as_(owner).get(f"/assets/{evil.pk}").content.decode()
    assert "<script>alert" not in text


def test_errors_of_forms_are_json_for_toasts(as_, owner, asset):
    response = as_(owner).post("/selection/bin", {"asset": asset.pk})
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert toast["undo"] == {"url": "/selection/unbin", "values": {"asset": [asset.pk]}}


def test_what_is_not_there_or_not_allowed_is_said_in_words(as_, viewer):
    gone = as_(viewer).get("/assets/999999")
    assert gone.status_code == 404
    assert "There is nothing here" in gone.content.decode()
    refused = as_(viewer).get("/activity")
    assert refused.status_code == 403
    assert "You may not do this" in refused.content.decode()


def test_a_page_for_when_anything_may_be_broken(rf):
    answer = server_error(rf.get("/"))  # asks for no user and no database: none is given here
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
