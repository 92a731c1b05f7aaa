"""The library in a real browser: looking, searching, choosing, uploading."""

import gzip
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import picture_bytes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]

SIZES = [(1500, 1000), (1000, 1500), (1200, 1200)]


@pytest.fixture
def shelf(owner, asset_factory):
    """Seventy approved pictures, the first nine with files and tags."""
    from dam.models import TagAssignment, Term

    term = Term.objects.create(facet="keyword", name="narrowboat")
    assets = []
    for number in range(70):
        width, height = SIZES[number % 3]
        asset = asset_factory(f"Picture {number}", width=width, height=height)
        assets.append(asset)
        if number >= 61:
            give_files(asset.current_version, number)
            TagAssignment.objects.create(asset=asset, term=term, source="human", state="accepted")
    return assets


def give_files(version, seed: int) -> None:
    from dam.models import Rendition
    from dam.storage import path_of
    from processing.measures.fingerprint import placeholder

    for purpose, longest in (("thumbnail", 400), ("preview", 1024), ("large", 1500)):
        size = (round(longest * min(1, version.aspect)), round(longest / max(1, version.aspect)))
        key = f"renditions/test/{version.pk}-{purpose}.jpg"
        path_of(key).parent.mkdir(parents=True, exist_ok=True)
        path_of(key).write_bytes(picture_bytes(size, seed=seed))
        Rendition.objects.create(
            version=version, purpose=purpose, recipe_digest=purpose, engine_version="1", key=key,
            media_type="image/jpeg", width=size[0], height=size[1], size=1,
            sha256=f"{version.pk}{purpose}",
        )  # fmt: skip
    version.placeholder = placeholder(np.full((80, 120, 3), 120, dtype=np.uint8))
    version.save(update_fields=["placeholder"])


def test_rows_are_even_before_a_picture_has_loaded(enter, owner, shelf):
    page = enter(owner)
    boxes = page.locator(".card-box").evaluate_all(
        "all => all.slice(0, 12).map(e => e.getBoundingClientRect()).map(b => [b.top, b.height])"
    )
    rows: dict[int, set[int]] = {}
    for top, height in boxes:
        rows.setdefault(round(top), set()).add(round(height))
    assert len(rows) >= 2
    assert all(max(heights) - min(heights) <= 2 for heights in list(rows.values())[:-1])


def test_nothing_shifts_while_the_page_loads(enter, owner, shelf):
    page = enter(owner)
    page.wait_for_load_state("networkidle")
    shifts = page.evaluate(
        """() => new Promise(resolve => {
            const found = [];
            const said = (rect) => [rect.x, rect.y, rect.width, rect.height];
            new PerformanceObserver(list => list.getEntries()
                .filter(entry => !entry.hadRecentInput)
                .forEach(entry => found.push([entry.value, entry.sources.map(one => [
                    one.node?.outerHTML?.slice(0, 80),
                    said(one.previousRect), said(one.currentRect),
                ])])))
                .observe({type: 'layout-shift', buffered: true});
            setTimeout(() => resolve(found), 300);
        })"""
    )
    assert sum(value for value, _sources in shifts) < 0.01, shifts


def test_more_pictures_come_as_one_scrolls_and_back_returns_to_the_same(enter, owner, shelf):
    page = enter(owner)
    expect(page.locator(".card")).to_have_count(60)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".card")).to_have_count(70)
    page.locator(f"#asset-{shelf[2].pk}").click()
    page.wait_for_url(re.compile(rf"/assets/{shelf[2].pk}"))
    page.go_back()
    link = page.locator(f"#asset-{shelf[2].pk}")
    expect(link).to_be_in_viewport()


def test_writing_in_the_search_field_does_not_move_the_page(enter, owner, shelf):
    page = enter(owner)
    page.evaluate("window.scrollTo(0, 300)")
    page.keyboard.press("/")
    page.keyboard.type("quay")
    expect(page.locator("#search-field")).to_have_value("quay")
    assert page.evaluate("window.scrollY") == 300


def test_searching_and_filtering_by_facet_and_chip(enter, owner, shelf):
    page = enter(owner)
    page.keyboard.press("/")
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.type("orientation:portrait")
    page.keyboard.press("Enter")
    expect(page.locator(".chip.on")).to_have_text(re.compile("orientation: portrait"))
    page.goto(page.url.split("?")[0])
    page.get_by_role("link", name=re.compile("narrowboat")).click()
    expect(page.locator(".results-line")).to_contain_text("9 results")
    assert "narrowboat" in page.locator("#search-field").input_value()
    page.locator(".chip.on").click()
    expect(page.locator(".results-line")).to_contain_text("70 assets")


@pytest.mark.parametrize("width", [390, 1000])
def test_filters_are_a_drawer_where_there_is_no_room(enter, page: Page, owner, shelf, width):
    page.set_viewport_size({"width": width, "height": 800})
    enter(owner)
    link = page.get_by_role("link", name=re.compile("narrowboat"))
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).click()
    link.click()
    expect(page.locator(".results-line")).to_contain_text("9 results")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_choosing_and_tagging_by_keyboard_alone(enter, owner, shelf):
    page = enter(owner)
    keys = page.keyboard
    keys.press("ArrowRight")
    keys.press("x")
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowRight")
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    page.get_by_role("button", name="Tag", exact=True).press("Enter")
    keys.type("harbour")
    page.get_by_role("button", name="Add to all").click()
    expect(page.locator(".toast")).to_contain_text("“harbour” added to 3 pictures.")
    keys.press("Escape")
    expect(page.locator("#selection-bar")).to_be_hidden()
    assert [asset.tags.filter(term__name="harbour").count() for asset in shelf[-3:]] == [1, 1, 1]


def test_a_range_by_shift_and_all_of_a_result(enter, owner, shelf):
    page = enter(owner)
    boxes = page.locator(".card-check input")
    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-selected-count]")).to_have_text("5 selected")
    page.get_by_role("button", name="Select all").click()
    expect(page.locator("[data-selected-count]")).to_have_text("70 selected")


def test_binning_can_be_undone(enter, owner, shelf):
    page = enter(owner)
    page.locator(".card-check input").first.click()
    page.locator("[data-bin]").click()
    expect(page.locator(".toast")).to_contain_text("1 picture moved to the bin.")
    expect(page.locator(f"#asset-{shelf[-1].pk}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#asset-{shelf[-1].pk}")).to_be_visible()


def test_from_picture_to_picture_within_a_search(enter, owner, shelf):
    page = enter(owner, "/?q=tag:narrowboat")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/assets/{shelf[69].pk}"))
    page.wait_for_selector("[data-next]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(rf"/assets/{shelf[68].pk}\?from=tag"))
    page.wait_for_selector("[data-previous]")
    page.keyboard.press("Space")
    expect(page.locator(".viewer")).to_have_class(re.compile("zoomed"))
    page.keyboard.press("Space")
    page.keyboard.press("t")
    page.keyboard.type("canal")
    page.keyboard.press("Enter")
    expect(page.locator(".tag", has_text="canal")).to_be_visible()
    page.get_by_role("button", name="Reject canal").click()
    expect(page.locator("#tags-panel summary")).to_contain_text("1 rejected")


def test_keys_are_listed_and_can_be_switched_off(enter, owner, shelf):
    page = enter(owner)
    page.keyboard.press("?")
    dialog = page.locator("#keys-dialog")
    expect(dialog).to_contain_text("Select the picture")
    dialog.get_by_label("Use single-key shortcuts").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("coll")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/collections/"))


def test_the_theme_is_kept_and_painted_by_the_server(enter, owner, brand):
    page = enter(owner)
    page.get_by_label(re.compile("Menu of")).click()
    page.get_by_role("button", name="Light").click()
    dark = "rgb(19, 19, 19)"
    background = "() => getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(background) != dark
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_the_first_view_is_light(enter, page: Page, owner, shelf):
    """Script and style of the first view, compressed: under 150 KB."""
    sizes: dict[str, int] = {}

    def weigh(response) -> None:
        if re.search(r"/static/.*\.(js|css)$", response.url):
            sizes[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    enter(owner)
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 10
    assert sum(sizes.values()) < 150 * 1024
