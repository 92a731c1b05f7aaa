"""Duplicates and renaming in a real browser: by keyboard alone, and accessible."""

import pytest
from playwright.sync_api import expect

from dam.models import Asset, Version
from search.models import Lookalike, NotDuplicates
from tests.browser.axe import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]


@pytest.fixture
def pairs(asset_factory) -> list[tuple[Asset, Asset]]:
    """Three pairs of look-alikes; the first of each is the larger one."""
    made = []
    for n in range(3):
        best = asset_factory(f"Best {n}", width=2000, height=1500)
        copy = asset_factory(f"Copy {n}", width=1000, height=750)
        Lookalike.objects.create(
            first=best.current_version, second=copy.current_version, distance=2, likeness=0.9
        )
        made.append((best, copy))
    return made


def test_group_by_group_with_the_keyboard(enter, owner, pairs):
    page = enter(owner, "/duplicates/")
    groups = page.locator("[data-cluster]")
    expect(groups).to_have_count(3)
    assert violations(page) == []
    page.keyboard.press("j")
    expect(groups.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(groups).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text("1 duplicate is in the bin.")
    expect(groups.nth(0)).to_be_focused()  # the next one: the keys go on
    page.keyboard.press("2")
    page.keyboard.press("n")
    expect(groups).to_have_count(1)
    assert NotDuplicates.objects.count() == 1
    page.keyboard.press("u")
    expect(groups).to_have_count(2)
    assert Asset.objects.live().count() == 5


def test_several_groups_at_once(enter, owner, pairs):
    page = enter(owner, "/duplicates/")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-clusters-count]")).to_have_text("2 selected")
    page.locator("[data-clusters-do=keep]").click()
    expect(page.locator("[data-cluster]")).to_have_count(1)
    assert Asset.objects.live().count() == 4
    page.locator(".toast button").click()
    expect(page.locator("[data-cluster]")).to_have_count(3)
    assert Asset.objects.live().count() == 6


def test_renaming_with_a_preview_and_undo(enter, owner, pairs):
    page = enter(owner)
    for box in page.locator("[data-grid] .card-check").all()[:3]:
        box.click(force=True)
    page.locator("[data-rename-url]").click()
    page.locator("#rename-pattern").fill("{brand}")
    expect(page.locator("#rename-table")).to_contain_text("3 names cannot be had")
    page.locator("#rename-pattern").fill("lot_")
    page.locator("[data-field='n:03']").click()
    expect(page.locator("#rename-table")).to_contain_text("lot_003.jpg")
    assert violations(page) == []
    page.locator("[data-rename] button[type=submit]").click()
    expect(page.locator("#renamed-title")).to_contain_text("3 files are renamed")
    assert Version.objects.filter(file_name__startswith="lot_").count() == 3
    page.locator(".toast button").click()
    expect(page.locator(".rename-recent")).to_contain_text("taken back")
    expect(page.locator(".toast")).to_contain_text("3 files have their old names.")
    assert not Version.objects.filter(file_name__startswith="lot_").exists()


def test_what_was_typed_before_the_scripts_came_is_previewed(enter, owner, pairs):
    page = enter(owner)
    held = []
    page.route("**/vendor/htmx*", lambda script: held.append(script))
    page.locator("[data-grid] .card-check").first.click(force=True)
    page.locator("[data-rename-url]").click()
    expect(page.locator("#rename-table")).to_contain_text("picture-")
    page.locator("#rename-pattern").fill("lot_{n:03}")
    for script in held:
        script.continue_()
    expect(page.locator("#rename-table")).to_contain_text("lot_001.jpg")
