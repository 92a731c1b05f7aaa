"""A reviewer at work, with nothing but the keyboard, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = 8


@pytest.fixture
def queue_of_eight(db, owner, tmp_path):
    """Eight pictures with real renditions on disk, each in review with two suggested tags."""
    return [make_item(owner, number) for number in range(1, PICTURES + 1)]


def make_item(owner, number: int, versions: int = 1):
    from dam.actions.brands import default_brand
    from dam.models import Asset, Facet, TagAssignment, Term
    from review.models import Finding, ReviewItem

    asset = Asset.objects.create(brand=default_brand(), owner=owner, title=f"Picture {number}")
    for at in range(1, versions + 1):
        version = make_version(asset, owner, at, seed=number * 10 + at)
    asset.current_version = version
    asset.save()
    for word, confidence in (("linen", 0.62), ("wool", 0.41)):
        term, _ = Term.objects.get_or_create(facet=Facet.KEYWORD, name=word)
        TagAssignment.objects.create(
            asset=asset, term=term, version=version, source="model", state="suggested",
            model="test", confidence=confidence,
        )  # fmt: skip
    item = ReviewItem.objects.create(version=version)
    Finding.objects.create(
        item=item, code="blurred", sentence="Looks blurred: sharpness 0.1, 0.4 expected.",
        measured=0.1, threshold=0.4, confidence=0.8,
    )  # fmt: skip
    return item


def make_version(asset, owner, number: int, seed: int):
    from dam.models import Blob, Rendition, Version
    from dam.storage import path_of
    from tests.conftest import picture_bytes

    blob = Blob.objects.create(sha256=f"{seed:064x}", size=1)
    version = Version.objects.create(
        asset=asset, number=number, blob=blob, file_name=f"p{seed}.jpg", media_type="image/jpeg",
        state="in_review", width=1500, height=1000, created_by=owner,
    )  # fmt: skip
    for purpose, size in (("thumbnail", (300, 200)), ("large", (1500, 1000))):
        key = f"renditions/test/{version.pk}-{purpose}.jpg"
        path_of(key).parent.mkdir(parents=True, exist_ok=True)
        path_of(key).write_bytes(picture_bytes(size, seed=seed))
        Rendition.objects.create(
            version=version, purpose=purpose, recipe_digest=purpose, engine_version="1", key=key,
            media_type="image/jpeg", width=size[0], height=size[1], size=1,
            sha256=f"{seed}{purpose}",
        )  # fmt: skip
    return version


@pytest.fixture
def signed_in(page: Page, live_server, client, settings):
    """A browser page that is signed in as somebody."""

    def sign_in(user) -> Page:
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return sign_in


@pytest.fixture
def at_work(signed_in, live_server, reviewer, queue_of_eight) -> Page:
    """The review page, with the first picture on it and the next ones fetched."""
    page = signed_in(reviewer)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(f"{live_server.url}/review/")
    wait_for_pictures(page, 4)
    page.problems = problems
    return page


def wait_for_pictures(page: Page, count: int) -> None:
    """Wait until so many open pictures are fetched and decoded."""
    page.wait_for_function(
        """count => document.getElementById('review').session?.entries
            .filter(entry => entry.open && entry.image?.complete && entry.image.naturalWidth).length
            >= count""",
        arg=count,
    )


def shown(page: Page) -> str:
    return page.locator("[data-side] [data-heading]").inner_text()


def settled(page: Page) -> None:
    """Wait until the server has heard of everything."""
    page.wait_for_function("() => document.getElementById('review').session.outbox.size === 0")


def verdicts() -> list[tuple[str, str]]:
    from review.models import Decision

    rows = Decision.objects.order_by("pk").select_related("item__version__asset")
    return [(row.item.version.asset.title, row.verdict) for row in rows]


def test_the_whole_queue_by_keyboard(at_work: Page, queue_of_eight):
    page, keys = at_work, at_work.keyboard
    assert shown(page) == "Picture 1"
    keys.press("a")
    assert shown(page) == "Picture 2"
    expect(page.locator("#announcer")).to_contain_text("Approved, 1 of 8")
    keys.press("x")
    keys.press("1")
    assert shown(page) == "Picture 3"
    keys.press("u")
    assert shown(page) == "Picture 2"
    keys.press("x")
    keys.press("5")
    keys.press("1")  # linen was ticked: now it is not
    keys.press("2")  # and wool is
    keys.press("t")
    keys.type("Silk scarf")
    keys.press("Enter")
    keys.press("Escape")
    keys.press("e")
    assert shown(page) == "Picture 4"
    keys.press("s")
    for _ in range(4):
        settled(page)
        wait_for_pictures(page, 1)
        keys.press("a")
    settled(page)
    page.wait_for_function("() => document.getElementById('review').session.current")
    assert shown(page) == "Picture 4"  # skipped: it comes last
    keys.press("x")
    keys.press("7")  # another reason: it has to be said
    keys.type("Not ours")
    keys.press("Enter")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    settled(page)
    assert verdicts() == [
        ("Picture 1", "approve"),
        ("Picture 2", "reject"),
        ("Picture 2", "undo"),
        ("Picture 2", "reject"),
        ("Picture 3", "fix"),
        ("Picture 4", "skip"),
        *[(f"Picture {number}", "approve") for number in (5, 6, 7, 8)],
        ("Picture 4", "reject"),
    ]
    assert page.problems == []
    check_what_became_of(queue_of_eight)


def check_what_became_of(items) -> None:
    from dam.models import TagAssignment, Version
    from review.models import Decision

    states = [Version.objects.get(pk=item.version_id).state for item in items]
    assert states == ["approved", "rejected", "approved", "rejected", *["approved"] * 4]
    assert Decision.objects.filter(verdict="reject").order_by("pk")[1].reason == "rights"
    assert Decision.objects.get(reason="other").comment == "Not ours"
    third = TagAssignment.objects.filter(asset=items[2].version.asset)
    assert dict(third.values_list("term__name", "state")) == {
        "linen": "rejected",
        "wool": "accepted",
        "silk scarf": "accepted",
    }
    first = TagAssignment.objects.filter(asset=items[0].version.asset)
    assert dict(first.values_list("term__name", "state")) == {
        "linen": "accepted",
        "wool": "rejected",
    }


def test_the_next_picture_is_there_when_it_is_shown(at_work: Page):
    page = at_work
    page.evaluate(
        """() => {
            window.waits = [];
            document.addEventListener('keydown', (event) => {
                const from = performance.now();
                requestAnimationFrame(() => {
                    const image = document.querySelector('.stage-picture');
                    const there = image.complete && image.naturalWidth > 0;
                    window.waits.push({ there, milliseconds: performance.now() - from });
                });
            }, true);
        }"""
    )
    for _ in range(4):
        page.keyboard.press("a")
        settled(page)
        wait_for_pictures(page, 1)
    waits = page.evaluate("window.waits")
    assert [wait["there"] for wait in waits] == [True] * 4
    measures = page.evaluate("document.getElementById('review').session.measures.slice(1)")
    assert [measure["ready"] for measure in measures] == [True] * 4
    print("from key to picture, ms:", [round(wait["milliseconds"], 1) for wait in waits])


def test_a_conflict_is_told_and_nothing_is_lost(
    at_work: Page, queue_of_eight, second_reviewer, reviewer
):
    from review import queue
    from review.actions import decide

    first = queue_of_eight[0]
    queue.release(reviewer, [first.pk])
    decide(item=first, user=second_reviewer, verdict="reject", reason="quality")
    at_work.keyboard.press("a")
    told = "second_reviewer has decided this one already: rejected."
    expect(at_work.locator(".toast.danger")).to_contain_text(told)
    assert shown(at_work) == "Picture 2"
    at_work.keyboard.press("ArrowLeft")
    expect(at_work.locator("[data-decided-words]")).to_contain_text(told)
    assert verdicts() == [("Picture 1", "reject")]


def test_without_a_connection_decisions_are_kept_and_sent_again(at_work: Page):
    page = at_work
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.keyboard.press("a")
    assert shown(page) == "Picture 3"
    expect(page.locator(".toast.danger").first).to_contain_text("kept and sent again")
    assert verdicts() == []
    page.context.set_offline(False)
    settled(page)
    assert verdicts() == [("Picture 1", "approve"), ("Picture 2", "approve")]


def test_keys_are_silent_while_somebody_types(at_work: Page):
    from review.models import Decision

    at_work.keyboard.press("m")
    at_work.keyboard.type("a sad sax")
    assert shown(at_work) == "Picture 1"
    at_work.keyboard.press("Enter")
    at_work.keyboard.press("a")
    settled(at_work)
    at_work.keyboard.press("m")
    at_work.keyboard.type("u")
    at_work.keyboard.press("Control+z")  # takes the letter back, not the decision
    assert shown(at_work) == "Picture 2"
    assert at_work.locator("[data-side] [data-comment]").input_value() == ""
    settled(at_work)
    assert Decision.objects.get().comment == "a sad sax"


def test_keys_can_be_switched_off(at_work: Page):
    at_work.keyboard.press("?")
    expect(at_work.locator("#keys-dialog")).to_contain_text("Fix and approve")
    at_work.locator("[data-keys-on]").uncheck()
    at_work.keyboard.press("Escape")
    at_work.keyboard.press("a")
    assert shown(at_work) == "Picture 1"


def test_compare_with_the_version_before(signed_in, live_server, reviewer, owner):
    item = make_item(owner, 1, versions=2)
    page = signed_in(reviewer)
    page.goto(f"{live_server.url}/review/{item.pk}")
    wait_for_pictures(page, 1)
    page.keyboard.press("c")
    compare = page.locator(".compare")
    expect(compare).to_have_attribute("data-mode", "wipe")
    divider = page.get_by_role("slider", name="Position of the divider")
    divider.focus()
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_value("51")
    page.keyboard.press("Escape")
    expect(compare).to_have_count(0)
    page.keyboard.press("c")
    for name, mode in (("Side by side", "side"), ("Blink", "blink"), ("Difference", "difference")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(compare).to_have_attribute("data-mode", mode)
    page.keyboard.press("Escape")
    expect(compare).to_have_count(0)
    page.keyboard.down("b")
    expect(page.locator(".stage-picture.is-before")).to_be_visible()
    expect(page.locator("[data-mark]")).to_have_text("Before: v1")
    page.keyboard.up("b")
    expect(page.locator(".stage-picture.is-before")).to_have_count(0)


def test_zoom_to_every_pixel_and_back(at_work: Page):
    label = at_work.locator("[data-zoom]")
    expect(label).to_have_text(re.compile(r"^Fit · \d+ %$"))
    at_work.keyboard.press("Space")
    expect(label).to_have_text("100 %")
    at_work.keyboard.press("Space")
    expect(label).to_have_text(re.compile("^Fit"))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_is_in_the_way_of_anyone(theme, at_work: Page, live_server, queue_of_eight):
    url = live_server.url
    at_work.context.add_cookies([{"name": "theme", "value": theme, "url": url}])
    at_work.goto(f"{url}/review/")
    wait_for_pictures(at_work, 4)
    assert violations(at_work) == []
    at_work.keyboard.press("x")
    assert violations(at_work) == []
    at_work.keyboard.press("1")
    settled(at_work)
    at_work.keyboard.press("ArrowLeft")
    assert violations(at_work) == []
    for path in ("/review/bulk", "/review/history"):
        at_work.goto(url + path)
        assert violations(at_work) == []


def test_many_at_once(signed_in, live_server, reviewer, queue_of_eight):
    page = signed_in(reviewer)
    page.goto(f"{live_server.url}/review/bulk?group=blurred")
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_disabled()
    page.get_by_label("Tick all").check()
    page.get_by_label("Picture 3", exact=True).uncheck()
    expect(page.locator("[data-ticked]")).to_have_text("7 of 8 ticked")
    page.keyboard.press("a")
    expect(page.get_by_text("7 pictures approved.")).to_be_visible()
    expect(page.locator(".bulk-item")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator(".bulk-item")).to_have_count(PICTURES)


def test_leaving_frees_the_pictures_for_others(at_work: Page, live_server, second_reviewer):
    from review import queue

    held_here = PICTURES - 4
    assert len(queue.lease_next(second_reviewer, count=PICTURES)) == held_here
    at_work.goto(f"{live_server.url}/review/history")
    for _ in range(50):  # nobody waits for a farewell: it comes when it comes
        if len(queue.lease_next(second_reviewer, count=PICTURES)) == PICTURES:
            return
        at_work.wait_for_timeout(100)
    pytest.fail("the pictures were not let go of within five seconds")


def test_it_works_on_a_phone_by_touch(browser, live_server, client, reviewer, queue_of_eight):
    client.force_login(reviewer)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/review/")
    wait_for_pictures(page, 4)
    for button in ("[value=approve]", "[data-reject] > summary", "[value=skip]"):
        box = page.locator(button).bounding_box()
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
    page.locator("[value=approve]").tap()
    assert shown(page) == "Picture 2"
    page.locator("[data-reject] > summary").tap()
    page.get_by_role("button", name="Wrong subject").tap()
    settled(page)
    assert verdicts() == [("Picture 1", "approve"), ("Picture 2", "reject")]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_it_works_without_scripts(browser, live_server, client, reviewer, queue_of_eight):
    client.force_login(reviewer)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/review/")
    page.locator("button[value=approve]").click()
    expect(page.locator("[data-heading]")).to_have_text("Picture 2")
    page.locator("[data-reject] > summary").click()
    page.get_by_role("button", name="Wrong subject").click()
    expect(page.locator("[data-heading]")).to_have_text("Picture 3")
    assert verdicts() == [("Picture 1", "approve"), ("Picture 2", "reject")]
    context.close()
