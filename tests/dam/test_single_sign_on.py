"""Signing in through a provider, with a real one on loopback."""

from urllib.parse import parse_qs, urlparse

import pytest
from allauth.account.models import EmailAddress

from dam.models import Membership, User
from tests.dam.oidc import Provider

START = "/accounts/oidc/oidc/login/"
BACK = "/accounts/oidc/oidc/login/callback/"


@pytest.fixture
def provider(settings):
    with Provider() as running:
        app = {
            "provider_id": "oidc",
            "name": "House",
            "client_id": "loupe",
            "secret": "s",
            "settings": {"server_url": running.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        settings.LOUPE_OUTBOUND_HOSTS = ["127.0.0.1"]
        yield running


def sign_in(client):
    """Go to the provider and come back, as a browser would."""
    sent = client.post(START)
    assert sent.status_code == 302, sent.content
    asked = parse_qs(urlparse(sent.url).query)
    return client.get(BACK, {"code": "c", "state": asked["state"][0]}), asked


@pytest.mark.django_db
class TestSigningIn:
    def test_the_sign_in_page_offers_it(self, client, provider):
        page = client.get("/accounts/login/").content.decode()
        assert START in page
        assert "House" in page

    def test_without_a_provider_nothing_is_offered(self, client):
        assert START not in client.get("/accounts/login/").content.decode()

    def test_an_account_with_the_verified_address_is_entered(self, client, provider, viewer):
        provider.vouch_for(sub="1", email=viewer.email, email_verified=True)
        answer, asked = sign_in(client)
        assert answer.status_code == 302
        assert client.session["_auth_user_id"] == str(viewer.pk)
        assert asked["code_challenge_method"] == ["S256"]

    def test_an_address_that_is_not_verified_enters_no_account(
        self, client, provider, viewer, settings
    ):
        settings.LOUPE_OIDC_ROLE = "viewer"
        provider.vouch_for(sub="1", email=viewer.email, email_verified=False)
        sign_in(client)
        assert client.session.get("_auth_user_id") != str(viewer.pk)

    def test_an_address_that_somebody_else_claims_leads_to_its_owner(
        self, client, provider, viewer, owner
    ):
        EmailAddress.objects.create(user=viewer, email=owner.email, verified=False)
        provider.vouch_for(sub="1", email=owner.email.upper(), email_verified=True)
        sign_in(client)
        assert client.session["_auth_user_id"] == str(owner.pk)
        owner.refresh_from_db()
        assert owner.has_usable_password()

    def test_an_address_that_is_claimed_alone_leads_nowhere(self, client, provider, viewer):
        EmailAddress.objects.create(user=viewer, email="boss@example.com", verified=True)
        provider.vouch_for(sub="1", email="boss@example.com", email_verified=True)
        sign_in(client)
        assert "_auth_user_id" not in client.session

    def test_an_address_of_two_accounts_leads_nowhere(self, client, provider, viewer, owner):
        User.objects.filter(pk=owner.pk).update(email=viewer.email)
        provider.vouch_for(sub="1", email=viewer.email, email_verified=True)
        sign_in(client)
        assert "_auth_user_id" not in client.session

    def test_nobody_changes_their_own_address(self, client, viewer):
        client.force_login(viewer)
        wish = {"action_add": "", "email": "boss@example.com"}
        assert client.post("/accounts/email/", wish).status_code == 404
        assert not EmailAddress.objects.exists()

    def test_strangers_stay_outside_by_default(self, client, provider, brand):
        provider.vouch_for(sub="2", email="new@example.com", email_verified=True)
        answer, _asked = sign_in(client)
        assert "_auth_user_id" not in client.session
        assert not User.objects.filter(email="new@example.com").exists()
        assert "closed" in answer.content.decode().lower()

    def test_strangers_get_the_role_that_is_set(self, client, provider, brand, settings):
        settings.LOUPE_OIDC_ROLE = "viewer"
        provider.vouch_for(sub="2", email="new@example.com", email_verified=True)
        sign_in(client)
        made = User.objects.get(email="new@example.com")
        assert not made.has_usable_password()
        assert list(made.memberships.values_list("role", "brand")) == [("viewer", brand.pk)]
        assert client.session["_auth_user_id"] == str(made.pk)
        sign_in(client)
        assert Membership.objects.filter(user=made).count() == 1

    def test_a_provider_inside_the_network_is_refused_unless_named(
        self, client, provider, settings
    ):
        settings.LOUPE_OUTBOUND_HOSTS = []
        answer = client.post(START, follow=True)
        assert answer.redirect_chain == [("/accounts/login/", 302)]
        assert "cannot be reached" in answer.content.decode()
