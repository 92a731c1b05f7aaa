"""Deep zoom on the page of a large picture: real tiles of a real original, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from dam.models import Version
from tests.conftest import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEVEL = "[data-zoom-level]"


@pytest.fixture
def large(owner, ingest, fake_encoder, settings, tmp_path):
    """A picture of 3000 × 2000 pixels with its renditions and its base."""
    from processing.steps import renditions
    from processing.transforms import sources, subjects

    settings.LOUPE_HOME = tmp_path / "home"
    settings.LOUPE_HOME.mkdir()
    subjects.memory.clear()
    version = ingest(picture_bytes((3000, 2000), seed=5), "large.jpg").version
    renditions.run([version])
    sources.run([version])
    Version.objects.filter(pk=version.pk).update(
        state="approved", placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI"
    )
    return version


@pytest.fixture
def tiles(page):
    """The addresses of tiles that came, and whether each was a picture."""
    seen: dict[str, int] = {}

    def note(response):
        if "/iiif/3/" in response.url and response.url.endswith((".jpg", ".webp", ".png")):
            seen[response.url.partition("/iiif/3/")[2]] = response.status

    page.on("response", note)
    return seen


def test_it_zooms_into_tiles_and_back(enter, owner, large, tiles):
    page = enter(owner, f"/assets/{large.asset_id}")
    expect(page.locator(".viewer.is-mounted")).to_be_visible()
    assert page.locator("script[src*=openseadragon]").count() == 0
    page.keyboard.press("Space")
    expect(page.locator(".viewer")).to_have_class(re.compile("is-deep"))
    expect(page.locator(LEVEL)).to_have_text("100 %")
    _until(page, lambda: any(f"v{large.pk}/" in one for one in tiles))
    assert set(tiles.values()) == {200}
    page.keyboard.press("+")
    expect(page.locator(LEVEL)).to_have_text("150 %")
    page.locator(".viewer").focus()
    page.keyboard.press("ArrowRight")
    assert page.url.endswith(f"/assets/{large.asset_id}")  # it moved, and did not go on
    page.keyboard.press("Space")
    expect(page.locator(".viewer")).not_to_have_class(re.compile("is-deep|is-zoomed"))
    expect(page.locator(LEVEL)).to_have_text("")


def _until(page, is_so) -> None:
    for _ in range(150):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to that")


def test_wheel_and_click(enter, owner, large):
    page = enter(owner, f"/assets/{large.asset_id}")
    viewer = page.locator(".viewer.is-mounted")
    box = viewer.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -600)
    expect(page.locator(".viewer")).to_have_class(re.compile("is-deep"))
    for _ in range(15):  # a step each, however far
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(80)
    expect(page.locator(".viewer")).not_to_have_class(re.compile("is-deep"))
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(LEVEL)).to_have_text("100 %")
    expect(page.locator(".viewer")).to_have_class(re.compile("is-deep"))
    page.wait_for_timeout(400)  # a click so soon after the other would be a double one
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(LEVEL)).to_have_text("")


def test_without_tiles_the_rendition_is_zoomed(enter, owner, large):
    page = enter(owner, f"/assets/{large.asset_id}")
    page.route("**/vendor/openseadragon.js", lambda route: route.fulfill(status=204, body=""))
    page.keyboard.press("Space")
    expect(page.locator(LEVEL)).to_have_text("100 %")
    expect(page.locator(".viewer")).not_to_have_class(re.compile("is-deep"))


def test_a_public_address_is_copied_and_opens_for_anybody(enter, owner, large, browser):
    page = enter(owner, f"/assets/{large.asset_id}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("More", exact=True).click()
    page.get_by_role("button", name="Copy a public address").click()
    expect(page.locator(".toast")).to_contain_text("copied")
    address = page.evaluate("navigator.clipboard.readText()")
    stranger = browser.new_context()
    answer = stranger.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    stranger.close()
