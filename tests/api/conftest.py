"""Programs with tokens, as the cast's people make them."""

import json
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.test import Client

EVERY = "every scope"


class Program:
    """A client of the API that sends a token with every request, and JSON."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, method: str, path: str, body=None, **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else json.dumps(body)
        kind = "" if body is None else "application/json"
        address = path if path.startswith("/api/") else f"/api/v1/{path}"
        return self.client.generic(
            method, address, data, content_type=kind, headers=self.headers | given
        )

    def get(self, path: str, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path: str, body=None, **headers):
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body, **headers):
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers):
        return self.ask("DELETE", path, **headers)

    def send(self, path: str, fields: dict, **headers):
        """POST a form with files."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1/{path}", fields, headers=self.headers | given)


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    caches["limits"].clear()


@pytest.fixture
def token(db) -> Callable:
    """Make a token of somebody; return it with its secret."""

    def make(user, *scopes: str, **more):
        from dam.actions.tokens import create_token
        from dam.scopes import Scope

        return create_token(user=user, name="Script", scopes=scopes or Scope.values, **more)

    return make


@pytest.fixture
def program(token) -> Callable[..., Program]:
    """Return a program of somebody (nobody: None), with all scopes unless some are named."""

    def of(user, *scopes: str) -> Program:
        return Program("" if user is None else token(user, *scopes)[1])

    return of


def is_problem(response, status: int) -> dict:
    """Check that an answer is a problem of a status, worded for people; return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["detail"].endswith((".", "!", "?"))
    return body
