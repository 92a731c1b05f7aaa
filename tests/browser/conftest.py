"""A real browser against a real server."""

import pytest

from tests.browser.install import find

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    path = find()
    own = {"executable_path": path} if path else {}
    return browser_type_launch_args | own | {"args": FLAGS}
