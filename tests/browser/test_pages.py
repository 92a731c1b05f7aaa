"""Every page in both themes and widths: accessible, not too wide, and the focus in sight."""

import pytest
from playwright.sync_api import Page, expect

from dam.actions.tokens import create_service_account, create_token
from dam.models import Asset, Collection, Relation, Renaming, Version, VersionText
from processing.consistency import actions as consistency
from processing.consistency import running
from processing.models import Preset, ReferenceSet, Source, SourceFile
from search.models import Lookalike
from tests.browser.axe import violations
from tests.browser.focus import covered
from tests.processing.consistency.sets import looked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]

WIDTHS = (1440, 390)
THEMES = {"dark": None, "light": ["color-contrast"]}  # where only colours differ
FATES = (
    ("a-long-name-that-a-scanner-has-made-up-20260102-030405.tif", "taken", "done"),
    ("b.jpg", "duplicate", "done"),
    ("c.jpg", "failed", "failed"),
    ("d.jpg", "taking", ""),
)
CREDENTIALS = {
    "state": "valid",
    "signer": "Harbour Agency",
    "signed_at": "2026-01-02T03:04:05Z",
    "actions": [{"name": "c2pa.created", "software": "Camera 1.0"}],
    "ingredients": [{"title": "quay.jpg", "relationship": "parentOf"}],
}


@pytest.fixture
def picture_of(owner, asset_factory, with_files) -> Asset:
    """A picture with rights, a description, a relation, two versions, and in a collection."""
    asset = asset_factory("Harbour at dusk", credentials=CREDENTIALS)
    Asset.objects.filter(pk=asset.pk).update(
        description="Boats at the quay.",
        creator="Byron",
        usage_terms="Editorial use only.",
        rights_url="https://example.com/licence",
    )
    with_files(asset.current_version)
    other = asset_factory("Harbour, cropped")
    with_files(other.current_version)
    Relation.objects.create(source=other, target=asset, kind="variant_of", created_by=owner)
    Lookalike.objects.create(
        first=asset.current_version,
        second=asset_factory("Harbour, smaller", width=600, height=400).current_version,
        distance=2,
        likeness=0.9,
    )
    spring = Collection.objects.create(name="Spring", owner=owner)
    spring.assets.add(asset, through_defaults={"added_by": owner})
    older = Version.objects.get(pk=asset.current_version_id)
    older.pk, older.number, older.note = None, 2, "Warmer"
    older.save()
    with_files(older)
    return asset


@pytest.fixture
def others(asset_factory) -> dict[str, Asset]:
    """Assets of the other kinds, and one that not everybody sees."""
    for number in range(9):  # more than a phone is wide
        asset_factory(f"Archive {number}", kind="other", media_type="application/zip")
    made = {
        "document": asset_factory("Price list", kind="document", frames=3),
        "table": asset_factory("Stock", kind="other", media_type="text/csv", width=0, height=0),
        "archive": asset_factory("Raw", kind="other", media_type="application/zip"),
        "refused": asset_factory("Torn", state="refused", state_reason="It ends too early."),
        "restricted": asset_factory("Spring campaign"),
    }
    text = "sku;name;price\nABC1234;lamp;19"
    VersionText.objects.create(version=made["table"].current_version, text=text, is_lines=True)
    Asset.objects.filter(pk=made["restricted"].pk).update(restricted=True)
    return made


@pytest.fixture
def source(brand, admin_user, tmp_path, settings, picture_of) -> Source:
    """A watched folder with a file of each fate."""
    folder = tmp_path / "roots" / "scanner"
    folder.mkdir(parents=True)
    settings.LOUPE_WATCH_ROOTS = [folder.parent]
    made = Source.objects.create(
        name="Scanner", path=str(folder), brand=brand, bringer=admin_user, taken=12, failed=1
    )
    for number, (name, state, place) in enumerate(FATES):
        SourceFile.objects.create(
            source=made, key=name, key_hash=f"{number:032x}", size=1, state=state, place=place,
            asset=picture_of if state == "taken" else None,
            reason="Its name does not fit." if state == "failed" else "",
        )  # fmt: skip
    Source.objects.create(
        name="Agency", kind="s3", bucket="in", brand=brand, bringer=admin_user,
        state="unreachable", state_reason="The bucket does not answer.",
    )  # fmt: skip
    return made


@pytest.fixture
def alike(brand, admin_user, asset_factory, with_files) -> ReferenceSet:
    """A set that was measured twice, with pictures that are off, a warning and a lock."""
    assets = [looked(asset_factory(f"Model {n}"), stops=n / 10) for n in range(4)]
    assets += [looked(asset_factory("Night"), stops=-2.0), looked(asset_factory("Wide"), left=0.0)]
    for asset in assets:
        with_files(asset.current_version)
    Asset.objects.update(category="product")
    found = consistency.set_of(brand=brand, category="product", user=admin_user)
    versions = list(Version.objects.filter(asset__title__startswith="Model"))
    consistency.add_pictures(reference=found, versions=versions, user=admin_user)
    consistency.change_set(reference=found, user=admin_user, floor=99)
    consistency.lock(reference=found, name="fill", value=0.8, user=admin_user, note="As agreed")
    running.run(found)
    running.run(found)
    return found


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page, in both themes and widths."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return look_here(page)


def look_here(page: Page) -> list[str]:
    page.emulate_media(reduced_motion="reduce")  # colours change at once
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for theme, rules in THEMES.items():
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            wrong += [f"{width} {theme}: {one}" for one in violations(page, rules)]
        wrong += [f"{width}: {one}" for one in covered(page)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            wrong.append(f"{width}: {wide} pixels wide")
    return wrong


def look_at(page: Page, server: str, addresses: list[str]) -> dict[str, list[str]]:
    found = {address: look(page, server + address) for address in addresses}
    return {address: wrong for address, wrong in found.items() if wrong}


def test_pages_of_assets(enter, live_server, admin_user, picture_of, others):
    page = enter(admin_user)
    kinds = [f"/assets/{one.pk}" for one in others.values()]
    pages = ["/", "/?q=zebra", f"/assets/{picture_of.pk}", *kinds, "/collections/", "/bin"]
    pages += [f"/collections/{Collection.objects.get().pk}", f"/assets/{picture_of.pk}/compare"]
    assert look_at(page, live_server.url, pages) == {}


def test_pages_of_settings(enter, live_server, admin_user, source, brand):
    service = {"name": "nightly-import", "role": "creator", "brand": brand}
    account = create_service_account(user=admin_user, **service)
    for whose in (None, account):
        create_token(user=admin_user, name="Script", scopes=["assets:read"], of=whose)
    page = enter(admin_user)
    sources = [f"/settings/sources/{one.pk}" for one in Source.objects.all()]
    Preset.objects.create(name="teaser", options="w=480,h=320,fit=cover,g=smart")
    pages = ["/settings/", "/settings/tokens", "/settings/presets", "/settings/sources", *sources]
    pages += [f"{sources[0]}/edit", "/settings/sources/add/folder", "/settings/sources/add/s3"]
    pages += ["/accounts/sessions/", "/accounts/2fa/"]
    pages += ["/accounts/password/change/", "/accounts/logout/"]
    assert look_at(page, live_server.url, pages) == {}


def test_pages_of_consistency(enter, live_server, admin_user, alike):
    page = enter(admin_user)
    pages = ["/consistency", "/consistency/house/product"]
    assert look_at(page, live_server.url, pages) == {}
    page.locator("#locks summary").press("Enter")
    expect(page.locator("#lock-name")).to_be_visible()
    page.locator("#worst nav a").nth(2).press("Enter")
    expect(page.locator("#worst li").first).to_contain_text("Night")
    assert look_here(page) == []


def test_pages_of_work(enter, live_server, admin_user, owner, picture_of):
    change = [picture_of.current_version_id, "a.jpg", "b.jpg", picture_of.pk, None, None]
    Renaming.objects.create(pattern="{sku}", changes=[change], created_by=admin_user)
    page = enter(admin_user)
    pages = ["/duplicates/", "/rename", "/activity"]
    pages += [
        "/brands/",
        "/brands/house",
        "/review/",
        "/review/bulk",
        "/review/history",
        "/nowhere",
    ]
    enter.expected.append("404")
    assert look_at(page, live_server.url, pages) == {}


def test_the_form_that_renames(enter, owner, picture_of):
    page = enter(owner)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.locator("[data-rename-url]").press("Enter")
    page.locator("#rename-pattern").fill("{brand}")
    expect(page.locator("#rename-table")).to_contain_text("House.jpg")
    assert look_here(page) == []


def test_signing_in(page: Page, live_server, db):
    pages = ["/accounts/login/", "/accounts/password/reset/"]
    assert look_at(page, live_server.url, pages) == {}
