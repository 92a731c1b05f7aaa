"""Turns over threads and processes: no more than there are, none lost with who held it."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from processing.transforms.errors import Busy
from processing.transforms.turns import Door, alone, turn

HOLD = """
import sys, time
from pathlib import Path
from processing.transforms.turns import turn
with turn(Path(sys.argv[1]), 1, time.monotonic() + 5):
    print("held", flush=True)
    time.sleep(60)
"""


def soon() -> float:
    return time.monotonic() + 0.05


def test_as_many_as_there_are_and_no_more(tmp_path):
    with (
        turn(tmp_path, 2, soon()),
        turn(tmp_path, 2, soon()),
        pytest.raises(Busy),
        turn(tmp_path, 2, soon()),
    ):
        pass
    with turn(tmp_path, 2, soon()):
        pass


def test_a_killed_process_gives_its_turn_back(tmp_path):
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    other = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=os.getcwd())
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Busy), turn(tmp_path, 1, soon()):
        pass
    other.send_signal(signal.SIGKILL)
    other.wait()
    with turn(tmp_path, 1, soon()):
        pass


def test_the_same_is_done_by_one_and_something_else_beside_it(tmp_path):
    with alone(tmp_path, "this", soon()):
        with pytest.raises(Busy), alone(tmp_path, "this", soon()):
            pass
        with alone(tmp_path, "something else", soon()):
            pass


def test_a_door_is_shut_at_once(tmp_path):
    door = Door(2)
    inside, leave = threading.Barrier(3), threading.Event()

    def stay():
        with door.passed():
            inside.wait(5)
            leave.wait(5)

    threads = [threading.Thread(target=stay) for _ in range(2)]
    for one in threads:
        one.start()
    inside.wait(5)
    with pytest.raises(Busy), door.passed():
        pass
    leave.set()
    for one in threads:
        one.join()
    with door.passed():
        pass
