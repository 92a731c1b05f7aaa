"""An asset's history names the token by which a program changed it, and never its secret."""

import pytest
from django.test import Client

from dam.actions.tokens import revoke_token
from dam.models import ApiToken
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db(transaction=True)  # one transaction has one time


@pytest.fixture
def sea(asset_factory):
    return asset_factory("Sea")


@pytest.fixture
def importer(owner) -> tuple[ApiToken, Program]:
    from dam.actions.tokens import create_token
    from dam.scopes import Scope

    made, secret = create_token(user=owner, name="CI <import>", scopes=Scope.values)
    return made, Program(secret)


def told(program, asset) -> list[tuple[str, str, str]]:
    rows = program.get(f"assets/{asset.pk}/history").json()["results"]
    return [(row["what"], row["who"], row["token"]) for row in rows]


def test_each_change_by_a_token_names_it(importer, sea, owner):
    _token, asking = importer
    assert asking.patch(f"assets/{sea.pk}", {"title": "North Sea"}).status_code == 200
    assert asking.post(f"assets/{sea.pk}/tags/", {"name": "ice"}).status_code == 200
    assert asking.post("assets/bulk", {"action": "bin", "ids": [sea.pk]}).status_code == 200
    assert asking.post(f"assets/{sea.pk}/unbin").status_code == 200
    assert told(asking, sea)[:4] == [
        ("Taken out of the bin", "owner", "CI <import>"),
        ("Moved to the bin", "owner", "CI <import>"),
        ("Accepted a tag", "owner", "CI <import>"),
        ("Changed the title", "owner", "CI <import>"),
    ]


def test_an_upload_by_a_token_names_it(importer, picture):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from dam.models import Asset

    _token, asking = importer
    sent = asking.send("uploads/", {"file": SimpleUploadedFile("sea.jpg", picture(seed=3))})
    assert sent.status_code == 201
    asset = Asset.objects.get(pk=sent.json()["asset"])
    assert {token for _what, _who, token in told(asking, asset)} == {"CI <import>"}


def test_what_is_done_in_the_pages_names_none(importer, sea, owner):
    _token, asking = importer
    browser = Client()
    browser.force_login(owner)
    browser.post(f"/assets/{sea.pk}/edit", {"title": "By hand", "description": ""})
    assert told(asking, sea)[0] == ("Changed the title", "owner", "")


def test_the_page_says_it_and_no_secret_is_anywhere(importer, sea, owner):
    token, asking = importer
    asking.patch(f"assets/{sea.pk}", {"title": "North Sea"})
    revoke_token(token=token, user=owner)
    browser = Client()
    browser.force_login(owner)
    page = browser.get(f"/assets/{sea.pk}/history").content.decode()
    assert "by the token “CI &lt;import&gt;”" in page, "named after it has ended, too"
    data = browser.get(f"/api/v1/assets/{sea.pk}/history").content.decode()
    secret = asking.headers["Authorization"].removeprefix("Bearer ")
    for said in (page, data):
        assert secret[3:] not in said
        assert token.prefix not in said
        assert token.digest not in said


def test_a_token_that_is_gone_is_told_as_that(importer, sea, owner):
    token, asking = importer
    asking.patch(f"assets/{sea.pk}", {"title": "North Sea"})
    ApiToken.objects.filter(pk=token.pk).delete()
    browser = Client()
    browser.force_login(owner)
    rows = browser.get(f"/api/v1/assets/{sea.pk}/history").json()["results"]
    assert rows[0]["token"] == "a token that is gone"
