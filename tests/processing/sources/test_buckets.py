"""Taking files from a bucket: a real S3 server on this machine."""

import hashlib

import pytest
from django.core.exceptions import ValidationError

from dam import storage
from dam.models import Asset, Version
from processing.models import Source, SourceFile
from processing.sources import buckets, intake, late
from processing.sources.actions import add_source, change_source
from processing.sources.bucket_loop import BucketLoop
from processing.sources.errors import Unreadable
from tests.processing.test_sidecars import SIDECAR


@pytest.fixture
def bucket(s3_server):
    """An empty bucket: put and look."""

    class Bucket:
        name = s3_server.new_bucket()
        client = s3_server.client()

        def put(self, key: str, data: bytes, **more) -> None:
            self.client.put_object(Bucket=self.name, Key=key, Body=data, **more)

        def keys(self) -> list[str]:
            rows = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
            return sorted(row["Key"] for row in rows)

        def read(self, key: str) -> bytes:
            return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()

        def tags(self, key: str) -> dict[str, str]:
            found = self.client.get_object_tagging(Bucket=self.name, Key=key)["TagSet"]
            return {tag["Key"]: tag["Value"] for tag in found}

    return Bucket()


@pytest.fixture
def source_in(bucket, s3_server, brand, brand_admin):
    def make(**fields):
        given = {
            "name": "Drop",
            "kind": "s3",
            "brand": brand,
            "bucket": bucket.name,
            "endpoint": s3_server.endpoint,
            "region": s3_server.region,
            "access_key": s3_server.access_key,
            "secret_key": s3_server.secret_key,
            "prefix": "in",
        }
        return add_source(user=brand_admin, **(given | fields))

    return make


class TestTaking:
    def test_objects_are_taken_and_moved(self, bucket, source_in, take, picture):
        data = picture(seed=1)
        bucket.put("in/2024/a.jpg", data)
        bucket.put("in/bad.jpg", b"<html>")
        bucket.put("elsewhere/b.jpg", picture(seed=2))
        answer = take(source_in(tags=["kraken bay"]))
        assert (answer["taken"], answer["failed"], answer["trouble"]) == (1, 1, "")
        assert bucket.keys() == [
            "elsewhere/b.jpg",
            "in/done/2024/a.jpg",
            "in/failed/bad.jpg",
            "in/failed/bad.jpg.reason.txt",
        ]
        assert b"not a picture" in bucket.read("in/failed/bad.jpg.reason.txt")
        version = Version.objects.get()
        assert version.file_name == "a.jpg"
        assert version.blob_id == hashlib.sha256(data).hexdigest()
        assert version.asset.tags.get().term.name == "kraken bay"
        assert not list(storage.incoming().iterdir())

    def test_left_ones_are_remembered(self, bucket, source_in, take, picture):
        bucket.put("in/a.jpg", picture(seed=1))
        source = source_in(afterwards="leave")
        assert take(source)["taken"] == 1
        assert take(source)["taken"] == 0
        bucket.put("in/copy.jpg", picture(seed=1))
        bucket.put("in/a.jpg", picture(seed=2))
        again = take(source)
        assert (again["taken"], again["duplicates"]) == (1, 1)
        assert bucket.keys() == ["in/a.jpg", "in/copy.jpg"]

    def test_tagged_ones_keep_their_other_tags(self, bucket, source_in, take, picture):
        bucket.put("in/a.jpg", picture(), Tagging="owner=agency")
        bucket.put("in/bad.jpg", b"<html>")
        source = source_in(afterwards="tag")
        take(source)
        assert bucket.tags("in/a.jpg") == {"owner": "agency", "loupe": "taken"}
        assert bucket.tags("in/bad.jpg") == {"loupe": "failed"}
        assert take(source)["taken"] == 0

    def test_nothing_is_overwritten_and_a_cut_move_is_gone_on_with(
        self, bucket, source_in, take, picture
    ):
        source = source_in()
        bucket.put("in/done/a.jpg", b"somebody's")
        bucket.put("in/done/b.jpg", picture(seed=2))  # copied, and not yet deleted
        bucket.put("in/a.jpg", picture(seed=1))
        bucket.put("in/b.jpg", picture(seed=2))
        assert take(source)["taken"] == 2
        assert bucket.keys() == ["in/done/a (2).jpg", "in/done/a.jpg", "in/done/b.jpg"]
        assert bucket.read("in/done/a.jpg") == b"somebody's"

    def test_sidecars_come_and_go_with_their_picture(
        self, bucket, source_in, take, picture, monkeypatch
    ):
        given = []
        real = intake.ingest_file
        monkeypatch.setattr(
            intake, "ingest_file", lambda **more: given.append(more["sidecar"]) or real(**more)
        )
        bucket.put("in/a.jpg", picture())
        bucket.put("in/a.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        take(source_in())
        assert given == [b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"]
        assert bucket.keys() == ["in/done/a.jpg", "in/done/a.xmp"]

    @pytest.mark.parametrize("afterwards", ["move", "leave"])
    def test_a_sidecar_that_comes_after_its_picture_is_applied(
        self, bucket, source_in, take, picture, monkeypatch, afterwards
    ):
        source = source_in(afterwards=afterwards)
        bucket.put("in/a.jpg", picture())
        take(source)
        bucket.put("in/a.xmp", SIDECAR)
        bucket.put("in/alone.xmp", SIDECAR)
        take(source)
        assert Version.objects.get().sidecar is None  # it has to rest
        monkeypatch.setattr(late, "PATIENCE", 0)
        answer = take(source)
        assert (answer["taken"], answer["failed"], answer["trouble"]) == (0, 0, "")
        assert Version.objects.get().sidecar.size == len(SIDECAR)
        assert Asset.objects.get().title == "Title beside"
        there = {"move": "in/done/", "leave": "in/"}[afterwards]
        assert bucket.keys() == sorted(["in/alone.xmp", f"{there}a.jpg", f"{there}a.xmp"])

    def test_strange_keys(self, bucket, source_in, take, picture):
        for n, key in enumerate(["in/日本 & +%20.jpg", "in//empty step.jpg", "in/folder/"]):
            bucket.put(key, picture((64, 64), seed=n) if not key.endswith("/") else b"")
        assert take(source_in(afterwards="leave"))["taken"] >= 1
        assert "日本 & +%20.jpg" in Version.objects.values_list("file_name", flat=True)


class TestPages:
    def test_many_are_listed_page_by_page_and_resumed(
        self, bucket, source_in, take, picture, monkeypatch
    ):
        monkeypatch.setattr(buckets, "PAGE", 2)
        for n in range(5):
            bucket.put(f"in/{n}.jpg", picture((64, 64), seed=n))
        source = source_in(afterwards="leave")
        loop = BucketLoop(source)
        loop.once = True
        stop_after = iter([True] * 3)
        loop.proceed = lambda: next(stop_after, False)
        loop.pass_once()
        source.refresh_from_db()
        assert source.cursor == "in/1.jpg"
        assert Asset.objects.count() == 3
        assert take(source)["taken"] == 2
        source.refresh_from_db()
        assert source.cursor == ""


class TestTrouble:
    def test_wrong_keys_are_told(self, bucket, source_in, take):
        source = source_in(access_key="nobody")
        assert "refuses our keys" in take(source)["trouble"]
        source.refresh_from_db()
        assert source.state == "error"

    def test_no_bucket_is_told(self, bucket, source_in, take):
        source = source_in(bucket="not-there-at-all")
        assert take(source)["trouble"]
        source.refresh_from_db()
        assert source.state in {"unreachable", "error"}

    def test_nobody_there_is_told(self, bucket, source_in, take, monkeypatch):
        source = source_in(endpoint="http://127.0.0.1:9")
        assert "does not answer" in take(source)["trouble"]
        source.refresh_from_db()
        assert source.state == "unreachable"

    @pytest.mark.parametrize(
        "lie", [{"ETag": '"' + "0" * 32 + '"'}, {"ChecksumSHA256": "A" * 43 + "="}]
    )
    def test_what_came_wrong_is_not_taken_and_tried_again(
        self, bucket, source_in, take, picture, monkeypatch, lie
    ):
        bucket.put("in/a.jpg", picture())
        source = source_in()
        real = buckets._compare
        monkeypatch.setattr(
            buckets, "_compare", lambda answer, sha, md5: real(answer | lie, sha, md5)
        )
        assert take(source)["taken"] == 0
        row = source.files.get()
        assert (row.state, "differs" in row.reason) == ("seen", True)
        assert Asset.objects.count() == 0
        monkeypatch.setattr(buckets, "_compare", real)
        source.files.update(not_before=None)
        assert take(source)["taken"] == 1

    def test_etags_that_are_no_md5_are_not_compared(self):
        for answer in (
            {"ETag": '"0123-2"'},
            {"ETag": '"' + "0" * 32 + '"', "ServerSideEncryption": "aws:kms"},
            {"ChecksumSHA256": "abc=-2"},
        ):
            buckets._compare(answer, b"", b"")
        with pytest.raises(Unreadable):
            buckets._compare({"ETag": '"' + "0" * 32 + '"'}, b"", b"x" * 16)

    def test_one_that_is_too_large_fails(self, bucket, source_in, take, picture, settings):
        bucket.put("in/a.jpg", picture())
        settings.LOUPE_MAX_UPLOAD_BYTES = 1000
        assert take(source_in())["failed"] == 1
        assert b"larger than" in bucket.read("in/failed/a.jpg.reason.txt")


class TestKeys:
    def test_the_secret_is_stored_sealed(self, source_in, s3_server):
        source = source_in()
        assert s3_server.secret_key not in source.secret_key
        assert buckets.client_of(source)

    @pytest.mark.parametrize(
        "change",
        [
            {"endpoint": "https://evil.example"},
            {"bucket": "hr-private"},
            {"access_key": "another"},
            {"prefix": "inner"},
            {"prefix": ""},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_another_place_wants_the_key_anew(self, source_in, brand_admin, change):
        source = source_in(prefix="in")
        with pytest.raises(ValidationError, match="enter the secret key again"):
            change_source(source=source, user=brand_admin, **change)

    def test_a_part_of_the_place_keeps_the_key(self, source_in, brand_admin):
        source = source_in(prefix="in/")
        change_source(source=source, user=brand_admin, prefix="in/deeper/")
        assert Source.objects.get().secret_key

    def test_the_server_s_own_keys_are_for_admins_of_everything(self, source_in, admin_user, brand):
        with pytest.raises(ValidationError, match="not yours"):
            source_in(access_key="", secret_key="")
        source = add_source(user=admin_user, name="Own", kind="s3", brand=brand, bucket="b")
        assert source.pk

    def test_a_changed_secret_key_of_the_installation_is_told(self, source_in, take, settings):
        source = source_in()
        settings.SECRET_KEY = "another"
        assert "Enter the key again" in take(source)["trouble"]


class TestAnnounced:
    def test_what_is_announced_is_fetched_without_a_list(
        self, bucket, source_in, picture, monkeypatch
    ):
        bucket.put("in/a.jpg", picture())
        source = source_in()
        for key in ("in/a.jpg", "in/never was.jpg", "in/x.part"):
            SourceFile.objects.create(
                source=source, key=key, key_hash=key[:32], size=0, state="seen"
            )
        SourceFile.objects.filter(key="in/a.jpg").update(
            key_hash=buckets.names.key_hash("in/a.jpg")
        )
        loop = BucketLoop(source)
        loop.once = True
        loop._prepare()
        monkeypatch.setattr(buckets.Bucket, "page", lambda *_: pytest.fail("it lists"))
        loop._take_announced()
        assert Asset.objects.count() == 1
        assert list(source.files.values_list("key", "state")) == [("in/a.jpg", "taken")]
