"""The page of a source in a real browser: what failed, why, and trying it again by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from processing.models import Source, SourceFile
from processing.sources.actions import add_source
from processing.sources.watcher import once
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def source(tmp_path, settings, brand, admin_user) -> Source:
    """A source whose two files failed, one of a long name."""
    inbox = tmp_path / "roots" / "inbox"
    inbox.mkdir(parents=True)
    settings.LOUPE_WATCH_ROOTS = [tmp_path / "roots"]
    for name in ("bad.jpg", "spring/" + "a-name-without-any-place-to-break-it" * 3 + ".jpg"):
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(b"<html>")
    made = add_source(
        user=admin_user, name="Drop", path=str(inbox), brand=brand, settle_seconds=0.2
    )
    assert once(made)["failed"] == 2
    return made


@pytest.fixture
def page_of(page: Page, live_server, client, settings, admin_user, source) -> Page:
    client.force_login(admin_user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/settings/sources/{source.pk}")
    return page


def test_a_failed_file_is_tried_again_by_keyboard(page_of: Page, source):
    expect(page_of.get_by_role("heading", name="2 files failed")).to_be_visible()
    page_of.get_by_role("button", name="Try again: bad.jpg").press("Enter")
    expect(page_of.get_by_text("1 file is tried again.")).to_be_visible()
    expect(page_of.get_by_role("heading", name="One file failed")).to_be_visible()
    assert SourceFile.objects.get(key="bad.jpg").state == "seen"
    page_of.get_by_role("button", name="Try all again").press("Enter")
    expect(page_of.get_by_role("heading", name="failed")).to_have_count(0)


def test_the_list_is_renewed_under_ones_hands(page_of: Page, source):
    """The focus stays where it was while the state of the page is brought up to date."""
    button = page_of.get_by_role("button", name="Try again: bad.jpg")
    button.focus()
    SourceFile.objects.exclude(key="bad.jpg").update(reason="Another reason.")
    expect(page_of.get_by_text("Another reason.").first).to_be_visible(timeout=15_000)
    expect(button).to_be_focused()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_for_everybody(page_of: Page, live_server, theme, width):
    page_of.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page_of.set_viewport_size({"width": width, "height": 900})
    page_of.reload()
    assert violations(page_of) == []
    wide = page_of.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
