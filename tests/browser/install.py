"""Find a Chromium for the browser tests, or install one: `python -m tests.browser.install`.

One that is there is used; else Debian's package where apt-get may be used; else Playwright's own.
"""

import os
import shutil
import subprocess
import sys

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of an installed browser; LOUPE_CHROMIUM names one explicitly."""
    wanted = os.environ.get("LOUPE_CHROMIUM")
    if wanted:
        return wanted
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def playwrights_own() -> str | None:
    """Return the path of the browser that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def main() -> None:
    if find() or playwrights_own():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's chromium for the browser tests …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        packages = ["chromium", "fonts-liberation"]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
        return
    print("Downloading Playwright's chromium for the browser tests …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    main()
