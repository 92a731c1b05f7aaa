"""Verification finds what is missing, changed or belongs to nothing, and touches nothing of it."""

import io
import json
import os
import shutil
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from dam import storage
from dam.integrity import verifying
from dam.models import Blob, Condition, Rendition, Verification

pytestmark = pytest.mark.django_db


def verify(*words) -> tuple[int, dict]:
    out, code = io.StringIO(), 0
    try:
        call_command("verify", "--json", *words, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue())


@pytest.fixture
def library(ingest, run_jobs, picture):
    """Three pictures with their renditions."""
    versions = [ingest(picture(seed=n), f"{n}.jpg").version for n in range(3)]
    run_jobs()
    return versions


def tree() -> dict:
    files = (path for path in storage.root().rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files}


def spoil(path, data: bytes | None = None) -> None:
    """Flip one bit, as a disk does: the size stays."""
    path.chmod(0o644)
    was = bytearray(path.read_bytes())
    was[len(was) // 2] ^= 1
    path.write_bytes(bytes(was) if data is None else data)


def test_all_is_well(library):
    code, answer = verify()
    assert code == 0
    assert answer["finished"]
    assert answer["left"] == 0
    assert answer["files"] == 3 + Rendition.objects.count()
    sizes = [*Blob.objects.values_list("size", flat=True)]
    sizes += Rendition.objects.values_list("size", flat=True)
    assert answer["bytes"] == sum(sizes)
    assert answer["findings"] == answer["orphans"] == []
    assert set(Blob.objects.values_list("condition", flat=True)) == {"good"}


def test_everything_that_is_wrong_is_found_and_nothing_is_touched(library):
    missing, changed, _ = library
    storage.path_of(missing.blob.key).unlink()
    spoil(storage.path_of(changed.blob.key))
    rendition = library[2].renditions.first()
    spoil(storage.path_of(rendition.key))
    orphan = storage.root() / "originals" / "aa" / "bb" / ("aabb" + "0" * 60)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a crash")
    os.utime(orphan, (0, 0))
    before = tree()
    code, answer = verify()
    assert code == 1
    assert tree() == before
    found = {(one["kind"], one["name"], one["condition"]) for one in answer["findings"]}
    assert found == {
        ("original", missing.blob_id, "missing"),
        ("original", changed.blob_id, "changed"),
        ("rendition", rendition.key, "changed"),
    }
    named = {one["name"]: (one["assets"], one["file_names"]) for one in answer["findings"]}
    assert named[missing.blob_id] == ([missing.asset_id], ["0.jpg"])
    assert answer["orphans"] == [orphan.name]


def test_what_was_found_is_told_by_the_doctor_and_to_admins(library, as_, admin_user, owner):
    spoil(storage.path_of(library[0].blob.key))
    out = io.StringIO()
    call_command("doctor", "--json", stdout=out)  # it compares sizes only
    verify()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out)
    assert "1 originals are not what was stored" in out.getvalue()
    page = as_(admin_user).get("/activity").content.decode()
    assert "Some originals are not what was stored" in page
    assert "1 changed" in page
    assert "Some originals" not in as_(owner).get("/activity").content.decode()


def test_uploading_it_again_mends_an_original(library, ingest, picture):
    path = storage.path_of(library[0].blob.key)
    spoil(path)
    assert verify()[0] == 1
    assert ingest(picture(seed=0)).outcome == "duplicate"
    assert path.read_bytes() == picture(seed=0)
    assert verify()[0] == 0


def test_a_damaged_rendition_is_made_again(library, run_jobs):
    rendition = library[0].renditions.first()
    spoil(storage.path_of(rendition.key))
    verify()
    with pytest.raises(SystemExit):
        call_command("doctor", "--repair", stdout=io.StringIO())
    run_jobs()
    assert verify()[0] == 0


def test_a_file_that_came_back_is_looked_at_again_at_once(library):
    path = storage.path_of(library[0].blob.key)
    path.rename(path.with_name("hidden"))
    assert verify()[1]["findings"]
    path.with_name("hidden").rename(path)
    assert verify("--limit", "1")[1]["findings"] == []


def test_a_walk_goes_on_where_it_stopped(library):
    total = 3 + Rendition.objects.count()
    for done in (2, 4):
        code, answer = verify("--limit", "2")
        assert (code, answer["finished"]) == (0, False)
        assert (answer["files"], answer["left"]) == (done, total - done)
    answer = verify()[1]
    assert (answer["finished"], answer["files"]) == (True, total)
    assert Verification.objects.count() == 1
    verify("--limit", "1")
    assert verify("--restart", "--limit", "3")[1]["files"] == 3


class Killed(BaseException):
    """As if the process had been killed there."""


def test_a_walk_that_was_killed_goes_on(library, monkeypatch):
    monkeypatch.setattr(verifying, "NOTED_SECONDS", 0.0)
    seen = []

    def die_at_the_third(file, condition):
        seen.append(file.pk)
        if len(seen) == 3:
            raise Killed

    walk = verifying.begin()
    with pytest.raises(Killed):
        verifying.verify(walk, looked_at=die_at_the_third)
    monkeypatch.undo()
    again = []
    verifying.verify(verifying.begin(), looked_at=lambda file, _: again.append(file.pk))
    assert not set(seen) & set(again)
    assert len(seen) + len(again) == 3 + Rendition.objects.count()


def test_reading_keeps_to_the_rate(library):
    size = sum(Blob.objects.values_list("size", flat=True))
    begun = time.monotonic()
    verify("--rate", str(size / 1_000_000), "--limit", "3")
    assert time.monotonic() - begun >= 0.9


@pytest.mark.parametrize("words", [("--rate", "0"), ("--rate", "x"), ("--limit", "-1")])
def test_nonsense_is_refused(words):
    with pytest.raises(CommandError, match="above 0"):
        call_command("verify", *words)


def test_an_unmounted_disk_is_told_and_nothing_is_called_missing(library, tmp_path):
    shutil.move(storage.root(), tmp_path / "elsewhere")
    storage.root().mkdir()
    with pytest.raises(CommandError, match="not mounted"):
        call_command("verify")
    assert set(Blob.objects.values_list("condition", flat=True)) == {"unknown"}


def test_a_disk_that_goes_away_on_the_way_is_told(library, tmp_path):
    def unmount(file, condition):
        if storage.root().exists():
            shutil.move(storage.root(), tmp_path / "elsewhere")

    walk = verifying.begin()
    with pytest.raises(storage.NotMounted):
        verifying.verify(walk, looked_at=unmount)
    assert not Blob.objects.filter(condition=Condition.MISSING).exists()
    assert Blob.objects.filter(condition=Condition.GOOD).count() == 1


def test_a_disk_that_cannot_read_is_told(library, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(storage, "open_original", fail)
    answer = verify()[1]
    assert {one["condition"] for one in answer["findings"]} == {"unreadable"}


@pytest.mark.django_db(transaction=True)
def test_only_one_verifies_at_a_time(db):
    inside, done = threading.Event(), threading.Event()

    def hold():
        with verifying.alone():
            inside.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    inside.wait(20)
    with pytest.raises(CommandError, match="another process"):
        call_command("verify")
    done.set()
    other.join()
    call_command("verify", stdout=io.StringIO())


def test_originals_that_nobody_looks_at_are_remembered(library):
    from dam.integrity import checkup
    from dam.models import Installation

    assert list(checkup.verified()) == []
    Installation.objects.update(created_at=timezone.now() - timedelta(days=40))
    assert "40 days" in next(checkup.verified()).sentence
    verify()
    assert list(checkup.verified()) == []


class TestBucket:
    """The same of originals in a bucket of a real S3 server."""

    @pytest.fixture
    def blobs(self, s3_server, settings, tmp_path) -> list[Blob]:
        settings.LOUPE_ORIGINALS, settings.LOUPE_S3_BUCKET = "s3", s3_server.new_bucket()
        settings.LOUPE_S3_ENDPOINT, settings.LOUPE_S3_REGION = s3_server.endpoint, s3_server.region
        settings.LOUPE_S3_ACCESS_KEY = s3_server.access_key
        settings.LOUPE_S3_SECRET_KEY = s3_server.secret_key
        settings.LOUPE_S3_CACHE = tmp_path / "cache"
        kept = []
        for data in (b"good", b"changed", b"gone", b"more" * 50_000):
            with storage.arriving(io.BytesIO(data)) as stored:
                kept.append(storage.keep(stored))
        return kept

    def test_what_is_wrong_is_reported_and_nothing_is_touched(self, blobs, s3_server, settings):
        api, bucket = s3_server.client(), settings.LOUPE_S3_BUCKET
        orphan = "originals/aa/bb/aabb" + "0" * 60
        api.put_object(Bucket=bucket, Key=blobs[1].key, Body=b"CHANGED")
        api.delete_object(Bucket=bucket, Key=blobs[2].key)
        api.put_object(Bucket=bucket, Key=orphan, Body=b"left by a crash")
        code, answer = verify()
        assert (code, answer["finished"], answer["left"]) == (1, True, 0)
        found = {one["name"]: one["condition"] for one in answer["findings"]}
        assert found == {blobs[1].pk: "changed", blobs[2].pk: "missing"}
        assert answer["orphans"] == [], "a row may just be written for it"
        rows = api.list_objects_v2(Bucket=bucket, Prefix="originals/")["Contents"]
        kept = {row["Key"] for row in rows}
        assert kept == {blobs[0].key, blobs[1].key, blobs[3].key, orphan}
        assert api.get_object(Bucket=bucket, Key=blobs[1].key)["Body"].read() == b"CHANGED"

    def test_a_file_without_a_row_is_told_after_an_hour(self, blobs, s3_server, settings):
        name = "aabb" + "0" * 60
        place = {"Bucket": settings.LOUPE_S3_BUCKET, "Key": f"originals/aa/bb/{name}"}
        s3_server.client().put_object(**place, Body=b"left by a crash")
        assert verifying.orphans(storage.backend()) == []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(verifying, "HOUR", -60.0)
            assert verifying.orphans(storage.backend()) == [name]

    def test_a_walk_goes_on_where_it_was_killed(self, blobs, monkeypatch):
        real, read = storage.open_original, []

        def dying(blob):
            if len(read) == 2:
                raise KeyboardInterrupt
            read.append(blob.pk)
            return real(blob)

        monkeypatch.setattr(verifying.storage, "open_original", dying)
        with pytest.raises(KeyboardInterrupt):
            verify()
        assert Blob.objects.filter(condition=Condition.GOOD).count() == 2
        monkeypatch.setattr(
            verifying.storage, "open_original", lambda b: read.append(b.pk) or real(b)
        )
        code, answer = verify("--limit", "1")
        assert (code, answer["finished"], answer["left"]) == (0, False, 1)
        code, answer = verify()
        assert (code, answer["finished"], answer["files"]) == (0, True, 4)
        assert sorted(read) == sorted(blob.pk for blob in blobs), "each was read once"

    def test_reading_keeps_to_the_rate(self, blobs):
        begun = time.monotonic()
        assert verify("--rate", "0.2")[0] == 0  # 200 kB in all, at 0.2 MB a second
        assert time.monotonic() - begun >= 0.9

    def test_a_bucket_that_goes_away_on_the_way_is_told(self, blobs, settings, monkeypatch):
        real = storage.open_original

        def gone(blob):
            settings.LOUPE_S3_SECRET_KEY = "wrong"
            return real(blob)

        monkeypatch.setattr(verifying.storage, "open_original", gone)
        with pytest.raises(CommandError, match="refuses our keys"):
            verify()
        assert set(Blob.objects.values_list("condition", flat=True)) == {"unknown"}
