"""A real browser against a real server."""

import threading
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Page

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


PATIENCE = 30.0  # seconds for the browser to close


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    """The browser; a driver that does not get it closed at the end is ended.

    It was seen to wait for ever for a browser that had gone already, and the whole run with it.
    """
    yield browser
    watch = threading.Timer(PATIENCE, _end_driver)
    watch.daemon = True
    watch.start()


def _end_driver() -> None:
    for child in psutil.Process().children():
        if "playwright" in " ".join(child.cmdline()):
            child.kill()


@pytest.fixture
def fake_encoder(settings, tmp_path):
    """No weights are needed to look at pages."""
    from search import active, judging, meaning, moments, nearest, words

    settings.LOUPE_ENCODER = "fake-v1"
    for module in (active, judging, meaning, moments, nearest, words):
        module.forget()
    yield
    active.forget()


@pytest.fixture
def enter(page: Page, live_server, client, settings):
    """Sign in as somebody; every complaint of the browser fails the test at its end."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

    def sign_in(user, where: str = "/", theme: str = "dark") -> Page:
        client.force_login(user)
        cookies = {settings.SESSION_COOKIE_NAME: client.cookies["sessionid"].value, "theme": theme}
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page.goto(live_server.url + where)
        page.wait_for_function("() => window.htmx")
        return page

    sign_in.expected = ["ERR_FAILED"]  # what tests cut off
    yield sign_in
    known = sign_in.expected
    assert [line for line in complaints if not any(part in line for part in known)] == []
