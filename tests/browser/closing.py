"""Closing a browser whose children do not end.

Playwright's driver waits until the browser's output is closed, not only until it has ended. A
child of the browser that hangs (a renderer on a machine under load) outlives it and holds that
output: the driver, and the whole run with it, would wait for ever. All processes of a browser are
one group, which its first process leads; ending the group closes the output.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

PATIENCE = 15.0  # seconds for a browser to close


def browsers() -> set[int]:
    """Return the process groups of the browsers that this process's driver has started."""
    own = psutil.Process().children()
    drivers = [child for child in own if "playwright" in " ".join(child.cmdline())]
    return {browser.pid for driver in drivers for browser in driver.children()}


@contextmanager
def ended_after(seconds: float, group: int) -> Iterator[None]:
    """End what is left of a browser if the block takes longer than that."""
    watch = threading.Timer(seconds, os.killpg, [group, signal.SIGKILL])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
