"""The settings in a real browser: the menu, a token that is made and copied, the reference."""

import pytest
from playwright.sync_api import Page, expect

from dam.models import ApiToken
from tests.api.conftest import Program
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFERENCE = "/api/v1/docs/#assets_list"


@pytest.fixture
def browsing(page: Page, live_server, client, settings, admin_user) -> Page:
    """A page of an admin's that notes what goes wrong on it."""
    client.force_login(admin_user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.problems = problems
    yield page
    assert problems == []


def test_a_token_is_made_copied_and_revoked_by_keyboard(browsing: Page, live_server):
    browsing.goto(f"{live_server.url}/settings/")
    browsing.get_by_role("link", name="Tokens").first.click()
    expect(browsing.get_by_role("heading", name="Tokens", level=1)).to_be_visible()
    form = browsing.locator("form.token-form").first  # open, as there is no token yet
    form.get_by_label("What it is for").fill("Nightly import")
    form.get_by_label("See assets").check()
    form.get_by_role("button", name="Make the token").press("Enter")
    secret = browsing.locator("#token-secret").inner_text()
    browsing.get_by_role("button", name="Copy").click()
    expect(browsing.locator("#toasts")).to_contain_text("cop", ignore_case=True)
    assert Program(secret).get("me").status_code == 200
    browsing.goto(f"{live_server.url}/settings/tokens")
    assert secret not in browsing.content()
    browsing.locator("summary[aria-label='Revoke Nightly import']").press("Enter")
    browsing.get_by_role("button", name="Revoke “Nightly import”").press("Enter")
    expect(browsing.get_by_text("is revoked")).to_be_visible()
    assert ApiToken.objects.get().revoked_at is not None
    assert Program(secret).get("me").status_code == 401


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_reference_is_in_nobodys_way(theme, browsing: Page, live_server):
    browsing.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    browsing.goto(live_server.url + REFERENCE)
    assert violations(browsing) == []
    browsing.set_viewport_size({"width": 390, "height": 844})
    assert browsing.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_link_to_an_operation_opens_it(browsing: Page, live_server):
    browsing.goto(f"{live_server.url}/api/v1/docs/#review_decide")
    expect(browsing.locator("#review_decide")).to_have_attribute("open", "")
    expect(browsing.locator("#curl-review_decide")).to_contain_text("/decide")
