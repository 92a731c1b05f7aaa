"""The doctor: silent where all is well, plain where it is not."""

import io
import json
import os

import pytest
from django.core.management import call_command
from django.utils import timezone

from dam import storage
from processing.models import Job, WorkerBeat

pytestmark = pytest.mark.django_db


def examine() -> tuple[bool, dict[str, list[str]]]:
    out, well = io.StringIO(), True
    try:
        call_command("doctor", "--json", stdout=out)
    except SystemExit as end:
        well = end.code == 0
    answer = json.loads(out.getvalue())
    assert answer["ok"] == well
    found: dict[str, list[str]] = {}
    for finding in answer["findings"]:
        if finding["level"] == "problem":
            found.setdefault(finding["area"], []).append(finding["sentence"])
    return well, found


def test_a_healthy_library(ingest, run_jobs):
    ingest()
    run_jobs()
    assert examine() == (True, {})


def test_a_missing_original(ingest, run_jobs):
    version = ingest().version
    run_jobs()
    storage.path_of(version.blob.key).unlink()
    well, found = examine()
    assert not well
    assert version.blob_id[:12] in found["originals"][0]


def test_a_changed_original(ingest, run_jobs):
    version = ingest().version
    run_jobs()
    path = storage.path_of(version.blob.key)
    path.chmod(0o644)
    path.write_bytes(b"other")
    assert "size" in examine()[1]["originals"][0]


def test_an_orphan(ingest):
    path = storage.root() / "originals" / "aa" / "bb" / ("aabb" + "0" * 60)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"left by a crash")
    assert examine()[0]  # its row may be written in this moment
    os.utime(path, (0, 0))
    assert "belong to no row" in examine()[1]["originals"][0]


def test_a_missing_rendition(ingest, run_jobs):
    version = ingest().version
    run_jobs()
    os.unlink(storage.path_of(version.renditions.first().key))
    assert "1 pictures lack a rendition" in examine()[1]["renditions"][0]


def test_repairing_makes_renditions_again(ingest, run_jobs):
    version = ingest().version
    run_jobs()
    for rendition in version.renditions.all():
        storage.path_of(rendition.key).unlink()
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--repair", stdout=out)
    assert "The renditions of 1 pictures will be made again." in out.getvalue()
    run_jobs()
    assert examine() == (True, {})


def test_jobs_and_no_workers(ingest):
    ingest()
    assert "no worker is running" in examine()[1]["workers"][0]
    WorkerBeat.objects.create(
        name="elsewhere:1",
        host="elsewhere",
        pid=1,
        started_at=timezone.now(),
        seen_at=timezone.now(),
    )
    assert "workers" not in examine()[1]


def test_failures_of_ours_but_not_of_the_files(ingest, run_jobs):
    ingest()
    run_jobs()
    Job.objects.update(state="failed", error_category="input")
    assert examine()[0]
    Job.objects.update(error_category="internal")
    assert "not the file's" in examine()[1]["queue"][0]


def test_no_room(settings, monkeypatch):
    from dam import checkup

    monkeypatch.setattr(checkup, "LEAST_FREE", 2**62)
    assert "MiB are free" in examine()[1]["disk"][0]


def test_a_damaged_model_file(settings, tmp_path):
    from processing import weights

    settings.MODELS_DIR = tmp_path
    name = next(name for name, entry in weights.manifest().items() if entry.files)
    for spec in weights.manifest()[name].files:
        path = weights.folder(name, tmp_path) / spec.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"damaged")
    assert "models" in examine()[1]
