"""For every operation of the description: nobody gets in unsigned, with a token that is over, or
with one for something else.
"""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from dam.api import describe
from dam.models import ApiToken
from dam.scopes import Scope
from tests.api.conftest import Program, is_problem

OPERATIONS = [
    pytest.param(path, method.upper(), one, id=one["operationId"])
    for path, method, one in describe.operations(describe.document())
]
# Notices of object stores carry a secret of their own: tests/processing has them.
WITHOUT_TOKENS = {"sources_events"}


def address_of(path: str, one: dict) -> str:
    kinds = {p["name"]: p["schema"].get("format") for p in one.get("parameters", [])}
    number = str(uuid.UUID(int=1)) if kinds.get("id") == "uuid" else "1"
    path = path.replace("{id}", number).replace("{number}", "1").replace("{run}", "1")
    return path.replace("{slug}", "house").replace("{purpose}", "large").replace("{name}", "own")


def body_of(one: dict):
    return {} if "requestBody" in one else None


def scope_of(one: dict) -> str:
    return next((need["token"] for need in one["security"] if "token" in need), [""])[:1]


@pytest.mark.parametrize(("path", "method", "one"), OPERATIONS)
def test_nobody_gets_in_unsigned_or_with_a_token_that_is_over(path, method, one, token, admin_user):
    if one["operationId"] in WITHOUT_TOKENS:
        pytest.skip("it has a secret of its own")
    address = address_of(path, one)
    is_problem(Program().ask(method, address, body_of(one)), 401)
    made, secret = token(admin_user)
    ApiToken.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(days=1))
    is_problem(Program(secret).ask(method, address, body_of(one)), 401)


@pytest.mark.parametrize(("path", "method", "one"), OPERATIONS)
def test_a_token_for_everything_else_is_not_let_in(path, method, one, token, admin_user):
    needed = scope_of(one)
    if not needed:
        pytest.skip("any token will do")
    others = [scope for scope in Scope.values if scope != needed[0]]
    answer = Program(token(admin_user, *others)[1]).ask(method, address_of(path, one), body_of(one))
    assert f"“{needed[0]}”" in is_problem(answer, 403)["detail"]
