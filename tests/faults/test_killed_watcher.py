"""`kill -9` of the watcher at any moment: every file is taken once, and lies where it belongs."""

import hashlib
import os
import random
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.faults.uploading import downloaded

pytestmark = pytest.mark.faults

FILES = int(os.environ.get("LOUPE_FAULT_FILES", "120"))
KILLS = 6


def watcher_of(process: subprocess.Popen) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if child.cmdline()[-1:] == ["watch"]:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_every_file_is_taken_exactly_once(home, picture):
    home.env |= {"LOUPE_INTAKE_AHEAD": "100000"}
    inbox = home.folder / "inbox" / "drop"
    inbox.mkdir(parents=True)
    home.run("sources", "add", "Drop", str(inbox), "--settle", "0.2", "--poll", "5")
    choose = random.Random(os.environ.get("LOUPE_FAULT_SEED"))
    good = [f"good-{n:03d}.jpg" for n in range(FILES)]
    bad = [f"bad-{n:03d}.jpg" for n in range(FILES // 10)]
    # Workers would only be in the way of what is tried here: what was taken stays queued.
    up = home.start("up", "--no-web", "--workers", "0", stderr=subprocess.DEVNULL)
    killed, sent = 0, []
    try:
        for n, name in enumerate(good):
            data = picture((200, 150), seed=n)
            (inbox / name).write_bytes(data)
            sent.append(hashlib.sha256(data).hexdigest())
        for n, name in enumerate(bad):
            (inbox / name).write_bytes(b"<html>%d" % n)
        end = time.monotonic() + 240
        while time.monotonic() < end and (killed < KILLS or names_left(inbox)):
            time.sleep(choose.uniform(0.1, 1.2))
            watchers = watcher_of(up)
            if killed < KILLS and watchers and names(inbox / "done"):
                watchers[0].kill()
                killed += 1
        time.sleep(1.0)
    finally:
        up.terminate()
        up.wait(timeout=60)
    assert killed == KILLS
    assert names(inbox / "done") == good
    assert names(inbox / "failed") == sorted([*bad, *(f"{name}.reason.txt" for name in bad)])
    assert names_left(inbox) == []
    rows = home.count(
        "SELECT count(*), count(DISTINCT blob_id), count(DISTINCT asset_id) FROM dam_version"
    )
    assert rows == [[FILES, FILES, FILES]]
    states = home.count(
        "SELECT state, place, count(*) FROM processing_sourcefile GROUP BY 1, 2 ORDER BY 1"
    )
    assert states == [["failed", "failed", len(bad)], ["taken", "done", FILES]]
    counted = home.count("SELECT taken, duplicates, failed FROM processing_source")
    assert counted == [[FILES, 0, len(bad)]]
    assert downloaded(home) == sorted(sent)


def names_left(inbox: Path) -> list[str]:
    return [name for name in names(inbox) if name not in {"done", "failed"}]
