"""What a browser test waits for, where the page itself does not show it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def settled(page: Page) -> None:
    """Wait until htmx has put in what it asked for: only then does it move the focus."""
    page.wait_for_function("unsettled => !document.querySelector(unsettled)", arg=UNSETTLED)


def becomes_true(look: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether what is looked for is so, now or within so long."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
