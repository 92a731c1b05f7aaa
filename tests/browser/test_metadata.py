"""Rights, credentials and what downloads carry, in a real browser."""

import pytest
from playwright.sync_api import expect

from dam.models import Version
from tests.browser.axe import violations
from tests.browser.waiting import settled
from tests.processing.test_sidecars import SIDECAR
from tests.signing import AI, signed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]


@pytest.fixture
def asset(ingest, run_jobs, picture):
    outcome = ingest(signed(picture((1200, 800)), source=AI), "harbour.jpg", sidecar=SIDECAR)
    run_jobs()
    Version.objects.filter(pk=outcome.version.pk).update(state="approved")
    return outcome.asset


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1440, 390])
def test_rights_are_written_in_place(enter, owner, asset, theme, width):
    page = enter(owner, f"/assets/{asset.pk}", theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    panel = page.locator("#rights-panel")
    expect(panel).to_contain_text("Sidecar agency")
    expect(page.locator(".asset-panels")).to_contain_text("Made by generative AI")
    assert violations(page) == []
    panel.get_by_role("button", name="Change rights and credit").click()
    settled(page)
    expect(panel.get_by_label("Creator")).to_be_focused()
    panel.get_by_label("Usage terms").fill("Editorial use only.\nNo resale.")
    panel.get_by_label("Rights address").fill("javascript:alert(1)")
    assert violations(page) == []
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".errorlist")).to_contain_text("not a web address")
    expect(panel.get_by_label("Usage terms")).to_have_value("Editorial use only.\nNo resale.")
    panel.get_by_label("Rights address").fill("https://example.com/licence")
    panel.get_by_label("Rights address").press("Enter")
    expect(panel.get_by_role("link", name="https://example.com/licence")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_rendition_is_downloaded_as_jpeg(enter, owner, asset):
    page = enter(owner, f"/assets/{asset.pk}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download preview as JPEG").click()
    download = waiting.value
    assert download.suggested_filename == "harbour-preview.jpg"
    with open(download.path(), "rb") as file:
        data = file.read()
    assert data.startswith(b"\xff\xd8")
    assert b"Sidecar agency" in data


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_brand_sees_what_downloads_would_say(enter, admin_user, asset, theme, width):
    page = enter(admin_user, f"/brands/{asset.brand.slug}", theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    effect = page.locator("#compliance")
    expect(effect).to_contain_text("clock tower")
    expect(effect).not_to_contain_text("Graz (")
    effect.scroll_into_view_if_needed()
    assert violations(page) == []
    page.get_by_label("Rights and credit only").check()
    expect(effect).not_to_contain_text("clock tower")
    expect(effect).to_contain_text("Sidecar agency")
    page.get_by_label("Nothing", exact=True).check()
    expect(effect).to_contain_text("the file is the picture and its colours alone")
