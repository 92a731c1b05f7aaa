"""Accessibility of a page by axe-core (vendored for tests): what is serious fails."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_HIGH = 12_000  # pixels
GRAVE = {"serious", "critical"}


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return serious and critical violations, of all rules or of those named, as readable lines.

    The window is made as high as the page meanwhile: a bar that stays at its bottom covers whatever
    happens to lie below it, and one scroll uncovers that.
    """
    window = page.viewport_size
    if window:
        whole = page.evaluate("document.documentElement.scrollHeight") + 200
        page.set_viewport_size(window | {"height": min(max(whole, window["height"]), MOST_HIGH)})
    try:
        return _found(page, rules)
    finally:
        if window:
            page.set_viewport_size(window)


def _found(page: Page, rules: list[str] | None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text())
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]
