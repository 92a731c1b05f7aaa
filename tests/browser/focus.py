"""Where the focus is: what has it must not lie under something else (WCAG 2.2, 2.4.11)."""

from playwright.sync_api import Page

# Everything that the Tab key reaches gets the focus, and scrolls as the browser then does; at its
# middle there must be itself, a part of it, its label, or something that it lies in.
COVERED = """() => {
    const reached = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const told = (one) => one.id || one.getAttribute("aria-label") || one.name || one.outerHTML.slice(0, 90);
    const covered = [];
    for (const one of document.querySelectorAll(reached)) {
        if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) continue;
        one.focus();
        if (document.activeElement !== one) continue;
        const { left, right, top, bottom } = one.getBoundingClientRect();
        const middle = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
        const there = document.elementFromPoint(...middle);
        const own = [one, ...(one.labels ?? [])].some((part) => part.contains(there) || there?.contains(part));
        if (!own) covered.push(`${told(one)} under ${there ? told(there) : "nothing"}`);
    }
    return covered;
}"""  # noqa: E501


def covered(page: Page) -> list[str]:
    """Return what is covered when it has the focus."""
    return page.evaluate(COVERED)
