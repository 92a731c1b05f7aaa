"""The documents' screenshots, from a running demo: `python -m tests.browser.screenshots ADDRESS`.

Start a demo of its own for it, so that its review queue is whole:
`LOUPE_HOME=/somewhere/empty LOUPE_PORT=8123 make demo`.
"""

import io
import sys
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


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def pages(page: Page, address: str) -> dict[str, str]:
    """Return what is shown, and where: the asset is the one with two versions."""
    page.goto(f"{address}/search?q=motorcycle")
    asset = page.locator("a[href^='/assets/']").first.get_attribute("href")
    return {
        "library": "/",
        "search": "/search?q=a+cat",
        "asset": str(asset),
        "review": "/review/",
        "brand": "/brands/fjord",
    }


def take(browser: Browser, address: str, device: str, theme: str) -> None:
    width, height = SIZES[device]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    page = context.new_page()
    sign_in(page, address)
    for name, place in pages(page, address).items():
        page.goto(f"{address}{place}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)  # the last pictures fade in
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.save(IMAGES / f"{name}-{device}-{theme}.webp", quality=QUALITY, method=6)
    context.close()


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for device in SIZES:
            for theme in THEMES:
                take(browser, address.rstrip("/"), device, theme)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
