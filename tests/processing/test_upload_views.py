"""Uploads as an API: one file a request, its outcome in words, its state afterwards."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dam.models import Asset, Version

ADDRESS = "/api/v1/uploads/"


def client(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def send(picture):
    def post(user, data: bytes | None = None, name="sea.jpg", **fields):
        data = picture(seed=3) if data is None else data
        file = SimpleUploadedFile(name, data, "application/octet-stream")
        return client(user).post(ADDRESS, {"file": file, **fields})

    return post


def test_a_picture_is_taken_in(send, owner):
    response = send(owner, note="From the shoot")
    answer = response.json()
    version = Version.objects.get()
    assert response.status_code == 201
    assert answer["outcome"] == "ingested"
    assert (answer["asset"], answer["version"]) == (version.asset_id, version.pk)
    assert answer["address"] == f"/assets/{version.asset_id}"
    assert (version.note, version.created_by) == ("From the shoot", owner)


def test_the_same_bytes_again_are_a_duplicate_with_its_match(send, owner, teammate):
    first = send(owner).json()
    response = send(owner, name="copy.jpg")
    assert response.status_code == 200
    assert response.json()["outcome"] == "duplicate"
    assert response.json()["asset"] == first["asset"]
    hidden = send(teammate).json()
    assert hidden["outcome"] == "duplicate"
    assert "asset" not in hidden, "an undecided picture of somebody else stays unnamed"


def test_what_is_no_picture_is_refused_with_a_sentence(send, owner):
    answer = send(owner, b"hello, I am text", name="notes.jpg").json()
    assert answer["outcome"] == "refused"
    assert answer["reason"].endswith(".")
    assert not Asset.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "outsider"])
def test_who_may_not_upload_is_refused(request, send, role, brand):
    assert send(request.getfixturevalue(role)).status_code == 403
    assert not Asset.objects.exists()


def test_nobody_uploads_unsigned(db, picture):
    response = Client().post(ADDRESS, {"file": SimpleUploadedFile("a.jpg", picture())})
    assert response.status_code in {302, 401, 403}
    assert not Asset.objects.exists()


def test_no_file_too_large_and_unknown_places_are_named(send, owner, settings):
    assert client(owner).post(ADDRESS, {}).status_code == 400
    assert send(owner, brand="nowhere").status_code == 404
    assert send(owner, asset="999999").status_code == 404
    settings.LOUPE_MAX_UPLOAD_BYTES = 1000
    response = send(owner)
    assert response.status_code == 413
    assert "larger than" in response.json()["detail"]


def test_a_new_version_by_its_owner_and_by_no_other(send, owner, teammate, asset_factory, picture):
    asset = asset_factory()
    assert send(teammate, asset=asset.pk).status_code == 403
    assert send(owner, asset=asset.pk).status_code == 201
    assert asset.versions.count() == 2


def test_a_new_version_from_a_plain_form(owner, viewer, asset_factory, picture):
    asset = asset_factory()
    address = f"/assets/{asset.pk}/versions"

    def body():
        return {"file": SimpleUploadedFile("b.jpg", picture(seed=8)), "note": "Warmer"}

    assert client(viewer).post(address, body()).status_code == 403
    assert client(owner).post(address, body()).url == f"/assets/{asset.pk}"
    assert asset.versions.first().note == "Warmer"
    page = client(owner).post(address, {"file": SimpleUploadedFile("c.jpg", b"no")}, follow=True)
    assert asset.versions.count() == 2
    assert "toast error" in page.content.decode()


def test_states_are_told_of_what_one_may_see(send, owner, viewer, asset_factory):
    own = send(owner).json()["version"]
    refused = asset_factory(state="refused", state_reason="It is broken.").versions.get().pk
    asked = f"{ADDRESS}states?versions={own},{refused},99999,{'9' * 40},x"
    states = client(owner).get(asked).json()["states"]
    assert states[str(own)]["state"] == "processing"
    assert states[str(refused)]["reason"] == "It is broken."
    assert client(viewer).get(asked).json()["states"] == {}


def test_processing_reaches_the_state_that_uploads_wait_for(send, owner, run_jobs):
    from processing import steps

    made = send(owner).json()
    if not {"embed", "tag"} <= {step.name for step in steps.known()}:
        pytest.skip("the steps of the search room are not registered")
    run_jobs()
    state = client(owner).get(f"{ADDRESS}states?versions={made['version']}").json()["states"]
    entry = state[str(made["version"])]
    assert entry["thumbnail"] == f"/renditions/{made['version']}/thumbnail"
