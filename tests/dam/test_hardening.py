"""What is sent with every page, how often one may guess, and Django's own deployment checks."""

import os
import subprocess
import sys

import pytest
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as current
from django.core.cache import caches


def test_the_deployment_checks_of_django_find_nothing(tmp_path):
    environment = {**os.environ, "LOUPE_HTTPS": "yes", "LOUPE_HOME": str(tmp_path)}
    del environment["DJANGO_ALLOW_ASYNC_UNSAFE"]  # of the tests alone
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=current.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.django_db
def test_headers_of_every_page(client):
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def _wrong(client, name, address):
    return client.post(
        "/accounts/login/", {"login": name, "password": "wrong"}, REMOTE_ADDR=address
    )


def _forget_attempts():
    for name in ("default", "limits"):
        caches[name].clear()


@pytest.fixture
def no_attempts_yet():
    _forget_attempts()
    yield
    _forget_attempts()


@pytest.mark.django_db
@pytest.mark.usefixtures("no_attempts_yet")
class TestGuessing:
    def test_of_one_account_from_many_addresses_ends(self, client, viewer):
        for n in range(8):
            answer = _wrong(client, "viewer", f"198.51.100.{n}")
        assert "too many" in answer.content.decode().lower()
        right = {"login": "viewer", "password": "loupe-pass-1"}
        client.post("/accounts/login/", right, REMOTE_ADDR="198.51.100.99")
        assert "_auth_user_id" not in client.session

    def test_from_one_address_ends(self, client, viewer):
        answers = [_wrong(client, f"name{n}", "198.51.100.7") for n in range(32)]
        assert answers[-1].status_code == 429 or "too many" in answers[-1].content.decode().lower()

    def test_is_not_forgotten_for_many_other_requests(self, client, viewer, settings):
        """As many as would have emptied a cache of Django's usual 300 entries."""
        for n in range(8):
            _wrong(client, "viewer", f"2001:db8:1:{n}::1")
        for n in range(400):
            client.get("/api/v1/me", REMOTE_ADDR=f"2001:db8:2:{n:x}::1")
        right = {"login": "viewer", "password": "loupe-pass-1"}
        client.post("/accounts/login/", right, REMOTE_ADDR="2001:db8:3::1")
        assert "_auth_user_id" not in client.session
        assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000
        assert not [key for key in caches["default"]._cache if "asked:" in key]

    def test_sees_one_household_in_a_network_of_ipv6(self, client, db, settings):
        settings.LOUPE_API_RATE_UNSIGNED = 2
        codes = [
            client.get("/api/v1/me", REMOTE_ADDR=address).status_code
            for address in ("2001:db8::1", "2001:db8::2:3", "2001:db8::4", "2001:db8:0:1::1")
        ]
        assert codes == [401, 401, 429, 401]

    def test_sees_old_addresses_inside_new_ones_one_by_one(self, client, db, settings):
        settings.LOUPE_API_RATE_UNSIGNED = 1
        codes = [
            client.get("/api/v1/me", REMOTE_ADDR=address).status_code
            for address in ("::ffff:198.51.100.1", "198.51.100.1", "::ffff:198.51.100.2")
        ]
        assert codes == [401, 429, 401]

    def test_of_others_goes_on(self, client, viewer):
        for n in range(8):
            _wrong(client, "somebody", f"198.51.100.{n}")
        right = {"login": "viewer", "password": "loupe-pass-1"}
        client.post("/accounts/login/", right, REMOTE_ADDR="198.51.100.99")
        assert client.session["_auth_user_id"] == str(viewer.pk)

    def test_counts_the_client_and_not_the_proxy(self, client, viewer, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for n in range(40):
            answer = client.post(
                "/accounts/login/",
                {"login": f"name{n}", "password": "wrong"},
                REMOTE_ADDR="10.0.0.1",
                HTTP_X_FORWARDED_FOR=f"203.0.113.9, 198.51.100.{n}",
            )
        assert answer.status_code == 200
        assert "too many" not in answer.content.decode().lower()


@pytest.mark.django_db
def test_a_session_can_be_ended_from_another_browser(client, viewer):
    from django.test import Client

    away = Client()
    for browser in (client, away):
        browser.post("/accounts/login/", {"login": "viewer", "password": "loupe-pass-1"})
    assert away.get("/collections/").status_code == 200
    page = client.get("/accounts/sessions/")
    assert page.status_code == 200
    client.post("/accounts/sessions/")
    assert client.get("/collections/").status_code == 200
    assert away.get("/collections/").status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("no_attempts_yet")
def test_a_second_factor_is_set_up_and_then_asked_for(client, viewer):
    password = {"login": "viewer", "password": "loupe-pass-1"}
    client.post("/accounts/login/", password)
    form = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert form.redirect_chain[0][0].startswith("/accounts/reauthenticate/")
    page = client.post(form.redirect_chain[0][0], {"password": "loupe-pass-1"}, follow=True)
    assert "data:image/svg+xml" in page.content.decode()
    secret = client.session[SECRET_SESSION_KEY]
    client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)})
    client.post("/accounts/logout/")
    asked = client.post("/accounts/login/", password)
    assert asked.url.startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    _forget_attempts()  # a code serves once: the one of the set-up is used up for this half minute
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert client.session["_auth_user_id"] == str(viewer.pk)


def _code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
