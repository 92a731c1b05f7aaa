"""A process that ends at any step between a file and its row: nothing is lost, nothing doubled.

The exit is `os._exit` in a child that ingests for real: no `finally` runs, as with a power cut.
"""

import hashlib
import json
import subprocess

import pytest

from tests.homes import tally

pytestmark = pytest.mark.faults

# Each is a place in the way of a file: (what is replaced, whether the exit comes before or after).
STEPS = {
    "draft is open": ("hashlib.sha256", "before"),
    "draft is written": ("os.fsync", "before"),
    "draft is synced": ("os.fsync", "after"),
    "before the link": ("os.link", "before"),
    "after the link": ("os.link", "after"),
    "before the folders are synced": ("dam.storage.local.sync_folder", "before"),
    "before the row": ("dam.models.Blob.objects.get_or_create", "before"),
    "after the row": ("dam.models.Blob.objects.get_or_create", "after"),
    "inside the transaction": ("dam.models.Version.objects.create", "after"),
    "before the commit": ("processing.queue.start", "after"),
}

CHILD = """
import os, sys
from pathlib import Path
from django.utils.module_loading import import_string
from dam import storage
from dam.actions.people import system_user
from processing import queue
from processing.actions import ingest_file

path, target, when = {path!r}, {target!r}, {when!r}
storage.require_mounted()
user = system_user()
owner_name, _, name = target.rpartition(".")
try:
    owner = import_string(owner_name)
except ImportError:
    parts = owner_name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            owner = __import__(".".join(parts[:cut]), fromlist=["x"])
        except ImportError:
            continue
        for part in parts[cut:]:
            owner = getattr(owner, part)
        break
real = getattr(owner, name)

def ending(*words, **named):
    if when == "before":
        os._exit(77)
    result = real(*words, **named)
    os._exit(77)

setattr(owner, name, ending)
with open(path, "rb") as source:
    ingest_file(source=source, file_name="picture.jpg", user=user)
print("nothing ended it")
"""


def state(home) -> dict:
    rows = home.count(
        "SELECT (SELECT count(*) FROM dam_asset), (SELECT count(*) FROM dam_blob),"
        " (SELECT count(*) FROM dam_version), (SELECT count(*) FROM processing_job)"
    )
    return dict(zip(("assets", "blobs", "versions", "jobs"), rows[0], strict=True))


def originals(home) -> list[str]:
    folder = home.folder / "media" / "originals"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_an_exit_at_any_step(home, database_up, tmp_path, picture):
    folder, steps = tmp_path / "pictures", {}
    folder.mkdir()
    for seed, (step, (target, when)) in enumerate(STEPS.items()):
        file = folder / f"{seed}.jpg"
        file.write_bytes(picture((320, 240), seed=seed))
        steps[hashlib.sha256(file.read_bytes()).hexdigest()] = step
        code = CHILD.format(path=str(file), target=target, when=when)
        died = subprocess.run(
            home.command("shell", "-v0", "-c", code), env=home.env, capture_output=True, timeout=120
        )
        assert died.returncode == 77, f"{step}: {died.stdout} {died.stderr[-2000:]}"
    # Nobody was told that it was kept: there is no asset, and no row without its file.
    known = state(home)
    assert (known["assets"], known["versions"], known["jobs"]) == (0, 0, 0)
    rows = {row[0] for row in home.count("SELECT sha256 FROM dam_blob")}
    assert rows <= set(originals(home))
    left = list((home.folder / "media" / "incoming").iterdir())
    assert left, "no exit left a draft: they did not come where they should"
    # The same files come again: now they are there, each once.
    answer = home.ask("ingest", str(folder))
    assert tally(answer["counts"]) == {"ingested": len(STEPS)}
    assert sorted(originals(home)) == sorted(steps)
    known = state(home)
    assert known["assets"] == known["blobs"] == known["versions"] == len(STEPS)
    # What the exits left is collected, and then there is nothing but the originals.
    collect = "from dam import storage; storage.collect_drafts(older_than=0)"
    home.run("shell", "-v0", "-c", collect)
    assert not list((home.folder / "media" / "incoming").iterdir())
    assert home.ask("verify")["findings"] == []


TWENTY = """
import io, json, threading
from collections import Counter
from django.db import connection
from dam.actions.people import system_user
from processing.actions import ingest_file
data, user = open({path!r}, "rb").read(), system_user()
start, outcomes = threading.Barrier({count}), []
def bring():
    start.wait()
    answer = ingest_file(source=io.BytesIO(data), file_name="same.jpg", user=user)
    outcomes.append(answer.outcome)
    connection.close()
threads = [threading.Thread(target=bring) for _ in range({count})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("ANSWER" + json.dumps(Counter(outcomes)))
"""


def test_the_same_file_from_many_processes_at_once(home, database_up, tmp_path, picture):
    file = tmp_path / "same.jpg"
    file.write_bytes(picture((640, 480)))
    code = TWENTY.format(path=str(file), count=5)
    running = [home.start("shell", "-v0", "-c", code, stdout=subprocess.PIPE) for _ in range(4)]
    outcomes = []
    for process in running:
        out, _ = process.communicate(timeout=240)
        outcomes.append(json.loads(out.decode().rpartition("ANSWER")[2]))
    assert sum(one.get("ingested", 0) for one in outcomes) == 1
    assert sum(one.get("duplicate", 0) for one in outcomes) == 19
    assert state(home) | {"jobs": 0} == {"assets": 1, "blobs": 1, "versions": 1, "jobs": 0}
    assert len(originals(home)) == 1
    assert not list((home.folder / "media" / "incoming").iterdir())
