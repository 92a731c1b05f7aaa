"""Tokens: who they let in, for what, until when, and how often."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dam.actions.tokens import revoke_token
from dam.models import ApiToken, User
from tests.api.conftest import Program, is_problem


def test_a_token_signs_its_person_in(program, viewer):
    answer = program(viewer).get("me")
    assert answer.status_code == 200
    assert answer.json()["username"] == "viewer"
    assert answer.json()["token"]["name"] == "Script"


def test_only_a_hash_of_it_is_kept(token, viewer):
    made, secret = token(viewer)
    row = ApiToken.objects.values().get()
    assert secret.startswith("lp_")
    assert len(secret) >= 43
    assert secret not in str(row)
    assert secret.startswith(made.prefix)


def test_nobody_is_asked_for_a_token(db):
    answer = Program().get("me")
    is_problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="Loupe"'


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("revoke", "revoked"),
        ("expire", "ran out"),
        ("deactivate", "not active"),
        ("mistype", "no such token"),
    ],
)
def test_a_token_that_is_over_says_which_way(token, viewer, spoil, said):
    made, secret = token(viewer)
    if spoil == "revoke":
        revoke_token(token=made, user=viewer)
    elif spoil == "expire":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoil == "deactivate":
        User.objects.update(is_active=False)
    else:
        secret = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    answer = Program(secret).get("me")
    assert said in is_problem(answer, 401)["detail"]
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("given", ["lp_", "x" * 5_000, "secret", "lp_é", "lp_\x7f"])
def test_what_is_no_token_is_refused_in_words(db, given):
    client = Client()
    answer = client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {given}")
    is_problem(answer, 401)


def test_a_token_in_an_address_lets_nobody_in(token, viewer):
    secret = token(viewer)[1]
    for name in ("token", "access_token", "api_key"):
        is_problem(Program().get(f"me?{name}={secret}"), 401)


def test_a_scope_that_is_missing_is_named(program, owner):
    answer = program(owner, "search:read").get("uploads/")
    assert "“assets:read”" in is_problem(answer, 403)["detail"]
    assert program(owner, "assets:read").get("uploads/").status_code == 200


def test_a_view_that_names_no_scope_takes_no_token(rf, token, viewer):
    from dam.api.views import ApiView

    class Forgotten(ApiView):
        schema = None

        def get(self, request):
            raise AssertionError("it was let in")

    request = rf.get("/", HTTP_AUTHORIZATION=f"Bearer {token(viewer)[1]}")
    assert Forgotten.as_view()(request).status_code == 403


def test_its_use_is_noted_once_a_minute(program, viewer):
    asking = program(viewer)
    asking.get("me")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    asking.get("me")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    asking.get("me")
    assert ApiToken.objects.get().last_used_at > first


def test_sessions_need_the_csrf_token_for_writing_and_tokens_do_not(token, owner, picture):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    assert browser.get("/api/v1/me").json()["token"] is None
    is_problem(browser.post("/api/v1/uploads/", {}), 403)
    with_token = Client(enforce_csrf_checks=True).post(
        "/api/v1/uploads/", {}, headers={"Authorization": f"Bearer {token(owner)[1]}"}
    )
    is_problem(with_token, 400)


def test_who_asks_too_often_waits(program, viewer, settings):
    settings.LOUPE_API_RATE = 3
    asking = program(viewer)
    assert [asking.get("me").status_code for _ in range(3)] == [200, 200, 200]
    answer = asking.get("me")
    is_problem(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert program(viewer).get("me").status_code == 200, "another token counts for itself"


def test_more_tokens_are_not_ever_more_requests(program, viewer, owner, settings):
    settings.LOUPE_API_RATE = 1
    codes = [program(viewer).get("me").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert program(owner).get("me").status_code == 200, "another account counts for itself"


def test_the_unsigned_and_wrong_tokens_are_counted_by_address(db, settings):
    settings.LOUPE_API_RATE_UNSIGNED = 2
    assert [Program(s).get("me").status_code for s in ("", "lp_wrong", "", "lp_x")] == [
        401,
        401,
        429,
        429,
    ]


def test_what_is_not_there_is_a_problem_too(program, viewer):
    assert "slash" in is_problem(program(viewer).get("nothing/like/this"), 404)["detail"]
    is_problem(program(viewer).post("me", {}), 405)
    is_problem(program(viewer).get("me", Accept="text/html"), 406)


def test_an_unknown_parameter_is_refused(program, viewer):
    found = is_problem(program(viewer).get("uploads/?stat=approved"), 400)
    assert "“stat”" in found["detail"]
    assert "“limit”" in found["detail"]


def test_a_write_by_token_names_person_and_token_in_the_audit_trail(program, owner, picture):
    from io import BytesIO

    file = BytesIO(picture())
    file.name = "sea.jpg"
    assert program(owner).send("uploads/", {"file": file}).status_code == 201
    from django.apps import apps

    event = apps.get_model("dam", "AssetEvent").objects.filter(pgh_label="insert").get()
    assert event.pgh_context.metadata["user"] == owner.pk
    assert event.pgh_context.metadata["token"] == ApiToken.objects.get().pk
