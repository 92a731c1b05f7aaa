"""The documents' screenshots, from a running demo: `python -m tests.browser.screenshots ADDRESS`.

Start a demo of its own for it, so that its review queue is whole; one asset is
given rights to show: `LOUPE_HOME=/somewhere/empty LOUPE_PORT=8123 make demo`.
"""

import io
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.install import find

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("dark", "light")
QUALITY = 82
PASSWORD = "loupe-demo"  # as the demo prints it
RIGHTS = {
    "Creator": "Carl Creator",
    "Credit line": "Carl Creator / Harbour Agency",
    "Copyright notice": "© 2026 Harbour Agency",
    "Usage terms": "Editorial use only, until the end of 2027.",
    "Rights address": "https://example.com/licences/editorial",
}


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def asset_of(page: Page, address: str) -> str:
    """Return where the asset with two versions is."""
    page.goto(f"{address}/search?q=motorcycle")
    return str(page.locator("a[href^='/assets/']").first.get_attribute("href"))


def prepare(page: Page, address: str) -> None:
    """Give the demo what its pictures alone do not have: whose it is."""
    page.goto(address + asset_of(page, address))
    page.get_by_role("button", name="Change rights and credit").click()
    for label, text in RIGHTS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.locator("#rights-panel button[type=submit]").click()
    page.get_by_role("button", name="Change rights and credit").wait_for()


def pages(page: Page, address: str) -> dict[str, str]:
    """Return what is shown, and where: the asset is the one with two versions."""
    return {
        "library": "/",
        "search": "/search?q=a+cat",
        "asset": asset_of(page, address),
        "review": "/review/",
        "brand": "/brands/fjord",
        "duplicates": "/duplicates/",
    }


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)  # the last pictures fade in
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(IMAGES / f"{name}.webp", quality=QUALITY, method=6)


def take_all(browser: Browser, address: str) -> None:
    with browser.new_page() as page:
        sign_in(page, address)
        prepare(page, address)
    for device, theme in itertools.product(SIZES, THEMES):
        with seen_by(browser, address, device, theme) as page:
            for name, place in pages(page, address).items():
                page.goto(f"{address}{place}")
                take(page, f"{name}-{device}-{theme}")


@contextmanager
def seen_by(browser: Browser, address: str, device: str, theme: str) -> Iterator[Page]:
    width, height = SIZES[device]
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        context.add_cookies([{"name": "theme", "value": theme, "url": address}])
        page = context.new_page()
        sign_in(page, address)
        yield page


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        take_all(browser, address.rstrip("/"))
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
