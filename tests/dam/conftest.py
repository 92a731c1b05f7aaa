"""Signed-in browsers without a browser."""

from collections.abc import Callable

import pytest
from django.test import Client


@pytest.fixture
def as_(db) -> Callable[..., Client]:
    """Return a client that is signed in as somebody (or nobody: None)."""

    def sign_in(user) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
