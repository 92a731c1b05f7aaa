"""Originals in a bucket of a real S3 server: proved when written, proved when read."""

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import socket
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from dam import storage
from dam.models import Blob
from dam.storage.s3 import S3Originals, client, writing

pytestmark = pytest.mark.django_db
DATA = os.urandom(300_000)


@pytest.fixture
def bucket(s3_server, settings, tmp_path) -> str:
    """Originals go to a new bucket of the server."""
    settings.LOUPE_ORIGINALS = "s3"
    settings.LOUPE_S3_BUCKET = s3_server.new_bucket()
    settings.LOUPE_S3_PREFIX = "loupe"
    settings.LOUPE_S3_ENDPOINT = s3_server.endpoint
    settings.LOUPE_S3_REGION = s3_server.region
    settings.LOUPE_S3_ACCESS_KEY = s3_server.access_key
    settings.LOUPE_S3_SECRET_KEY = s3_server.secret_key
    settings.LOUPE_S3_CACHE = tmp_path / "cache"
    return settings.LOUPE_S3_BUCKET


def keep(data: bytes = DATA) -> Blob:
    with storage.arriving(io.BytesIO(data)) as stored:
        return storage.keep(stored)


def objects(s3_server, bucket) -> list[str]:
    listed = s3_server.client().list_objects_v2(Bucket=bucket, Prefix="loupe/originals/")
    return [row["Key"] for row in listed.get("Contents", [])]


def spoil(s3_server, bucket, blob, data: bytes) -> None:
    s3_server.client().put_object(Bucket=bucket, Key=f"loupe/{blob.key}", Body=data)


def copies(settings) -> list:
    return [path for path in settings.LOUPE_S3_CACHE.iterdir() if not path.name.startswith(".")]


def test_an_original_goes_to_the_bucket_and_comes_back(bucket, s3_server):
    blob = keep()
    assert objects(s3_server, bucket) == [f"loupe/originals/{blob.pk[:2]}/{blob.pk[2:4]}/{blob.pk}"]
    with storage.original(blob) as path:
        assert path.read_bytes() == DATA
    with storage.open_original(blob) as source:
        assert source.read() == DATA
    assert storage.backend().size(blob.key) == len(DATA)
    assert [kept.name for kept in storage.backend().files()] == [blob.pk]
    assert not (storage.root() / "originals").exists()


def test_a_large_file_goes_in_parts(bucket, s3_server, monkeypatch):
    monkeypatch.setattr(writing, "PART", 5 * 1024**2)
    data = os.urandom(11 * 1024**2)
    blob = keep(data)
    head = s3_server.client().head_object(Bucket=bucket, Key=f"loupe/{blob.key}")
    assert head["ETag"].strip('"').endswith("-3")
    with storage.open_original(blob) as source:
        assert hashlib.file_digest(source, "sha256").hexdigest() == blob.pk


def test_a_draft_that_changed_under_us_is_not_stored(bucket, s3_server, monkeypatch):
    monkeypatch.setattr(writing, "PART", 5 * 1024**2)
    for size in (1000, 6 * 1024**2):
        with storage.arriving(io.BytesIO(os.urandom(size))) as stored:
            with stored.path.open("r+b") as draft:
                draft.write(b"other")
            with pytest.raises(storage.StorageDamaged):
                storage.keep(stored)
    assert objects(s3_server, bucket) == []
    assert Blob.objects.count() == 0
    unfinished = s3_server.client().list_multipart_uploads(Bucket=bucket)
    assert not unfinished.get("Uploads")


def test_a_server_without_checksums_is_read_back(bucket, s3_server, monkeypatch):
    sent = []

    def unchecked(api, bucket, key, stored):
        body = b"x" * stored.size if sent else stored.path.read_bytes()
        sent.append(api.put_object(Bucket=bucket, Key=key, Body=body))
        return False

    monkeypatch.setattr("dam.storage.s3.originals.upload", unchecked)
    blob = keep()
    assert Blob.objects.get() == blob
    with pytest.raises(storage.StorageDamaged, match="not what was stored"):
        keep(b"other bytes")
    assert Blob.objects.get() == blob


@pytest.mark.parametrize("wrong", [b"y" * len(DATA), DATA[:-1], DATA + b"z", b""])
def test_wrong_bytes_are_never_handed_out(bucket, s3_server, settings, wrong):
    blob = keep()
    spoil(s3_server, bucket, blob, wrong)
    with pytest.raises(storage.StorageDamaged, match=str(blob)), storage.original(blob):
        pytest.fail("there is nothing good to read")
    assert copies(settings) == []
    with pytest.raises(storage.StorageDamaged, match=str(blob)):
        storage.open_original(blob).read()


def test_a_reader_in_pieces_never_gets_the_end_of_wrong_bytes(bucket, s3_server):
    data = os.urandom(5 * 1024**2)
    blob = keep(data)
    spoil(s3_server, bucket, blob, data[:-1] + bytes([data[-1] ^ 1]))
    received = []
    with storage.open_original(blob) as source:
        pieces = iter(lambda: source.read(64 * 1024), b"")
        with pytest.raises(storage.StorageDamaged):
            received.extend(pieces)
    assert 0 < sum(map(len, received)) < len(data)


def test_an_original_that_is_gone(bucket, s3_server):
    blob = keep()
    s3_server.client().delete_object(Bucket=bucket, Key=f"loupe/{blob.key}")
    assert storage.backend().size(blob.key) is None
    with pytest.raises(storage.StorageMissing, match=str(blob)), storage.original(blob):
        pytest.fail("it is gone")


def test_the_same_bytes_again_are_not_sent_again(bucket, monkeypatch):
    keep()
    monkeypatch.setattr("dam.storage.s3.originals.upload", lambda *_: pytest.fail("sent again"))
    keep()
    Blob.objects.all().delete()  # a crash before the row: the server's checksum is proof enough
    assert keep().size == len(DATA)


def test_arriving_again_mends_an_object_of_another_size(bucket, s3_server):
    blob = keep()
    spoil(s3_server, bucket, blob, b"short")
    keep()
    with storage.open_original(blob) as source:
        assert source.read() == DATA


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_from_many_at_once(bucket, s3_server):
    barrier, kept = threading.Barrier(5), []

    def bring():
        barrier.wait()
        kept.append(keep().pk)
        connection.close()

    threads = [threading.Thread(target=bring) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 5
    assert Blob.objects.count() == len(objects(s3_server, bucket)) == 1


def test_wrong_keys_are_refused_in_words(bucket, s3_server, settings):
    blob = keep()
    settings.LOUPE_S3_SECRET_KEY = "wrong"
    with pytest.raises(storage.StorageAway, match="refuses our keys"):
        storage.open_original(blob)
    with pytest.raises(storage.StorageAway, match="refuses our keys"):
        keep(b"more")
    assert Blob.objects.count() == 1


def test_a_bucket_that_is_not_there(bucket, settings):
    settings.LOUPE_S3_BUCKET = "no-such-bucket"
    with pytest.raises(storage.StorageAway, match="no bucket"):
        keep()


def test_a_server_that_is_away(bucket, settings, monkeypatch):
    blob = keep()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.LOUPE_S3_ENDPOINT = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for ask in (lambda: storage.open_original(blob), lambda: keep(b"more")):
        with pytest.raises(storage.StorageAway, match="does not answer"):
            ask()
    assert Blob.objects.count() == 1


def test_a_copy_is_fetched_once_and_proved_each_time(bucket, s3_server, settings, monkeypatch):
    blob = keep()
    with storage.original(blob):
        pass
    s3_server.client().delete_object(Bucket=bucket, Key=f"loupe/{blob.key}")
    with storage.original(blob) as path:
        assert path.read_bytes() == DATA
    path.chmod(0o644)
    path.write_bytes(b"y" * len(DATA))  # this disk has spoilt the copy
    with pytest.raises(storage.StorageMissing), storage.original(blob):
        pytest.fail("it should have been fetched again")


def test_copies_stay_within_their_bound(bucket, settings):
    settings.LOUPE_S3_CACHE_MIB = 1
    blobs = [keep(os.urandom(400_000)) for _ in range(4)]
    with storage.original(blobs[0]) as held:
        for blob in (*blobs[1:], blobs[2], blobs[3]):
            with storage.original(blob):
                pass
        assert held.exists()  # the oldest, and in use
    names = {path.name for path in copies(settings)}
    assert names == {blobs[0].pk, blobs[3].pk}
    with storage.original(blobs[1]):
        pass
    assert {path.name for path in copies(settings)} == {blobs[1].pk, blobs[3].pk}


def test_what_is_larger_than_the_cache_is_fetched_for_once(bucket, settings):
    settings.LOUPE_S3_CACHE_MIB = 1
    data = os.urandom(2 * 1024**2)
    with storage.original(keep(data)) as path:
        assert path.read_bytes() == data
    assert not path.exists()
    assert copies(settings) == []


def test_one_client_for_a_server_and_process(s3_server):
    facts = dataclasses.asdict(s3_server)
    assert client(**facts) is client(**facts)
    assert client(**facts) is not client(**{**facts, "secret_key": "other"})


def test_a_prefix_may_be_written_with_or_without_slashes(bucket, settings):
    for written in ("a/b", "/a/b/"):
        settings.LOUPE_S3_PREFIX = written
        assert S3Originals.of_settings().prefix == "a/b/"
    settings.LOUPE_S3_PREFIX = ""
    assert S3Originals.of_settings().where == f"s3://{bucket}/"


def test_a_bucket_is_marked_and_another_one_is_not_written_to(bucket, s3_server, settings):
    blob = keep()
    settings.LOUPE_S3_BUCKET = s3_server.new_bucket()
    with pytest.raises(storage.NotMounted, match="not mounted"):
        keep(b"more")
    with pytest.raises(storage.NotMounted, match="not mounted"), storage.original(blob):
        pytest.fail("this is not the bucket")
    assert objects(s3_server, settings.LOUPE_S3_BUCKET) == []
    assert len(storage.amiss()) == 1


def test_the_doctor_looks_into_the_bucket(bucket, s3_server, settings):
    from dam.integrity import checkup

    blob, short = keep(), keep(b"many bytes")
    assert list(checkup.originals()) == []
    spoil(s3_server, bucket, short, b"few")
    s3_server.client().delete_object(Bucket=bucket, Key=f"loupe/{blob.key}")
    said = " ".join(finding.sentence for finding in checkup.originals())
    assert f"1 originals are missing from s3://{bucket}/loupe/: {blob}" in said
    assert f"do not have the size that was stored: {short}" in said
    settings.LOUPE_S3_SECRET_KEY = "wrong"
    assert list(checkup.originals()) == []
    assert "refuses our keys" in next(checkup.mounts()).sentence


def copied(*words) -> dict:
    out = io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("storage", "copy", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_originals_move_to_the_bucket_and_back(bucket, s3_server, settings):
    settings.LOUPE_ORIGINALS = "local"
    blobs = [keep(data) for data in (b"one", b"two", DATA)]
    settings.LOUPE_ORIGINALS = "s3"
    with pytest.raises(storage.NotMounted):
        keep(b"three")  # the bucket holds nothing of ours yet
    lost = storage.path_of(blobs[0].key)
    lost.rename(lost.with_name("lost"))
    assert copied("--from", "local")["copied"] == 2
    with pytest.raises(storage.NotMounted):
        keep(b"three")  # it does not hold all
    lost.with_name("lost").rename(lost)
    assert copied("--from", "local") == {"copied": 1, "problems": []}
    assert copied("--from", "local") == {"copied": 0, "problems": []}
    assert len(objects(s3_server, bucket)) == 3
    blobs.append(keep(b"three"))
    settings.LOUPE_ORIGINALS = "local"
    assert copied("--from", "s3") == {"copied": 1, "problems": []}
    for blob in blobs:
        with storage.original(blob) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == blob.pk


def test_a_spoilt_original_does_not_move(bucket, s3_server, settings):
    settings.LOUPE_ORIGINALS = "local"
    path = storage.path_of(keep().key)
    path.chmod(0o644)
    path.write_bytes(b"y" * len(DATA))
    settings.LOUPE_ORIGINALS = "s3"
    answer = copied("--from", "local")
    assert answer["copied"] == 0
    assert len(answer["problems"]) == 1
    assert objects(s3_server, bucket) == []
