"""Sidecars in a real browser: dropped with their pictures, alone, and what one is told of room."""

import pytest
from playwright.sync_api import expect

from dam.models import Asset, Version
from processing.models import UploadSession
from tests.browser.axe import violations
from tests.conftest import picture_bytes
from tests.processing.test_sidecars import SIDECAR

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]

DROP = """(files) => {
    const given = new DataTransfer();
    for (const [name, text] of files) {
        const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
        given.items.add(new File([bytes], name));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true }));
}"""


def drop(page, files: dict[str, bytes]) -> None:
    import base64

    page.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in files.items()])


@pytest.mark.parametrize("name", ["harbour.xmp", "harbour.jpg.XMP"])
def test_a_picture_and_its_sidecar_that_are_dropped_together_are_one(
    enter, owner, brand, run_jobs, name
):
    page = enter(owner)
    drop(page, {name: SIDECAR, "harbour.jpg": picture_bytes(seed=1), "b.jpg": picture_bytes()})
    row = page.locator(".upload").filter(has_text="harbour.jpg")
    expect(row).to_have_attribute("data-state", "processing")
    expect(row).to_contain_text(f"harbour.jpg with {name}")
    expect(page.locator(".upload")).to_have_count(2)
    run_jobs()
    assert Asset.objects.get(title="Title beside").versions.get().sidecar.size == len(SIDECAR)
    assert Version.objects.filter(sidecar=None).count() == 1
    assert not UploadSession.objects.exclude(state="ended").exists()


def test_a_folder_pairs_within_each_of_its_folders(enter, owner, brand, tmp_path):
    shoot = tmp_path / "shoot"
    for n, folder in enumerate((shoot, shoot / "raw")):
        folder.mkdir(parents=True)
        (folder / "a.jpg").write_bytes(picture_bytes(seed=n))
    (shoot / "raw" / "a.xmp").write_bytes(SIDECAR)
    page = enter(owner)
    page.set_input_files("#upload-folder", shoot)
    expect(page.locator('.upload[data-state="processing"]')).to_have_count(2)
    kept = Version.objects.exclude(sidecar=None).get()
    from dam.storage import original

    with original(kept.blob) as path:
        assert path.read_bytes() == picture_bytes(seed=1)


def test_a_sidecar_alone_goes_to_its_picture_or_says_why_not(enter, owner, ingest, run_jobs):
    asset = ingest(name="harbour.jpg").asset
    run_jobs()
    page = enter(owner)
    drop(page, {"harbour.xmp": SIDECAR, "quay.xmp": SIDECAR})
    taken = page.locator(".upload").filter(has_text="harbour.xmp")
    expect(taken).to_have_attribute("data-state", "described")
    expect(taken).to_contain_text("Sidecar taken: “Harbour”: it filled title")
    expect(taken.get_by_role("link", name="Open")).to_have_attribute("href", f"/assets/{asset.pk}")
    refused = page.locator(".upload").filter(has_text="quay.xmp")
    expect(refused).to_have_attribute("data-state", "refused")
    expect(refused).to_contain_text("No picture that you may change is called like this sidecar")


def test_a_sidecar_that_is_refused_does_not_hold_up_its_picture(enter, owner, brand):
    enter.expected.append("413")
    page = enter(owner)
    drop(page, {"a.xmp": bytes(4 * 1024**2 + 1), "a.jpg": picture_bytes()})
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "processing")
    expect(row).to_contain_text("Without a.xmp: The sidecar is larger than 4 MiB")
    assert Version.objects.get().sidecar is None


def test_little_room_is_told_above_the_list(enter, owner, brand, settings, ingest, run_jobs):
    data = picture_bytes(seed=5)
    settings.LOUPE_QUOTA_BYTES = 10 * len(data)
    page = enter(owner)
    drop(page, {"a.jpg": data})
    line = page.locator("[data-upload-quota]")
    expect(page.locator(".upload")).to_have_attribute("data-state", "processing")
    expect(line).to_be_hidden()
    settings.LOUPE_QUOTA_BYTES = int(1.1 * len(data))
    page.get_by_role("button", name="Close the list of uploads").click()
    page.locator("[data-upload-open]").first.click()
    expect(line).to_contain_text("of your quota of")
    expect(line).to_contain_text("are used (90 %).")
    assert violations(page) == []


def test_look_alikes_are_told_beside_the_file(enter, owner, brand, run_jobs, ingest):
    page = enter(owner)
    ingest(picture_bytes(seed=7), "first.jpg")
    drop(page, {"second.jpg": picture_bytes(seed=7, quality=60)})
    row = page.locator(".upload")
    expect(row).to_have_attribute("data-state", "processing")
    run_jobs()
    hint = row.get_by_role("link", name="Looks like 1 other")
    expect(hint).to_be_visible(timeout=15000)
    hint.click()
    expect(page.locator("[data-cluster]")).to_have_count(1)
