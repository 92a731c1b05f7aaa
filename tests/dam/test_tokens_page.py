"""The tokens page: made and shown once, listed, revoked; service accounts for admins alone."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError

from dam.actions import tokens
from dam.models import ApiToken, User
from tests.api.conftest import Program

PAGE = "/settings/tokens"


def make(client, **more):
    body = {"name": "Nightly", "scope": ["assets:read"], "lasts": "90"} | more
    return client.post(PAGE, body)


def secret_in(page: str) -> str:
    return page.split('id="token-secret" tabindex="0">')[1].split("<")[0]


def test_a_token_is_shown_once_and_works(as_, viewer):
    browser = as_(viewer)
    made = make(browser)
    secret = secret_in(made.content.decode())
    assert made["Cache-Control"] == "no-store"
    assert Program(secret).get("me").json()["username"] == "viewer"
    later = browser.get(PAGE).content.decode()
    assert secret not in later
    assert "Nightly" in later
    days = (ApiToken.objects.get().expires_at - ApiToken.objects.get().created_at).days
    assert days in {89, 90}


@pytest.mark.parametrize(
    "wish",
    [
        {"name": " "},
        {"scope": []},
        {"scope": ["everything"]},
        {"lasts": "7000"},
        {"lasts": "", "until": "2001-01-01"},
        {"lasts": "", "until": "2001-31-31"},
        {"name": "x" * 101},
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(as_, viewer, wish):
    answer = make(as_(viewer), **wish)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_what_was_written_stays_in_the_form_that_failed_alone(as_, admin_user, brand):
    browser = as_(admin_user)
    browser.post("/settings/services/", {"name": "web-shop", "role": "viewer", "brand": brand.slug})
    wrong = {"name": "Hourly", "scope": ["review:read"], "lasts": "365", "account": "web-shop"}
    page = make(browser, **wrong | {"scope": ["everything", "review:read"]}).content.decode()
    own, service = page.split('id="services-title"')
    assert "Hourly" in service
    assert "Hourly" not in own
    assert service.count('role="alert"') == 1
    assert 'role="alert"' not in own
    assert '<option value="365" selected>' in service
    assert '<option value="90" selected>' in own
    assert 'value="review:read" checked' in service
    assert " checked" not in own
    made = make(browser, name="Daily").content.decode()
    assert 'value="assets:read" checked' not in made, "the next one starts with nothing chosen"


def test_a_token_is_revoked_by_its_person_or_an_admin(as_, viewer, owner, admin_user, token_of):
    first, second = token_of(viewer), token_of(viewer)
    assert as_(owner).post(f"{PAGE}/{first.pk}/revoke").status_code == 403
    assert as_(viewer).post(f"{PAGE}/{first.pk}/revoke").url == PAGE
    assert as_(admin_user).post(f"{PAGE}/{second.pk}/revoke").url == PAGE
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    events = apps.get_model("dam", "ApiTokenEvent").objects.filter(pgh_label="update")
    assert {event.pgh_context.metadata["user"] for event in events} == {viewer.pk, admin_user.pk}


@pytest.fixture
def token_of():
    def make(user):
        return tokens.create_token(user=user, name="Script", scopes=["assets:read"])[0]

    return make


def test_somebody_without_a_role_makes_none(person):
    with pytest.raises(PermissionDenied):
        tokens.create_token(user=person("nobody"), name="x", scopes=["assets:read"])


def test_service_accounts_are_for_admins(as_, viewer, admin_user, brand):
    body = {"name": "web-shop", "role": "viewer", "brand": brand.slug}
    assert as_(viewer).post("/settings/services/", body).status_code == 403
    assert "Service accounts" not in as_(viewer).get(PAGE).content.decode()
    browser = as_(admin_user)
    assert browser.post("/settings/services/", body).url == PAGE
    account = User.objects.get(username="web-shop")
    assert (account.is_service, account.has_usable_password()) == (True, False)
    assert make(as_(viewer), account="web-shop").status_code == 403
    secret = secret_in(make(browser, account="web-shop").content.decode())
    assert Program(secret).get("me").json()["is_service"] is True
    assert browser.post("/settings/services/", body).status_code == 400, "the name is taken"
    assert as_(viewer).post("/settings/services/web-shop/end").status_code == 403
    assert browser.post("/settings/services/web-shop/end").url == PAGE
    assert Program(secret).get("me").status_code == 401
    events = apps.get_model("dam", "ApiTokenEvent").objects.filter(pgh_label="update")
    assert events.get().pgh_context.metadata["user"] == admin_user.pk


def test_nobody_makes_a_token_of_another_person(admin_user, viewer):
    with pytest.raises(ValidationError, match="by that person"):
        tokens.create_token(user=admin_user, name="x", scopes=["assets:read"], of=viewer)


def test_a_token_has_no_more_rights_than_its_person_has_now(token_of, viewer, asset_factory):
    secret = tokens.create_token(user=viewer, name="x", scopes=["assets:read"])[1]
    asset_factory("Sea")
    assert len(Program(secret).get("assets/").json()["results"]) == 1
    viewer.memberships.all().delete()
    assert Program(secret).get("assets/").json()["results"] == []


def test_the_number_of_tokens_is_bounded(viewer, token_of, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    token_of(viewer), token_of(viewer)
    with pytest.raises(ValidationError, match="revoke one"):
        token_of(viewer)


def test_the_reference_names_every_operation_and_leads_there(as_, viewer):
    from dam.api import describe

    page = as_(viewer).get("/api/v1/docs/").content.decode()
    for _path, _method, one in describe.operations(describe.document()):
        assert f'id="{one["operationId"]}"' in page
    assert "<script>" not in page
    assert " style=" not in page
    assert "`" not in page, "backticks are shown as code"
