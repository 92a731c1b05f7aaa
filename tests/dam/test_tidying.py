"""What killed processes leave is cleared away by the hour, and by `doctor --repair`."""

import io
import json
import os
import time

import pytest
from django.core.management import call_command

from dam import storage, tidying
from dam.integrity import checkup
from dam.storage.drafts import DAY
from dam.storage.s3 import S3Originals
from processing.models import Job
from processing.supervisor import Supervisor

pytestmark = pytest.mark.django_db
KEY = "originals/ab/cd/" + "abcd" * 16


def examine(*words) -> dict:
    out = io.StringIO()
    call_command("doctor", "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def notes(answer: dict) -> list[str]:
    return [one["sentence"] for one in answer["findings"] if one["area"] == "drafts"]


@pytest.fixture
def bucket(s3_server, settings, tmp_path):
    settings.LOUPE_ORIGINALS, settings.LOUPE_S3_BUCKET = "s3", s3_server.new_bucket()
    settings.LOUPE_S3_ENDPOINT, settings.LOUPE_S3_REGION = s3_server.endpoint, s3_server.region
    settings.LOUPE_S3_ACCESS_KEY = s3_server.access_key
    settings.LOUPE_S3_SECRET_KEY = s3_server.secret_key
    settings.LOUPE_S3_PREFIX, settings.LOUPE_S3_CACHE = "loupe", tmp_path / "cache"
    with storage.arriving(io.BytesIO(b"something")) as stored:
        storage.keep(stored)
    return settings.LOUPE_S3_BUCKET


def begin(s3_server, bucket: str, key: str) -> None:
    """Begin to upload in parts, and be killed after the first."""
    api = s3_server.client()
    begun = api.create_multipart_upload(Bucket=bucket, Key=key)
    place = {"Bucket": bucket, "Key": key, "UploadId": begun["UploadId"]}
    api.upload_part(**place, PartNumber=1, Body=b"x" * 1000)


def unfinished(s3_server, bucket: str) -> list[str]:
    rows = s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return sorted(row["Key"] for row in rows)


def test_uploads_in_parts_that_were_killed_are_given_up(bucket, s3_server, monkeypatch):
    others = ["loupe/originals/notes.txt", "elsewhere/" + KEY]
    for key in ("loupe/" + KEY, *others):
        begin(s3_server, bucket, key)
    place = storage.backend()
    assert list(place.unfinished(DAY)) == [], "it may be going on"
    assert tidying.tidy() == []
    assert len(unfinished(s3_server, bucket)) == 3
    later = time.time() + DAY + 60
    monkeypatch.setattr("dam.storage.s3.originals.time.time", lambda: later)
    assert "1 files were begun in s3://" in notes(examine())[0]
    repaired = examine("--repair")["repaired"]
    assert any("1 files that were begun" in sentence for sentence in repaired)
    assert unfinished(s3_server, bucket) == sorted(others), "what is not ours stays"
    assert notes(examine()) == []


def test_one_that_ended_meanwhile_is_no_trouble(bucket, s3_server):
    begin(s3_server, bucket, "loupe/" + KEY)
    place = storage.backend()
    (upload,) = place.unfinished(-60)
    place.give_up(upload)
    place.give_up(upload)
    assert list(place.unfinished(-60)) == []


def test_nothing_is_given_up_in_a_bucket_of_another_library(bucket, s3_server):
    begin(s3_server, bucket, "loupe/" + KEY)
    mark = b'{"installation": "somebody"}'
    s3_server.client().put_object(Bucket=bucket, Key="loupe/loupe-storage.json", Body=mark)
    with pytest.raises(storage.NotMounted):
        list(storage.backend().unfinished(-60))
    assert tidying.tidy() == []
    assert unfinished(s3_server, bucket) == ["loupe/" + KEY]


def test_a_key_that_may_not_list_uploads_is_told_and_holds_nothing_up(
    bucket, settings, monkeypatch, caplog
):
    def refuse(place, older_than):
        raise storage.StorageAway("The storage refuses our keys (AccessDenied).")

    draft = storage.incoming() / ("a" * 32)
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))
    monkeypatch.setattr(S3Originals, "unfinished", refuse)
    assert "cannot be looked for" in notes(examine())[-1]
    tidying.tidy()
    assert "AccessDenied" in caplog.text
    assert not draft.exists()


def test_copies_beside_originals_that_were_killed_go(ingest):
    version = ingest().version
    original = storage.path_of(version.blob.key)
    old, new = (original.with_name("." + n * 32) for n in "ab")
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert "1 files were begun" in next(checkup.drafts()).sentence
    tidying.tidy()
    assert (old.exists(), new.exists(), original.exists()) == (False, True, True)


def test_rooms_of_cells_that_are_gone_go(db):
    room = storage.incoming() / "sandbox-another_machine-17-abcd1234"
    (room / "given").mkdir(parents=True)
    assert tidying.tidy() == []
    for path in (room / "given", room):
        os.utime(path, (0, 0))
    assert any("rooms of cells" in sentence for sentence in tidying.tidy())
    assert not room.exists()


def test_the_supervisor_asks_for_it_every_hour(run_jobs, monkeypatch):
    draft = storage.incoming() / ("a" * 32)
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))
    supervisor = Supervisor([])
    supervisor.tick()
    supervisor.tick()
    jobs = Job.objects.filter(step="tidying")
    assert jobs.count() == 1
    run_jobs()
    assert not draft.exists()
    assert jobs.get().state == Job.State.DONE
    supervisor.tick()
    assert jobs.get().state == Job.State.DONE, "not again at once"
    monkeypatch.setattr(supervisor, "_tidied", supervisor._tidied - 3601)
    supervisor.tick()
    assert jobs.get().state == Job.State.QUEUED


def test_names_are_taken_once():
    with pytest.raises(ValueError, match="already"):
        tidying.register("drafts", lambda: "")
