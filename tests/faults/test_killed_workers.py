"""`kill -9` of any process of the workers, at any moment: every file ends once, with no hand."""

import hashlib
import json
import os
import random
import subprocess
import time

import psutil
import pytest

from tests.faults.uploading import downloaded
from tests.homes import tally

pytestmark = pytest.mark.faults

PICTURES = int(os.environ.get("LOUPE_FAULT_PICTURES", "60"))
KILLS = int(os.environ.get("LOUPE_FAULT_KILLS", "3"))


def worker_processes(process: subprocess.Popen) -> list[psutil.Process]:
    """Return everything that a command's clusters consist of: workers, and what opens files."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            line = child.cmdline()
            if "qcluster" in line or "processing.sandbox.zygote" in line:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_every_file_ends_exactly_once(home, models, pictures):
    folder = pictures(PICTURES)
    sent = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir())
    (folder / "torn.jpg").write_bytes((folder / "picture-000.jpg").read_bytes()[:9000])
    choose = random.Random(os.environ.get("LOUPE_FAULT_SEED"))
    ingest = home.start(
        "ingest", str(folder), "--wait", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    killed = 0
    for _ in range(KILLS):
        time.sleep(choose.uniform(2, 6))
        candidates = worker_processes(ingest)
        if ingest.poll() is None and candidates:
            choose.choice(candidates).kill()
            killed += 1
    out, err = ingest.communicate(timeout=200 + 5 * PICTURES)
    assert killed, "everything was over before anything could be killed"
    assert ingest.returncode == 0, err.decode()
    answer = json.loads(out)
    assert tally(answer["counts"]) == {"ingested": PICTURES, "refused": 1}
    unfinished = "SELECT step FROM processing_job WHERE state IN ('queued', 'running')"
    assert home.count(unfinished) == []
    rows = home.count(
        "SELECT count(*), count(DISTINCT v.id), count(DISTINCT r.id), count(DISTINCT e.id)"
        " FROM dam_version v LEFT JOIN dam_rendition r ON r.version_id = v.id"
        " LEFT JOIN search_embedding e ON e.version_id = v.id WHERE v.state <> 'refused'"
    )
    assert rows == [[3 * PICTURES, PICTURES, 3 * PICTURES, PICTURES]]
    assert home.ask("doctor")["ok"]
    assert downloaded(home) == sent


def test_nothing_is_left_running(home, models, pictures):
    home.run("ingest", str(pictures(3)), "--wait")
    mine = str(home.folder)
    left = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            environment = process.environ().get("LOUPE_HOME")
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
        if environment == mine or mine in " ".join(process.info["cmdline"] or []):
            left.append(process.info["cmdline"])
    assert not left
