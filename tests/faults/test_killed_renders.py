"""`kill -9` of workers that follow recipes: every wish ends once, and nothing is there twice."""

import os
import random
import subprocess
import time

import pytest

from tests.faults.test_killed_database import told_in, wait_until_done
from tests.faults.test_killed_workers import worker_processes

pytestmark = pytest.mark.faults

PICTURES = 6
KILLS = int(os.environ.get("LOUPE_FAULT_KILLS", "3"))
# Both kinds of wishes for each picture, and one that cannot be fulfilled.
WISH = """
from dam.actions.people import system_user
from dam.models import Asset
from processing.models import Render
from processing.recipebook.actions import create_recipe
from processing.rendering import wishes
boss = system_user()
text = "recipe: slow\\nsteps:\\n  - denoise\\n  - resize: {width: 200}\\noutputs:\\n"
text += "  main: {export: {format: jpeg}}\\n  web: {export: {format: avif}}\\n"
create_recipe(user=boss, text=text)
for asset in Asset.objects.all():
    wishes.ask(asset=asset, recipe="slow", user=boss)
    wishes.ask(asset=asset, recipe="slow", user=boss, as_version=True, outputs=["main"])
lost = wishes.ask(asset=asset, recipe="slow", user=boss, outputs=["web"]).render
Render.objects.filter(pk=lost.pk).update(recipe="nothing-of-the-kind")
"""


def test_every_wish_is_fulfilled_once(home, models, pictures):
    home.run("ingest", str(pictures(PICTURES)), "--wait")
    home.run("shell", "-v0", "-c", WISH)
    choose = random.Random(os.environ.get("LOUPE_FAULT_SEED"))
    log = home.folder / "up.log"
    with log.open("wb") as stderr:
        up = home.start("up", "--no-web", "--workers", "2", stderr=stderr)
    try:
        killed = _kill_while_rendering(home, up, choose)
        wait_until_done(home, log)
    finally:
        up.terminate()
        up.wait(timeout=90)
    assert killed, "everything was over before anything could be killed"
    states = "SELECT state, count(*) FROM processing_job WHERE step = 'render' GROUP BY state"
    assert dict(home.count(states)) == {"done": 2 * PICTURES, "failed": 1}, told_in(log)
    empty = "SELECT count(*) FROM processing_render WHERE results IS NULL"
    assert home.count(empty) == [[1]], "but for the one that failed, each has its results"
    made = (
        "SELECT r.purpose, count(*), count(DISTINCT r.version_id), count(p.id)"
        " FROM dam_rendition r JOIN processing_provenance p ON p.rendition_id = r.id"
        " GROUP BY r.purpose ORDER BY r.purpose"
    )
    assert home.count(made) == [["slow", *[PICTURES] * 3], ["slow--web", *[PICTURES] * 3]]
    versions = "SELECT count(*), count(DISTINCT asset_id) FROM dam_version WHERE number = 2"
    assert home.count(versions) == [[PICTURES, PICTURES]]
    assert home.count("SELECT max(number) FROM dam_version") == [[2]]
    assert home.ask("verify")["findings"] == []


def _kill_while_rendering(home, up: subprocess.Popen, choose: random.Random) -> int:
    running = "SELECT count(*) FROM processing_job WHERE step = 'render' AND state = 'running'"
    killed, end = 0, time.monotonic() + 120
    while killed < KILLS and time.monotonic() < end:
        if home.count(running) != [[0]]:
            time.sleep(choose.uniform(0, 0.5))
            found = worker_processes(up)
            if found:
                choose.choice(found).kill()
                killed += 1
                time.sleep(choose.uniform(0.5, 2))
        time.sleep(0.05)
    return killed
