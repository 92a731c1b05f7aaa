"""Markup in titles, captions, keywords and names is shown as text, and never runs."""

import pytest
from playwright.sync_api import Page

from dam.models import Asset, Version
from tests.hostile.marked_up import KEYWORD, MARKUP, jpeg

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_encoder"),
]

WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation',
    event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
"""


@pytest.fixture
def marked_up(ingest, run_jobs, owner) -> Asset:
    """A picture that was ingested with markup everywhere, and whose title a person took over."""
    from dam.actions.library import describe

    outcome = ingest(jpeg(), f"{KEYWORD}.jpg")
    run_jobs()
    asset = Asset.objects.get(pk=outcome.asset.pk)
    Version.objects.filter(pk=outcome.version.pk).update(state="approved")
    describe(asset=asset, user=owner, title=MARKUP[:300], description=asset.description or MARKUP)
    return asset


def test_it_was_read_at_all(marked_up):
    """Else the test below would prove nothing."""
    version = marked_up.current_version
    assert "<script>" in marked_up.description
    assert "<script>" in str(version.metadata)
    assert "<img" in version.file_name
    words = marked_up.tags.values_list("term__name", flat=True)
    assert any("<img" in word for word in words), list(words)
    assert KEYWORD


def test_markup_in_metadata_never_runs(enter, page: Page, live_server, admin_user, marked_up):
    page.add_init_script(WATCH)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    enter(admin_user)
    own = f"/assets/{marked_up.pk}"
    addresses = [
        *("/", "/?q=harbour", f"/?like={marked_up.pk}", f"{own}?from=harbour", f"{own}/history"),
        *("/activity", "/review/", "/review/bulk", "/collections/", "/duplicates/"),
        *(f"/rename?assets={marked_up.pk}", own),
    ]
    shown = []
    for address in addresses:
        answer = page.goto(live_server.url + address)
        assert answer is not None
        page.wait_for_load_state("networkidle")
        shown += [address] if answer.status == 200 else []
        assert page.evaluate("window.harmed") is None, address
        assert page.evaluate("window.violations") == [], address
        assert page.locator("a[href^='javascript:' i]").count() == 0, address
        assert page.locator("[onerror], [onload]").count() == 0, address
    enter.expected += ["404", "403", "405"]  # what this role or version of a page does not have
    assert {"/", own, "/?q=harbour", "/collections/", "/activity"} <= set(shown)
    assert "<script>" in page.locator("body").inner_text(), "shown as text"
    assert dialogs == []
