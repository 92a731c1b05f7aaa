"""The supervisor: what dies is restarted, what is stopped stays stopped."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from processing.supervisor import TICK_SECONDS, Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
# A process with a grandchild, as a cluster has: the grandchild's pid is printed nowhere.
FAMILY = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "child = 'import subprocess, sys, time;"
    'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]);'
    "time.sleep(60)';"
    "subprocess.Popen([sys.executable, '-c', child]); time.sleep(60)",
]


@pytest.fixture
def supervise(monkeypatch):
    made: list[Supervisor] = []

    def start(*children: Child) -> Supervisor:
        supervisor = Supervisor(children, say=lambda sentence: said.append(sentence))
        monkeypatch.setattr(supervisor, "_with_database", lambda act: None)
        supervisor.start()
        made.append(supervisor)
        return supervisor

    said: list[str] = []
    start.said = said
    yield start
    for supervisor in made:
        supervisor.stop()


def until(condition, supervisor, seconds=15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        supervisor.tick()
        if condition():
            return True
        time.sleep(TICK_SECONDS / 5)
    return False


def test_a_child_that_dies_is_started_again(supervise):
    child = Child("sleeper", SLEEPER)
    supervisor = supervise(child)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert until(lambda: child.running and child.process.pid != first, supervisor)
    assert "sleeper stopped unexpectedly" in supervise.said[0]


def test_the_death_of_one_process_restarts_its_whole_cluster(supervise):
    child = Child("cluster", FAMILY, watches_family=True)
    supervisor = supervise(child)
    assert until(lambda: len(child.family) == 2, supervisor)
    family, first = set(child.family), child.process.pid
    grandchild = max(family, key=lambda process: process.pid)
    grandchild.kill()
    assert until(lambda: child.running and child.process.pid != first, supervisor)
    assert not [member for member in family if member.is_running() and member.status() != "zombie"]


def test_a_cluster_killed_before_it_was_counted_leaves_nothing_behind(supervise):
    child = Child("cluster", FAMILY, watches_family=True)
    supervisor = supervise(child)
    head = psutil.Process(child.process.pid)
    end = time.monotonic() + 10
    while len(members := head.children(recursive=True)) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(members) == 2
    assert not child.family
    head.kill()
    assert until(lambda: child.running and child.process.pid != head.pid, supervisor)
    assert not [one for one in members if one.is_running() and one.status() != "zombie"]


def test_one_that_keeps_dying_is_restarted_ever_more_slowly(supervise):
    child = Child("mayfly", [sys.executable, "-c", "raise SystemExit(3)"])
    supervisor = supervise(child)
    assert until(lambda: child.pause >= 2.0, supervisor)
    assert "(3)" in supervise.said[0]


def test_stopping_leaves_nothing_behind(supervise):
    child = Child("cluster", FAMILY, watches_family=True)
    supervisor = supervise(child)
    assert until(lambda: len(child.family) == 2, supervisor)
    members = [psutil.Process(child.process.pid), *child.family]
    supervisor.stop()
    assert not [one for one in members if one.is_running() and one.status() != "zombie"]


def test_children_die_with_a_supervisor_that_is_killed(tmp_path):
    """Where the kernel can do it (Linux): not even `kill -9` of the supervisor leaves orphans."""
    if sys.platform != "linux":
        pytest.skip("needs prctl")
    code = (
        "import django; django.setup();"
        "from processing.supervisor import *; import sys, time;"
        f"c = Child('sleeper', {SLEEPER!r}); c.start(); print(c.process.pid, flush=True);"
        "time.sleep(60)"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env)
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    gone, _ = psutil.wait_procs([orphan], timeout=10)
    assert gone
