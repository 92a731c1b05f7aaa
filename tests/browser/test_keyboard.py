"""With Tab, Enter, Space and Escape alone: everything is reached, and the focus is never lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from dam.models import ApiToken, TagAssignment, Term, Version
from processing.models import Source
from search.models import Lookalike
from tests.browser.waiting import becomes_true, settled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]
MOST_TABS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_a_token_is_made(enter, admin_user):
    page = enter(admin_user, "/settings/tokens")
    form = page.locator("form.token-form").first
    tab_to(page, form.get_by_label("What it is for"))
    page.keyboard.type("Nightly import")
    tab_to(page, form.get_by_label("See assets"))
    page.keyboard.press("Space")
    tab_to(page, form.get_by_role("button", name="Make the token"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Copy"))
    assert ApiToken.objects.get().scopes == ["assets:read"]
    tab_to(page, page.locator("summary", has_text="Revoke…"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revoke “Nightly import”")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Revoke…")).to_be_focused()


def test_a_folder_is_watched_and_lists_that_refresh_keep_the_focus(
    enter, admin_user, brand, tmp_path, settings
):
    folder = tmp_path / "roots" / "scanner"
    folder.mkdir(parents=True)
    settings.LOUPE_WATCH_ROOTS = [folder.parent]
    page = enter(admin_user, "/settings/sources")
    tab_to(page, page.get_by_role("link", name="Add a folder"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("Scanner")
    tab_to(page, page.get_by_label("Folder", exact=True))
    page.keyboard.type(str(folder))
    expect(page.locator("#found")).to_contain_text("It is empty now.")
    tab_to(page, page.get_by_role("button", name="Watch it"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/sources/*")
    page.go_back()
    page.goto(page.url.split("/add")[0])
    link = page.get_by_role("link", name="Scanner")
    tab_to(page, link)
    Source.objects.update(taken=7)
    page.evaluate("document.getElementById('sources').dispatchEvent(new CustomEvent('tick'))")
    expect(page.locator(".source-counts")).to_contain_text("7 taken")
    expect(link).to_be_focused()


def test_files_are_renamed_and_the_outcome_has_the_focus(enter, owner, asset_factory):
    asset_factory("Quay")
    page = enter(owner)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    tab_to(page, page.locator("[data-rename-url]"))
    page.keyboard.press("Enter")
    expect(page.locator("#rename-pattern")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("lot_")
    tab_to(page, page.locator("[data-field='n:03']"))
    page.keyboard.press("Enter")
    expect(page.locator("#rename-pattern")).to_be_focused()
    expect(page.locator("#rename-table")).to_contain_text("lot_001.jpg")
    tab_to(page, page.get_by_role("button", name="Rename", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#renamed-title")).to_be_focused()
    tab_to(page, page.locator("section .row").get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 file has its old name.")
    assert not Version.objects.filter(file_name="lot_001.jpg").exists()


def test_duplicates_are_decided_down_to_the_last(enter, owner, asset_factory):
    pair = [asset_factory(name).current_version for name in ("Best", "Copy")]
    Lookalike.objects.create(first=pair[0], second=pair[1], distance=2, likeness=0.9)
    page = enter(owner, "/duplicates/")
    tab_to(page, page.get_by_role("button", name="Not duplicates").first)
    page.keyboard.press("Enter")
    expect(page.locator("#clusters-done")).to_be_focused()
    expect(page.locator(".page-head")).to_contain_text("0 groups")
    page.keyboard.press("u")
    expect(page.locator("[data-cluster]")).to_have_count(1)


def test_the_focus_stays_where_an_asset_was_changed(enter, owner, asset_factory):
    asset = asset_factory("Quay")
    for name in ("boat", "harbour", "quay"):
        term = Term.objects.create(facet="keyword", name=name)
        TagAssignment.objects.create(asset=asset, term=term, source="human", state="accepted")
    page = enter(owner, f"/assets/{asset.pk}")
    tab_to(page, page.get_by_role("button", name="Reject boat"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reject harbour")).to_be_focused()
    for name, button in (("title", "Change title and description"), ("rights", "Change rights")):
        change = page.get_by_role("button", name=button)
        change.press("Enter")
        settled(page)
        panel = page.locator(f"#{name}-panel")
        expect(panel.locator("[autofocus]")).to_be_focused()
        tab_to(page, panel.get_by_role("button", name="Cancel"))
        page.keyboard.press("Enter")
        settled(page)
        expect(change).to_be_focused()


def test_the_list_of_uploads_opens_and_closes(enter, page: Page, owner, brand, asset_factory):
    asked = []
    page.on(
        "filechooser", lambda chooser: asked.append(chooser)
    )  # from the beginning: else the browser may be first
    enter(owner, f"/assets/{asset_factory('Quay').pk}")
    opener = page.locator("header [data-upload-open]")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    tray = page.locator("#uploads")
    expect(tray.locator("[data-upload-choose]")).to_be_focused()
    assert becomes_true(lambda: page.evaluate("1") and len(asked) == 1)
    page.keyboard.press("Escape")
    expect(tray).to_be_hidden()
    expect(opener).to_be_focused()
    assert "/assets/" in page.url, "Escape closed the list, and did nothing else"
