"""Files that harm the process that opens them, and work that is overtaken: each costs itself."""

import json
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import psutil
import pytest

from tests.faults.poison import KINDS, poisoned
from tests.homes import tally

pytestmark = pytest.mark.faults

GOOD = 6
PATIENCE = 6  # seconds that a file may take


@pytest.fixture
def poisoned_home(home, models):
    home.env |= {
        "DJANGO_SETTINGS_MODULE": "tests.faults.poisoned",
        "LOUPE_SANDBOX_SECONDS": str(PATIENCE),
        "LOUPE_SANDBOX_MEMORY_MIB": "512",
    }
    return home


def nothing_is_doubled(home, count: int) -> None:
    """Each version has its three renditions, one embedding, and no job that is not done."""
    rows = home.count(
        "SELECT count(*), count(DISTINCT v.id), count(DISTINCT r.id), count(DISTINCT e.id)"
        " FROM dam_version v LEFT JOIN dam_rendition r ON r.version_id = v.id"
        " LEFT JOIN search_embedding e ON e.version_id = v.id WHERE v.state <> 'refused'"
    )
    assert rows == [[3 * count, count, 3 * count, count]]
    assert home.count(
        "SELECT count(*) FROM processing_job WHERE state IN ('queued', 'running')"
    ) == [[0]]


def cells_of(home) -> list[psutil.Process]:
    """Every zygote and cell that has this home's rooms open as its parent's work, by its parent."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if "processing.sandbox.zygote" in (process.info["cmdline"] or []):
            try:
                top = [process, *process.parents()]
                if any(one.environ().get("LOUPE_HOME") == str(home.folder) for one in top):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    return found


def test_a_poison_file_costs_its_own_job_and_no_worker(poisoned_home, pictures):
    folder = pictures(GOOD + len(KINDS))
    files = sorted(folder.iterdir())
    for path, kind in zip(files, KINDS, strict=False):
        path.write_bytes(poisoned(path.read_bytes(), kind))
    answer = poisoned_home.ask("ingest", str(folder), "--wait")
    assert tally(answer["counts"]) == {"ingested": GOOD, "refused": len(KINDS)}
    reasons = {line["path"]: line["reason"] for line in answer["files"] if line["reason"]}
    told = {kind: reasons[str(path)] for path, kind in zip(files, KINDS, strict=False)}
    for kind in ("crash", "leave", "abort"):
        assert "crashed" in told[kind]
    for kind in ("sleep", "spin"):
        assert f"longer than {PATIENCE} seconds" in told[kind]
    assert "of memory" in told["memory"]
    nothing_is_doubled(poisoned_home, GOOD)
    failed = poisoned_home.count(
        "SELECT DISTINCT error_category, attempts FROM processing_job WHERE state = 'failed'"
    )
    assert failed == [["input", 1]], "never tried again"
    workers = poisoned_home.count("SELECT count(DISTINCT worker) FROM processing_job")
    assert workers[0][0] <= 2, "no worker had to be replaced"
    assert poisoned_home.ask("doctor")["ok"]


def test_work_that_takes_longer_than_its_lease_is_not_done_twice_visibly(poisoned_home, pictures):
    folder = pictures(4)
    for path in sorted(folder.iterdir())[:2]:
        path.rename(folder / f"late-{path.name}")
    answer = poisoned_home.ask("ingest", str(folder), "--wait")
    assert tally(answer["counts"]) == {"ingested": 4}
    nothing_is_doubled(poisoned_home, 4)
    attempts = poisoned_home.count(
        "SELECT max(attempts), count(*) FROM processing_job WHERE step = 'metadata'"
    )
    assert attempts[0][0] > 1, "somebody else had taken it over"
    assert attempts[0][1] == 4


def test_a_restart_in_the_middle_of_a_call_loses_nothing(poisoned_home, pictures):
    folder = pictures(4)
    for path in folder.iterdir():
        path.write_bytes(poisoned(path.read_bytes(), "slow"))
    poisoned_home.env["LOUPE_SANDBOX_SECONDS"] = "30"
    up = poisoned_home.start("up", "--no-web", stdout=subprocess.PIPE)
    poisoned_home.ask("ingest", str(folder))
    end = time.monotonic() + 60
    while time.monotonic() < end and not _running(poisoned_home):
        time.sleep(0.2)
    up.kill()  # the supervisor, and with it everything, in the middle of a call
    up.wait()
    killed = rooms_of(poisoned_home)
    answer = poisoned_home.ask("ingest", str(folder), "--wait")
    assert answer["counts"]["duplicate"] == 4
    _settle(poisoned_home)
    nothing_is_doubled(poisoned_home, 4)
    gone = time.monotonic() + 10
    while cells_of(poisoned_home) and time.monotonic() < gone:
        time.sleep(0.2)
    assert not cells_of(poisoned_home)
    assert not killed & rooms_of(poisoned_home), "what a kill leaves, the next start sweeps"
    poisoned_home.run("doctor", "--repair")
    assert not rooms_of(poisoned_home)


def rooms_of(home) -> set[str]:
    return {path.name for path in (home.folder / "media" / "incoming").glob("sandbox-*")}


def _running(home) -> bool:
    rows = home.count(
        "SELECT count(*) FROM processing_job WHERE step = 'validate' AND state = 'running'"
    )
    return rows[0][0] > 0


def _settle(home) -> None:
    """Let workers of its own do what is left: a command that waits brings them."""
    up = home.start("up", "--no-web", stdout=subprocess.PIPE)
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            open_jobs = home.count(
                "SELECT count(*) FROM processing_job WHERE state IN ('queued', 'running')"
            )
            if open_jobs == [[0]]:
                return
            time.sleep(0.5)
        raise AssertionError("it did not come to rest by itself")
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)


def test_the_server_answers_while_poison_is_processed(poisoned_home, pictures):
    folder = pictures(GOOD + len(KINDS))
    files = sorted(folder.iterdir())
    for path, kind in zip(files, KINDS, strict=False):
        path.write_bytes(poisoned(path.read_bytes(), kind))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    poisoned_home.env["LOUPE_PORT"] = str(port)
    up = poisoned_home.start("up", stdout=subprocess.PIPE)
    slowest, stop, failures = [0.0], threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/accounts/login/", timeout=20
                ) as answer:
                    assert answer.status == 200
            except OSError as error:
                failures.append(str(error))
            slowest[0] = max(slowest[0], time.monotonic() - begun)
            stop.wait(0.2)

    try:
        _wait_for(port)
        probe = threading.Thread(target=ask)
        probe.start()
        done = poisoned_home.run("ingest", str(folder), "--wait", "--json")
        stop.set()
        probe.join()
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
    assert json.loads(done.stdout)["counts"]["refused"] == len(KINDS)
    assert failures == []
    assert slowest[0] < 10, f"{slowest[0]:.1f} s"


def _wait_for(port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")
