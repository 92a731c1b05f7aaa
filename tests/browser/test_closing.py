"""A browser is closed also where one of its children hangs."""

import time

import psutil
import pytest

from tests.browser.closing import browsers, ended_after

pytestmark = pytest.mark.browser


def test_a_renderer_that_hangs_does_not_hold_up_the_end(launch_browser, browser):
    before = browsers()
    other = launch_browser()
    (group,) = browsers() - before
    other.new_page().goto("data:text/html,here")
    family = psutil.Process(group).children(recursive=True)
    renderers = [one for one in family if "--type=renderer" in one.cmdline()]
    assert renderers
    for renderer in renderers:
        renderer.suspend()
    begun = time.monotonic()
    with ended_after(1.0, group):
        other.close()
    assert time.monotonic() - begun < 10
    assert not any(one.is_running() and one.status() != "zombie" for one in renderers)
    assert browser.is_connected(), "the other one goes on"
