"""A real browser against a real server."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.closing import PATIENCE, browsers, ended_after
from tests.browser.install import find

expect.set_options(timeout=15_000)  # what is waited for comes later on a machine under load

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


@pytest.fixture(scope="session")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """The browser of all tests; at the end it is closed, whatever became of its children."""
    before = browsers()
    made = launch_browser()
    (group,) = browsers() - before
    yield made
    with ended_after(PATIENCE, group):
        made.close()


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
