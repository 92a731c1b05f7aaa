"""Requests that are too large: refused before anything of them lies on the disk."""

import io

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from dam import bodies
from search import asked

MIB = bodies.MIB


@pytest.fixture
def spooled(monkeypatch) -> list[int]:
    """The sizes of the pieces that were about to be written to a temporary file."""
    seen: list[int] = []
    known = TemporaryFileUploadHandler.receive_data_chunk

    def count(handler, raw, start):
        seen.append(len(raw))
        return known(handler, raw, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", count)
    return seen


def browser(user=None, **more) -> Client:
    made = Client(**more)
    if user:
        made.force_login(user)
    return made


def send(client: Client, address: str, size: int = 9 * MIB, **headers):
    return client.post(address, {"file": io.BytesIO(b"x" * size)}, headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/search/picture", "/assets/1/versions", "/api/v1/uploads/", "/admin/"],
)
def test_nobody_fills_the_disk_without_an_account(address, spooled):
    answer = send(browser(enforce_csrf_checks=True), address, 2 * MIB, Accept="text/html")
    assert answer.status_code == 413
    assert "Without a sign-in a request has 1 MiB at most." in answer.content.decode()
    assert not spooled


def test_a_token_that_is_none_is_refused_before_its_form_is_read(db, spooled):
    answer = send(browser(), "/api/v1/uploads/", Authorization="Bearer lp_wrong")
    assert answer.status_code == 401
    assert not spooled


def test_nor_does_somebody_who_may_not_upload(viewer, ingest, spooled):
    answer = send(browser(viewer), f"/assets/{ingest().asset.pk}/versions")
    assert answer.status_code == 413
    assert "4 MiB" in answer.json()["detail"]
    assert send(browser(viewer), "/api/v1/uploads/").status_code == 403
    assert not spooled


def test_the_right_is_asked_for_before_a_form_of_the_api_is_read(person, owner, ingest, spooled):
    asset = ingest().asset
    other = person("another", "creator")
    place = f"/api/v1/assets/{asset.pk}/versions/"
    assert send(browser(other), place).status_code == 404
    assert not spooled
    assert send(browser(owner), place, Idempotency_Key="k").status_code == 201
    assert sum(spooled) == 9 * MIB


def test_csrf_is_asked_for_before_a_form_of_the_api_is_read(owner, spooled):
    answer = send(browser(owner, enforce_csrf_checks=True), "/api/v1/uploads/")
    assert answer.status_code == 403
    assert not spooled


def test_with_the_token_in_the_header_it_is_taken(owner, picture):
    client = browser(owner, enforce_csrf_checks=True)
    token = client.get("/collections/").cookies["csrftoken"].value
    answer = client.post(
        "/api/v1/uploads/", {"file": io.BytesIO(picture())}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("address", "headers"),
    [("/collections/", {"Accept": "text/html"}), ("/api/v1/terms/", {})],
)
def test_other_addresses_take_four_mebibytes(address, headers, owner, spooled):
    answer = send(browser(owner), address, 5 * MIB, **headers)
    kind = "text/html" if headers else "application/problem+json"
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (413, kind)
    assert "larger than the 4 MiB that this address takes" in answer.content.decode()
    assert not spooled


def test_pictures_to_search_by_have_their_own_limit(viewer, monkeypatch, spooled):
    monkeypatch.setattr(asked, "LARGEST_PICTURE", 5 * MIB)
    for address in ("/search/picture", "/api/v1/similar/"):
        assert send(browser(viewer), address, 5 * MIB).status_code == 400, "it is no picture"
        spooled.clear()
        assert send(browser(viewer), address, 7 * MIB).status_code == 413
        assert not spooled


def test_somebody_without_a_role_sends_none(person, spooled):
    nobody = browser(person("nobody"))
    assert send(nobody, "/search/picture").status_code == 413
    assert send(nobody, "/api/v1/similar/").status_code == 403
    assert not spooled


def test_a_file_has_the_limit_of_files(owner, settings, spooled):
    settings.LOUPE_MAX_UPLOAD_BYTES = 1
    answer = send(browser(owner), "/api/v1/uploads/", 9 * MIB)
    assert answer.status_code == 413
    assert not spooled
