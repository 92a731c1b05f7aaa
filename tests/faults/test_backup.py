"""Back up while files come in, restore into a new home: everything is there, byte for byte."""

import hashlib
import os
import subprocess
import time

import pytest

from tests.faults.uploading import downloaded
from tests.homes import Home

pytestmark = pytest.mark.faults
PICTURES = int(os.environ.get("LOUPE_FAULT_ORIGINALS", "12"))


def test_a_backup_made_while_files_come_in_restores_whole(
    home, database_up, models, pictures, tmp_path, prepared
):
    folder, place = pictures(PICTURES), tmp_path / "backup"
    sent = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir())
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

    first = Home(tmp_path / "first", prepared)
    restored = first.ask("restore", str(place), "--snapshot", early["snapshot"])
    assert restored["problems"] == []
    there = downloaded(first)
    assert early["originals"] - 1 <= len(there) <= early["originals"]  # a row is before its asset
    assert set(there) <= set(sent)

    second = Home(tmp_path / "second")
    with second.serving():
        second.run("restore", str(place))
        look_at(second, home, sent, tmp_path)


def look_at(second, home, sent, tmp_path):
    """The restored library is the other one: files, pictures that are found, key, and it works."""
    assert downloaded(second) == sent
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
    picture = next((tmp_path / "pictures").iterdir())
    (extra / "new.jpg").write_bytes(picture.read_bytes() + b"more")
    assert second.ask("ingest", str(extra))["counts"]["ingested"] == 1


def test_a_restore_overwrites_nothing_and_refuses_what_is_damaged(
    home, database_up, pictures, tmp_path, blank, prepared
):
    place, tar = tmp_path / "backup", tmp_path / "backup.tar"
    home.run("ingest", str(pictures(2)))
    home.run("backup", str(place))
    home.run("backup", str(tar))
    assert "there already" in home.refused("backup", str(tar))
    assert "not empty" in home.refused("restore", str(place))
    for one in (place, tar):
        assert home.ask("restore", str(one), "--check")["originals"] == 2
    assert "no backup" in home.refused("restore", str(tmp_path / "pictures"), "--check")
    assert "other things" in home.refused("backup", str(tmp_path / "pictures"))

    second = Home(tmp_path / "second", prepared)  # tables, and nobody in them
    second.run("restore", str(tar))
    assert len(downloaded(second)) == 2

    original = next(path for path in (place / "originals").rglob("*") if path.is_file())
    was = original.read_bytes()
    original.write_bytes(was[:-1] + b"x")
    third = Home(tmp_path / "third", blank)
    assert "is damaged in the backup" in third.refused("restore", str(place))
    assert third.ask("status")["jobs"]  # all the rest is there
    assert "originals are missing" in third.refused("doctor")

    dump = next(place.rglob("database.dump"))
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    assert "database is damaged" in Home(tmp_path / "4th", blank).refused("restore", str(place))


def test_a_damaged_original_is_told_and_not_copied_over_a_good_one(
    home, database_up, pictures, tmp_path
):
    place, tar = tmp_path / "backup", tmp_path / "backup.tar"
    home.run("ingest", str(pictures(2)))
    home.run("backup", str(place))
    media = home.folder / "media" / "originals"
    original = next(path for path in media.rglob("*") if path.is_file())
    original.chmod(0o644)
    original.write_bytes(original.read_bytes()[:-1] + b"x")
    assert home.ask("backup", str(place))["copied"] == 0
    assert home.ask("restore", str(place), "--check")["problems"] == []
    assert "not what was stored" in home.refused("backup", str(tar))
    answer = home.refused("restore", str(tar), "--check")
    assert "not what was stored" in answer
    assert "1 originals" in answer
