"""`kill -9` at any step of an original's way into a bucket: nothing is lost, nothing doubled."""

import hashlib
import os
import signal
import subprocess

import pytest

from tests.faults.uploading import downloaded
from tests.homes import tally
from tests.s3 import in_bucket

pytestmark = pytest.mark.faults
MIB = 1024**2
PIECES = 2 * 16 * MIB + 1000  # three parts

# Where the process is killed: (call of the S3 client, its number, before or after it), or a row.
STEPS = {
    "before a whole file is sent": ("PutObject", 1, "before"),
    "after a whole file was sent": ("PutObject", 1, "after"),
    "before parts are sent": ("CreateMultipartUpload", 1, "after"),
    "between two parts": ("UploadPart", 2, "before"),
    "after the last part": ("UploadPart", 3, "after"),
    "after the parts are put together": ("CompleteMultipartUpload", 1, "after"),
    "before the row": ("row", 1, "before"),
    "after the row": ("row", 1, "after"),
}

CHILD = """
import os, signal
from botocore.client import BaseClient
from dam import storage
from dam.actions.people import system_user
from dam.models import Blob
from processing.actions import ingest_file

path, call, number, when = {path!r}, {call!r}, {number!r}, {when!r}
storage.require_mounted()
user, seen = system_user(), [0]

def killing(real, name):
    def act(*words, **named):
        ours = name(words) == call
        seen[0] += ours
        if ours and seen[0] == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*words, **named)
        if ours and seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return act

BaseClient._make_api_call = killing(BaseClient._make_api_call, lambda words: words[1])
Blob.objects.get_or_create = killing(Blob.objects.get_or_create, lambda words: "row")
with open(path, "rb") as source:
    ingest_file(source=source, file_name=os.path.basename(path), user=user)
print("nothing killed it")
"""
# As if a day had gone by.
COLLECT = """
from dam import storage, tidying
from dam.integrity import checkup
checkup.DAY = -60
storage.collect_drafts(older_than=0)
print("DONE" + " ".join(tidying.tidy()))
"""


def test_a_process_that_is_killed_at_any_step(home, database_up, s3_server, tmp_path):
    bucket = s3_server.new_bucket()
    in_bucket(home, s3_server, bucket, "lib")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "first.bin").write_bytes(b"so that the bucket is marked")
    home.run("ingest", str(folder))
    for number, (step, (call, nth, when)) in enumerate(STEPS.items()):
        size = PIECES if "art" in call else 3000
        path = folder / f"{number}.bin"
        path.write_bytes(os.urandom(size))
        code = CHILD.format(path=str(path), call=call, number=nth, when=when)
        died = subprocess.run(
            home.command("shell", "-v0", "-c", code), env=home.env, capture_output=True, timeout=120
        )
        assert died.returncode == -signal.SIGKILL, f"{step}: {died.stdout} {died.stderr[-2000:]}"
    # Nobody was told that any of it was kept.
    assert home.count("SELECT count(*) FROM dam_version") == [[1]]
    rows = {row[0] for row in home.count("SELECT sha256 FROM dam_blob")}
    assert rows <= originals(s3_server, bucket), "a row is never without its object"
    assert unfinished(s3_server, bucket)
    # The same files come again: now they are there, each once, and download.
    counts = home.ask("ingest", str(folder))["counts"]
    assert tally(counts) == {"ingested": len(STEPS), "duplicate": 1}
    sent = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir())
    assert sorted(originals(s3_server, bucket)) == sent
    assert downloaded(home) == sent
    # What the kills left is collected, and then there is nothing but the originals.
    assert "given up" in home.run("shell", "-v0", "-c", COLLECT).stdout
    assert unfinished(s3_server, bucket) == []
    assert not list((home.folder / "media" / "incoming").iterdir())
    assert home.ask("verify")["findings"] == []


def originals(server, bucket: str) -> set[str]:
    rows = server.client().list_objects_v2(Bucket=bucket, Prefix="lib/originals/")
    return {row["Key"].rpartition("/")[2] for row in rows["Contents"]}


def unfinished(server, bucket: str) -> list[str]:
    rows = server.client().list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [row["Key"] for row in rows]
