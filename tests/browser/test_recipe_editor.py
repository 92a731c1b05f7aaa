"""The editor of recipes in a real browser: form and text, drafts, conflict, before and after."""

import pytest
from playwright.sync_api import Page, expect

from processing.models import Recipe
from processing.recipebook import actions
from processing.trials import running
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = """recipe: own
# First the size.
steps:
  - resize: {width: 40}
  - sharpen: {amount: 0.3}
outputs:
  main: {export: jpeg}
"""


@pytest.fixture
def recipe(admin_user) -> Recipe:
    return actions.create_recipe(user=admin_user, text=TEXT).version.recipe


@pytest.fixture
def editor(enter, admin_user, recipe) -> Page:
    return enter(admin_user, "/recipe/own/edit")


def text_of(page: Page):
    return page.get_by_label("The text of the recipe, YAML")


def test_a_recipe_is_changed_by_keyboard_in_the_form_and_saved(editor: Page, recipe):
    editor.locator("#f-steps-1-s").press("Enter")
    editor.locator("#f-steps-1-sharpen-amount").fill("0.7")
    editor.keyboard.press("Enter")
    expect(text_of(editor)).to_have_value(TEXT.replace("0.3", "0.7"))
    editor.keyboard.press("Alt+ArrowUp")
    expect(editor.locator("#f-steps-0-s")).to_be_focused()
    editor.get_by_role("button", name="Add a step").press("Enter")
    editor.keyboard.type("vignet")
    editor.keyboard.press("Enter")
    expect(editor.locator("#f-steps-2-s")).to_be_focused()
    editor.get_by_label("What changed, and why").fill("Sharper")
    editor.keyboard.press("Enter")
    expect(editor.get_by_text("Saved as version 2.")).to_be_visible()
    saved = recipe.newest
    assert saved.note == "Sharper"
    assert "# First the size.\nsteps:\n  - sharpen: {amount: 0.7}\n  - resize" in saved.text
    assert saved.text.index("resize") < saved.text.index("- vignette")


def test_typing_tells_faults_and_survives_a_reload(editor: Page, recipe):
    text_of(editor).fill(TEXT.replace("width: 40", "width: 0"))
    fault = editor.get_by_role("button", name="Line 4")
    expect(fault).to_contain_text("from 1 to 30000 px")
    expect(editor.locator("#f-steps-0-resize-width")).to_have_attribute("aria-invalid", "true")
    fault.press("Enter")
    expect(text_of(editor)).to_be_focused()
    editor.reload()
    expect(text_of(editor)).to_have_value(TEXT.replace("width: 40", "width: 0"))
    expect(fault).to_be_visible()
    editor.get_by_role("button", name="Throw it away").click()
    expect(text_of(editor)).to_have_value(TEXT)
    text_of(editor).fill("recipe: [")
    expect(editor.get_by_text("The form comes back when the text can be read.")).to_be_visible()
    editor.get_by_role("button", name="Undo").click()
    expect(editor.locator("#f-steps-0-s")).to_be_visible()


def test_who_saves_later_sees_both(editor: Page, enter, recipe, admin_user):
    enter.expected.append("409")
    actions.save_version(recipe=recipe, user=admin_user, text=TEXT.replace("40", "50"))
    text_of(editor).fill(TEXT.replace("0.3", "0.9"))
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Step 1, resize: width from 40 to 50.")).to_be_visible()
    expect(text_of(editor)).to_have_value(TEXT.replace("0.3", "0.9"))
    editor.get_by_role("button", name="Save mine all the same").click()
    expect(editor.get_by_text("Saved as version 3.")).to_be_visible()


def test_before_and_after(editor: Page, ingest, run_jobs, picture):
    ingest(picture(seed=3), name="sea.jpg")
    run_jobs()
    editor.reload()
    editor.get_by_role("button", name="sea").press("Enter")
    editor.get_by_role("button", name="Try it", exact=True).last.press("Enter")
    expect(editor.get_by_text("No worker is running now")).to_be_visible()
    running.run_waiting()
    expect(editor.get_by_role("heading", name="sea")).to_be_visible()
    divider = editor.get_by_label("Position of the divider")
    divider.press("ArrowRight")
    expect(divider).to_have_value("51")
    expect(editor.get_by_role("row", name="Resize")).to_contain_text("ms")


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_it_is_for_everybody(enter, admin_user, recipe, page: Page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    for where in ("/recipes/", "/recipe/own", "/recipe/own/edit"):
        enter(admin_user, where, theme)
        assert violations(page) == [], where
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
