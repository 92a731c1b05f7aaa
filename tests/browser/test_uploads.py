"""Uploading in a real browser: what one sees of each file, and connections that break."""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from dam.models import Asset, Version
from processing.models import UploadSession
from tests.browser.axe import violations
from tests.browser.waiting import becomes_true
from tests.conftest import picture_bytes
from tests.cutting import CuttingProxy, cutting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]

TUS = Path(__file__).parent / "vendor" / "tus.min.js"
MIB = 1024 * 1024
# Pages tell that they are sending; one that was left a minute ago does so no more.
A_MINUTE_AGO = """() => {
    const kept = JSON.parse(localStorage["loupe.uploads"]);
    for (const entry of Object.values(kept)) entry.touched -= 60000;
    const keep = () => { localStorage["loupe.uploads"] = JSON.stringify(kept); };
    window.addEventListener("pagehide", keep);
}"""
NOTE_WORDS = """() => {
    window.seen = [];
    const list = document.querySelector("[data-upload-list]");
    const note = () => window.seen.push(list.textContent);
    new MutationObserver(note).observe(list, { childList: true, subtree: true });
}"""
OWN_FIELD = """() => {
    const field = Object.assign(document.createElement("input"), { type: "file", id: "own" });
    document.body.append(field);
}"""


@pytest.fixture
def large(tmp_path) -> Path:
    """A picture of some 16 MB: noise does not compress."""
    path = tmp_path / "large.png"
    noise = np.random.default_rng(4).integers(0, 256, (2300, 2400, 3), dtype=np.uint8)
    from PIL import Image

    Image.fromarray(noise).save(path, compress_level=0)
    assert path.stat().st_size > 16 * 10**6
    return path


@pytest.fixture
def proxy(live_server):
    place = urlsplit(live_server.url)
    with cutting(str(place.hostname), int(place.port or 0)) as made:
        yield made


@pytest.fixture
def enter_by(page: Page, proxy: CuttingProxy, client, settings):
    """Sign in through the proxy."""

    def sign_in(user, where: str = "/") -> Page:
        client.force_login(user)
        address = f"http://127.0.0.1:{proxy.port}"
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}]
        )
        page.goto(address + where)
        page.wait_for_function("() => window.htmx")
        return page

    return sign_in


def is_kept(path: Path) -> bool:
    """Whether the library has exactly these bytes, once."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Version.objects.filter(blob=digest).count() == 1 == Asset.objects.count()


def test_uploading_tells_of_each_file_what_became_of_it(enter, owner, brand, run_jobs, tmp_path):
    page = enter(owner)
    good, text = tmp_path / "good.jpg", tmp_path / "notes.jpg"
    good.write_bytes(picture_bytes((1200, 900), seed=1))
    text.write_text("not a picture at all")
    page.set_input_files("#upload-files", [good, text])
    rows = page.locator(".upload")
    expect(rows.filter(has_text="notes.jpg")).to_have_attribute("data-state", "refused")
    expect(rows.filter(has_text="good.jpg")).to_have_attribute("data-state", "processing")
    run_jobs()
    state = rows.filter(has_text="good.jpg")
    expect(state).to_have_attribute("data-state", re.compile("approved|in_review"), timeout=15000)
    expect(state.locator("img")).to_be_visible()
    page.set_input_files("#upload-files", [good])
    expect(rows.first).to_have_attribute("data-state", "duplicate")
    rows.first.get_by_role("link", name="Show it").click()
    expect(page.locator("h1")).to_have_text("Good")


def number_from(table: str, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def test_what_became_of_one_file_is_not_said_of_another(enter, owner, brand, run_jobs, tmp_path):
    number_from("dam_asset", 100)
    number_from("dam_version", 101)  # the first version has the number of the second asset
    page = enter(owner)
    good, cut = tmp_path / "good.jpg", tmp_path / "cut.jpg"
    good.write_bytes(picture_bytes((1200, 900), seed=3))
    cut.write_bytes(picture_bytes((1200, 900), seed=4)[:9000])
    page.set_input_files("#upload-files", [good, cut])
    rows = page.locator(".upload")
    expect(page.locator('.upload[data-state="processing"]')).to_have_count(2)
    run_jobs()
    fine = re.compile("approved|in_review")
    expect(rows.filter(has_text="good.jpg")).to_have_attribute("data-state", fine, timeout=15000)
    expect(rows.filter(has_text="cut.jpg")).to_have_attribute("data-state", "refused")


def test_a_refused_version_leaves_its_reason_on_the_page(enter, owner, ingest, run_jobs, tmp_path):
    asset = ingest(picture_bytes((1200, 900), seed=4)).asset
    run_jobs()
    text = tmp_path / "notes.jpg"
    text.write_text("not a picture at all")
    page = enter(owner, f"/assets/{asset.pk}")
    page.locator("header [data-dialog=version-dialog]").click()
    page.set_input_files("#version-file", [text])
    with page.expect_response("**/api/v1/uploads/tus/*"):
        page.locator("[data-version-form] button[type=submit]").click()
    page.wait_for_timeout(500)  # a page that loaded again would have lost the list by now
    expect(page.locator(".upload")).to_contain_text("not a picture")


def test_a_new_version_its_reason_comparing_and_restoring(enter, owner, ingest, run_jobs, tmp_path):
    asset = ingest(picture_bytes((1200, 900), seed=4), name="pier.jpg").asset
    run_jobs()
    file = tmp_path / "pier-warm.jpg"
    file.write_bytes(picture_bytes((1200, 900), seed=5))
    page = enter(owner, f"/assets/{asset.pk}")
    page.locator("header [data-dialog=version-dialog]").click()
    page.set_input_files("#version-file", [file])
    page.get_by_label("What changed, and why").fill("Warmer")
    page.locator("[data-version-form] button[type=submit]").click()
    expect(page.locator(".upload")).to_have_attribute("data-state", "processing")
    run_jobs()
    expect(page.locator(".timeline-entry")).to_have_count(2, timeout=15000)
    expect(page.locator(".timeline-entry").first).to_contain_text("Warmer")
    page.keyboard.press("c")
    expect(page.locator(".compare-view")).to_be_visible()
    expect(page.locator(".compare-facts")).to_contain_text("Warmer")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".toast")).to_contain_text("Version 1 is back, as version 3.")
    page.locator("#history summary").click()
    expect(page.locator(".history")).to_contain_text("Version 3")
    expect(page.locator(".history")).to_contain_text("“Warmer”")


def test_a_server_that_is_not_there_is_waited_for(enter, owner, brand, tmp_path):
    page = enter(owner)
    file = tmp_path / "lost.jpg"
    file.write_bytes(picture_bytes(seed=2))
    page.route("**/api/v1/uploads/tus/", lambda route: route.abort())
    page.set_input_files("#upload-files", [file])
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "lost")
    expect(row).to_contain_text("Connection lost, carrying on at 0 %")
    page.unroute("**/api/v1/uploads/tus/")
    expect(row).to_have_attribute("data-state", "processing", timeout=15000)


def test_a_broken_connection_is_carried_on_by_itself(enter_by, proxy, owner, brand, large):
    page = enter_by(owner)
    proxy.cut_after = 6 * MIB
    page.evaluate(NOTE_WORDS)
    began = []
    page.on(
        "request",
        lambda one: one.method == "PATCH" and began.append(int(one.headers["upload-offset"])),
    )
    page.set_input_files("#upload-files", [large])
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "processing", timeout=30000)
    words = " ".join(page.evaluate("() => window.seen"))
    assert re.search(r"Connection lost, carrying on at \d\d %", words)
    assert proxy.cuts >= 2
    assert is_kept(large)
    assert began[-1] > 10 * MIB, "what had arrived was not sent again"


def test_a_reload_leaves_a_line_and_the_same_file_carries_on(enter_by, proxy, owner, brand, large):
    page = enter_by(owner)
    page.on("dialog", lambda dialog: dialog.accept())
    proxy.hold_after = 5 * MIB
    page.set_input_files("#upload-files", [large])
    expect(page.locator(".upload-state")).to_contain_text(re.compile(r"Uploading [3-7]\d %"))
    page.evaluate(A_MINUTE_AGO)
    page.reload()
    proxy.release()
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "interrupted")
    expect(row).to_contain_text(re.compile(r"Interrupted at \d+ %: choose or drop the file again"))
    assert becomes_true(lambda: UploadSession.objects.get().offset > 2 * MIB)
    page.set_input_files("#upload-files", [large])
    expect(row).to_have_attribute("data-state", "processing", timeout=30000)
    assert is_kept(large)
    assert UploadSession.objects.count() == 1
    assert page.evaluate('() => localStorage["loupe.uploads"]') == "{}"


def test_what_was_interrupted_can_be_discarded(enter_by, proxy, owner, brand, large):
    page = enter_by(owner)
    page.on("dialog", lambda dialog: dialog.accept())
    proxy.hold_after = 2 * MIB
    page.set_input_files("#upload-files", [large])
    expect(page.locator(".upload-state")).to_contain_text(re.compile(r"Uploading [1-7]\d %"))
    page.evaluate(A_MINUTE_AGO)
    page.reload()
    proxy.release()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Discard large.png").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert not UploadSession.objects.exists()


def test_pausing_resuming_and_cancelling_one_file(enter_by, proxy, owner, brand, large, tmp_path):
    other = tmp_path / "other.png"
    other.write_bytes(large.read_bytes() + b"more")
    page = enter_by(owner)
    proxy.hold_after = 2 * MIB
    page.set_input_files("#upload-files", [large, other])
    rows = page.locator(".upload")
    expect(rows).to_have_count(2)
    for name in ("large.png", "other.png"):
        row = rows.filter(has_text=name)
        expect(row).to_contain_text(re.compile(r"Uploading [1-7]\d %"))
        row.get_by_role("button", name=f"Pause {name}").press("Enter")
        expect(row).to_contain_text(re.compile(r"Paused at \d+ %"))
    proxy.release()
    expect(page.get_by_role("button", name="Carry on with other.png")).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel other.png").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Carry on with large.png").press("Enter")
    expect(rows).to_have_attribute("data-state", "processing", timeout=30000)
    assert is_kept(large)


def test_a_refusal_of_the_server_is_told_and_can_be_retried(
    enter, owner, brand, settings, tmp_path
):
    settings.LOUPE_QUOTA_BYTES = 10
    enter.expected.append("413")
    page = enter(owner)
    file = tmp_path / "a.jpg"
    file.write_bytes(picture_bytes(seed=2))
    page.set_input_files("#upload-files", [file])
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "failed")
    expect(row).to_contain_text("beyond your quota")
    settings.LOUPE_QUOTA_BYTES = 0
    page.get_by_role("button", name="Retry all failed").click()
    expect(row).to_have_attribute("data-state", "processing")


def test_thousands_of_files_are_counted_and_not_drawn(enter_by, proxy, owner, brand):
    page = enter_by(owner)
    proxy.hold_after = 0
    took = page.evaluate("""() => {
        const files = new DataTransfer();
        for (let n = 0; n < 5000; n++) files.items.add(new File([`file ${n}`], `file-${n}.jpg`));
        const begun = performance.now();
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
            () => done(performance.now() - begun))));
    }""")
    expect(page.locator("[data-upload-title]")).to_have_text("Uploads: 0 of 5,000")
    expect(page.locator("[data-upload-summary]")).to_contain_text("4,997 waiting")
    assert page.locator(".upload").count() == 3
    assert took < 1500
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator(".upload")).to_have_count(0)
    proxy.release()


def test_a_folder_is_taken_with_what_is_in_it(enter, owner, brand, tmp_path):
    folder = tmp_path / "shoot"
    (folder / "raw").mkdir(parents=True)
    (folder / "one.jpg").write_bytes(picture_bytes(seed=1))
    (folder / "raw" / "two.jpg").write_bytes(picture_bytes(seed=2))
    (folder / ".hidden").write_text("not meant")
    page = enter(owner)
    page.set_input_files("#upload-folder", folder)
    expect(page.locator('.upload[data-state="processing"]')).to_have_count(2)
    assert Version.objects.count() == 2


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_is_accessible(enter, page: Page, owner, brand, ingest, tmp_path, theme, width):
    page.set_viewport_size({"width": width, "height": 844})
    known = picture_bytes(seed=9)
    ingest(known)
    for name, data in (("known.jpg", known), ("notes.jpg", b"text"), ("a.jpg", picture_bytes())):
        (tmp_path / name).write_bytes(data)
    enter(owner, theme=theme)
    page.set_input_files("#upload-files", sorted(tmp_path.glob("*.jpg")))
    expect(page.locator('.upload[data-state="duplicate"]')).to_be_visible()
    expect(page.locator('.upload[data-state="refused"]')).to_be_visible()
    expect(page.locator("#announcer")).not_to_be_empty()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_public_client_goes_on_after_cuts(enter_by, proxy, owner, brand, large):
    """tus-js-client as it is published, against our server, over a connection that breaks."""
    page = enter_by(owner)
    page.evaluate(TUS.read_text())
    page.evaluate(OWN_FIELD)
    page.set_input_files("#own", large)
    proxy.cut_after = 6 * MIB
    url = page.evaluate("""() => new Promise((resolve, reject) => {
        const file = document.getElementById("own").files[0];
        const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
        new tus.Upload(file, {
            endpoint: "/api/v1/uploads/tus/",
            headers: { "X-CSRFToken": token },
            metadata: { filename: file.name },
            retryDelays: [0, 200, 500, 1000, 2000],
            onError: reject,
            onSuccess() { resolve(this.url ?? ""); },
        }).start();
    })""")  # fmt: skip
    assert proxy.cuts >= 2
    assert is_kept(large), url


def test_the_public_client_sends_parts_side_by_side(enter, owner, brand, large):
    page = enter(owner)
    page.evaluate(TUS.read_text())
    page.evaluate(OWN_FIELD)
    page.set_input_files("#own", large)
    page.evaluate("""() => new Promise((resolve, reject) => {
        const file = document.getElementById("own").files[0];
        const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
        new tus.Upload(file, {
            endpoint: "/api/v1/uploads/tus/",
            headers: { "X-CSRFToken": token },
            metadata: { filename: file.name },
            parallelUploads: 3,
            onError: reject,
            onSuccess: () => resolve(),
        }).start();
    })""")
    assert is_kept(large)
    assert UploadSession.objects.filter(kind="partial", state="ended").count() == 3
