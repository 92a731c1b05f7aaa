"""Back up while files come in, restore into a new home: everything is there, byte for byte."""

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.conftest import Home

pytestmark = pytest.mark.faults
PICTURES = int(os.environ.get("LOUPE_FAULT_ORIGINALS", "12"))

DOWNLOADS = """
import hashlib, json
from django.test import Client
from dam.models import Asset, Membership, User
admin, _ = User.objects.get_or_create(username="checker")
Membership.objects.get_or_create(user=admin, brand=None, role="admin")
client = Client(headers={"host": "localhost"})
client.force_login(admin)
found = {}
for asset in Asset.objects.select_related("current_version"):
    answer = client.get(f"/originals/{asset.current_version_id}")
    assert answer.status_code == 200, answer.status_code
    found[asset.title] = hashlib.sha256(b"".join(answer.streaming_content)).hexdigest()
print("ANSWER" + json.dumps(found))
"""


def downloads(home: Home) -> dict[str, str]:
    """Download every asset as a person does; return title → SHA-256."""
    out = home.run("shell", "-v0", "-c", DOWNLOADS).stdout
    return json.loads(out.rpartition("ANSWER")[2])


def another_home(tmp_path: Path, name: str) -> Home:
    made = Home(tmp_path / name)
    made.folder.mkdir()
    made.folder.chmod(0o755)
    return made


def refused(home: Home, *words: str) -> str:
    done = subprocess.run(
        home.command(*words), env=home.env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_backup_made_while_files_come_in_restores_whole(home, pictures, tmp_path):
    folder, place = pictures(PICTURES), tmp_path / "backup"
    sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    home.run("models", "fetch")
    ingest = home.start("ingest", str(folder), "--wait", stderr=subprocess.PIPE)
    early: dict = {"originals": 0}
    while not early["originals"] and ingest.poll() is None:
        early = home.ask("backup", str(place))
        time.sleep(0.2)
    assert ingest.wait(300) == 0, ingest.stderr.read().decode()
    late = home.ask("backup", str(place))
    assert late["originals"] == PICTURES
    assert late["renditions"] == 3 * PICTURES
    assert late["copied"] <= 4 * PICTURES - early["originals"] - early["renditions"]
    assert home.ask("backup", str(place))["copied"] == 0

    first = another_home(tmp_path, "first")
    restored = first.ask("restore", str(place), "--snapshot", early["snapshot"])
    assert restored["problems"] == []
    assert len(downloads(first)) == early["originals"]
    assert set(downloads(first).values()) <= sent

    second = another_home(tmp_path, "second")
    second.run("restore", str(place))
    assert set(downloads(second).values()) == sent
    assert second.ask("verify")["findings"] == []
    assert second.ask("doctor")["ok"]
    words = ("search", "a smooth picture", "--limit", "5")
    ids = [[hit["asset"] for hit in one.ask(*words)["hits"]] for one in (home, second)]
    assert ids[0] == ids[1]
    assert ids[0]
    key = "secret_key"
    assert (home.folder / key).read_bytes() == (second.folder / key).read_bytes()
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "new.jpg").write_bytes((folder / "picture-000.jpg").read_bytes() + b"more")
    assert second.ask("ingest", str(extra))["counts"]["ingested"] == 1


def test_a_restore_overwrites_nothing_and_refuses_what_is_damaged(home, pictures, tmp_path):
    place, tar = tmp_path / "backup", tmp_path / "backup.tar"
    home.run("ingest", str(pictures(2)))
    home.run("backup", str(place))
    home.run("backup", str(tar))
    assert "there already" in refused(home, "backup", str(tar))
    assert "not empty" in refused(home, "restore", str(place))
    for one in (place, tar):
        assert home.ask("restore", str(one), "--check")["originals"] == 2
    assert "no backup" in refused(home, "restore", str(tmp_path / "pictures"), "--check")
    assert "other things" in refused(home, "backup", str(tmp_path / "pictures"))

    prepared = another_home(tmp_path, "prepared")
    prepared.run("migrate", "-v0")  # tables, and nobody in them
    prepared.run("restore", str(tar))
    assert len(downloads(prepared)) == 2

    original = next(path for path in (place / "originals").rglob("*") if path.is_file())
    was = original.read_bytes()
    original.write_bytes(was[:-1] + b"x")
    third = another_home(tmp_path, "third")
    assert "is damaged in the backup" in refused(third, "restore", str(place))
    assert third.ask("status")["jobs"]  # all the rest is there
    assert "originals are missing" in refused(third, "doctor")

    dump = next(place.rglob("database.dump"))
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    assert "database is damaged" in refused(another_home(tmp_path, "4th"), "restore", str(place))


def test_a_damaged_original_is_told_and_not_copied_over_a_good_one(home, pictures, tmp_path):
    place, tar = tmp_path / "backup", tmp_path / "backup.tar"
    home.run("ingest", str(pictures(2)))
    home.run("backup", str(place))
    media = home.folder / "media" / "originals"
    original = next(path for path in media.rglob("*") if path.is_file())
    original.chmod(0o644)
    original.write_bytes(original.read_bytes()[:-1] + b"x")
    assert home.ask("backup", str(place))["copied"] == 0
    assert home.ask("restore", str(place), "--check")["problems"] == []
    assert "not what was stored" in refused(home, "backup", str(tar))
    answer = refused(home, "restore", str(tar), "--check")
    assert "not what was stored" in answer
    assert "1 originals" in answer
