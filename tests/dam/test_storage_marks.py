"""The mark in each storage: without it nothing is written there and nothing is called missing."""

import io
import json
import os
import shutil
import time

import pytest
from django.core.management import CommandError, call_command

from dam import storage
from dam.models import Blob, Installation, StorageRoot
from dam.storage.mark import MARK
from processing import queue
from processing.models import Job

pytestmark = pytest.mark.django_db


def answer(*words) -> dict:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def findings() -> dict[str, str]:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=out)
    rows = json.loads(out.getvalue())["findings"]
    return {row["area"]: row["sentence"] for row in rows if row["level"] == "problem"}


@pytest.fixture
def away(ingest, run_jobs, tmp_path):
    """A library whose disk is not mounted: its mount point is an empty folder."""
    outcome = ingest()
    run_jobs()
    shutil.move(storage.root(), tmp_path / "elsewhere")
    storage.root().mkdir()
    yield outcome.version
    if (tmp_path / "elsewhere").exists():  # what was begun in it goes on in later tests
        shutil.rmtree(storage.root())
        shutil.move(tmp_path / "elsewhere", storage.root())


def come_back(tmp_path) -> None:
    storage.root().rmdir()
    shutil.move(tmp_path / "elsewhere", storage.root())


def test_a_new_installation_marks_its_storage(ingest):
    assert not (storage.root() / MARK).exists()
    ingest()
    said = json.loads((storage.root() / MARK).read_text())
    assert said["installation"] == str(Installation.objects.get().pk)
    assert StorageRoot.objects.get().where == str(storage.root())
    assert answer("storage", "show")[0]["standing"] == "mounted"


def test_nothing_is_written_where_the_disk_should_be(away, ingest, as_, owner, picture):
    with pytest.raises(storage.NotMounted, match="not mounted"):
        ingest(picture(seed=77))
    with pytest.raises(storage.NotMounted):
        storage.place_rendition(storage.root() / "x", "renditions/1/1/x.webp")
    file = io.BytesIO(picture(seed=78))
    file.name = "new.jpg"
    response = as_(owner).post("/api/v1/uploads/", {"file": file})
    assert response.status_code == 503
    assert "not mounted" in response.json()["detail"]
    assert list(storage.root().iterdir()) == []
    assert Blob.objects.count() == 1


def test_nothing_is_called_missing_where_the_disk_is_away(away, tmp_path):
    found = findings()
    assert "not mounted" in found["storage"]
    assert "originals" not in found
    assert "renditions" not in found
    assert list(storage.root().iterdir()) == []
    come_back(tmp_path)
    call_command("doctor", stdout=io.StringIO())


def test_repairing_does_nothing_where_the_disk_is_away(away):
    with pytest.raises(SystemExit):
        call_command("doctor", "--repair", stdout=io.StringIO())
    assert not Job.objects.filter(state=Job.State.QUEUED).exists()


def test_jobs_wait_for_the_disk_and_go_on(away, run_jobs, tmp_path):
    steps = ["validate", "renditions", "fingerprint"]
    for step in steps:
        queue.enqueue(step, away)
    run_jobs()
    jobs = Job.objects.filter(version=away, step__in=steps)
    waiting = jobs.filter(state=Job.State.QUEUED, not_before__isnull=False)
    assert waiting.filter(step="validate", attempts=0, error__contains="not mounted").exists()
    assert not jobs.filter(state=Job.State.FAILED).exists()
    come_back(tmp_path)
    Job.objects.update(not_before=None)
    run_jobs()
    assert set(jobs.values_list("state", flat=True)) == {Job.State.DONE}


def test_reading_tells_away_from_missing(away, tmp_path, as_, owner):
    with pytest.raises(storage.NotMounted), storage.original(away.blob):
        pytest.fail("the disk is away")
    page = as_(owner).get(f"/originals/{away.pk}")
    assert page.status_code == 503
    assert "not mounted" in page.content.decode()
    come_back(tmp_path)
    storage.path_of(away.blob.key).unlink()
    with pytest.raises(storage.StorageMissing), storage.original(away.blob):
        pytest.fail("the file is gone")
    assert as_(owner).get(f"/originals/{away.pk}").status_code == 404


def test_another_installation_s_storage_is_not_touched(ingest, picture):
    ingest()
    (storage.root() / MARK).write_text('{"installation": "somebody"}')
    with pytest.raises(storage.NotMounted, match="another installation"):
        ingest(picture(seed=5))
    assert "another installation" in findings()["storage"]
    (storage.root() / MARK).write_bytes(b"\xff\xfe")
    with pytest.raises(storage.NotMounted):
        ingest(picture(seed=5))


def test_a_moved_storage_is_accepted_by_a_command(ingest, picture):
    ingest()
    (storage.root() / MARK).unlink()
    assert answer("storage", "show")[0]["standing"] == "not mounted"
    assert answer("storage", "accept") == {"accepted": [str(storage.root())]}
    assert answer("storage", "accept") == {"accepted": []}
    assert ingest(picture(seed=5)).outcome == "ingested"


def test_an_empty_mount_point_is_not_accepted(away, ingest):
    with pytest.raises(CommandError, match="does not hold the originals"):
        call_command("storage", "accept")
    assert list(storage.root().iterdir()) == []
    call_command("storage", "accept", "--force", stdout=io.StringIO())
    assert ingest(b"no picture").outcome == "refused"


def test_a_library_older_than_its_marks_is_known_by_its_files(ingest, picture):
    version = ingest().version
    (storage.root() / MARK).unlink()
    StorageRoot.objects.all().delete()
    Installation.objects.update(marked_from_the_start=False)
    hidden = storage.root() / "hidden"
    storage.path_of(version.blob.key).rename(hidden)
    with pytest.raises(storage.NotMounted):
        ingest(picture(seed=5))
    storage.path_of(version.blob.key).parent.mkdir(parents=True, exist_ok=True)
    hidden.rename(storage.path_of(version.blob.key))
    assert ingest(picture(seed=5)).outcome == "ingested"
    assert (storage.root() / MARK).exists()


def test_drafts_that_nobody_finished_go_after_a_day(ingest):
    ingest()
    draft, work = storage.incoming() / ("0" * 32), storage.incoming() / "renditions-abcdefgh"
    parts = storage.incoming() / "parts"
    for folder in (work, parts):
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
    draft.write_bytes(b"x")
    assert storage.collect_drafts() == 0
    two_days_ago = time.time() - 48 * 3600
    for path in (draft, work, work / "file", parts / "file", parts):
        os.utime(path, (two_days_ago, two_days_ago))
    fresh = storage.incoming() / ("1" * 32)
    fresh.write_bytes(b"x")
    Job.objects.update(state=Job.State.DONE)
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "2 uploads were never finished" in out.getvalue()
    call_command("doctor", "--repair", stdout=out)
    assert "2 drafts of unfinished uploads were removed" in out.getvalue()
    assert {path.name for path in storage.incoming().iterdir()} == {"parts", fresh.name}
