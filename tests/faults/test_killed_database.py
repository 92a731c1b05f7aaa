"""The database ends in the middle of ingests: everything that was acknowledged is there after."""

import hashlib
import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from dam.database import programs
from tests.faults.uploading import downloaded

pytestmark = pytest.mark.faults
PICTURES = int(os.environ.get("LOUPE_FAULT_ORIGINALS", "12"))

# Ingests file after file as a server does, tells of each that was taken, and tries again where the
# database was away: as an uploader does.
CHILD = """
import sys, time
from pathlib import Path
from django.db import Error, connection
from dam.actions.people import system_user
from dam.database import DatabaseUnavailable
from processing.actions import ingest_file
for path in sorted(Path({folder!r}).iterdir()):
    for attempt in range(60):
        try:
            with path.open("rb") as source:
                answer = ingest_file(source=source, file_name=path.name, user=system_user())
            print(answer.outcome, path.name, flush=True)
            time.sleep(0.3)
            break
        except (Error, DatabaseUnavailable) as error:
            print("again", path.name, type(error).__name__, flush=True)
            connection.close()
            time.sleep(0.5)
print("end", flush=True)
"""

TERMINATE = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = 'loupe'"
)


def stop(home) -> None:
    """End the server as a power cut does; whoever wants it next starts it again."""
    data = home.folder / "database"
    words = [str(programs() / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
    owner = data.owner() if os.geteuid() == 0 else None  # PostgreSQL does not run as root
    done = subprocess.run(words, check=False, user=owner, cwd="/", capture_output=True, text=True)
    # Whoever notices that a server is ending may be starting it anew in this very moment.
    assert done.returncode == 0 or "Is server running?" in done.stderr, done


def terminate(home) -> None:
    """End every session of the library, in the middle of what it does."""
    facts = (home.folder / "database" / "postmaster.pid").read_text().splitlines()
    words = [str(programs() / "psql"), "-h", facts[4], "-U", "postgres", "-d", "postgres"]
    subprocess.run([*words, "-c", TERMINATE], check=True, capture_output=True)


@pytest.mark.parametrize("end", [stop, terminate])
def test_everything_acknowledged_is_there(home, models, pictures, end):
    folder = pictures(PICTURES)
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
    }
    choose = random.Random(os.environ.get("LOUPE_FAULT_SEED"))
    # Into a file: a pipe that nobody reads fills with tracebacks, and whoever writes then hangs.
    log = home.folder / "up.log"
    with log.open("wb") as stderr:
        up = home.start("up", "--no-web", "--workers", "1", stderr=stderr)
    child = home.start(
        *("shell", "-v0", "-c", CHILD.format(folder=str(folder))), stdout=subprocess.PIPE, text=True
    )
    try:
        told, breaks = [], {PICTURES // 4, PICTURES // 2, 3 * PICTURES // 4}
        for line in child.stdout:
            told.append(line.split())
            if told[-1][0] == "ingested" and len([w for w in told if w[0] == "ingested"]) in breaks:
                time.sleep(choose.uniform(0, 0.4))
                end(home)
        assert child.wait(60) == 0
        assert told[-1] == ["end"]
        assert any(words[0] == "again" for words in told), "nothing was ever interrupted"
        wait_until_done(home, log)
    finally:
        up.terminate()
        up.wait(timeout=90)
    taken = {words[1] for words in told if words[0] in {"ingested", "duplicate"}}
    assert taken == set(digests)
    assert downloaded(home) == sorted(digests.values())
    rows = home.count("SELECT sha256 FROM dam_blob ORDER BY 1")
    assert [row[0] for row in rows] == sorted(digests.values())
    assert home.count("SELECT count(*) FROM dam_asset") == [[PICTURES]]
    assert home.count(
        "SELECT count(*), count(DISTINCT (version_id, purpose)) FROM dam_rendition"
    ) == [[3 * PICTURES, 3 * PICTURES]]
    assert home.count("SELECT count(*) FROM dam_version WHERE state = 'refused'") == [[0]], told_in(
        log
    )
    assert json.loads(home.run("verify", "--json").stdout)["findings"] == []


def told_in(log: Path) -> str:
    return log.read_text(errors="replace")[-20_000:]


def wait_until_done(home, log: Path) -> None:
    limit = time.monotonic() + 240
    unfinished = (
        "SELECT step, state, error FROM processing_job WHERE state IN ('queued', 'running')"
    )
    while left := home.count(unfinished):
        assert time.monotonic() < limit, f"{left}\n{told_in(log)}"
        time.sleep(0.3)
