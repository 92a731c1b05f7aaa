"""Failed files are tried again: also those that were moved away, and nothing is doubled."""

import errno
import os

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from dam.models import Asset
from processing.models import Source
from processing.sources import returning
from processing.sources.actions import add_source, retry_failed


@pytest.fixture
def failing(inbox, picture, settings, source_of, take):
    """A source with one file that failed for a cause that is then mended."""

    def make(name: str = "a.jpg", **fields) -> Source:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(picture())
        settings.LOUPE_MAX_PIXELS = 1000
        source = source_of(**fields)
        assert take(source)["failed"] == 1
        settings.LOUPE_MAX_PIXELS = 10_000_000
        return Source.objects.get(pk=source.pk)

    return make


def again(source, user) -> int:
    return retry_failed(source=source, user=user)


class TestFolders:
    @pytest.mark.parametrize("name", ["a.jpg", "within/of it/a.jpg"])
    def test_one_that_was_moved_is_brought_back_and_taken(
        self, failing, take, below, brand_admin, name
    ):
        source = failing(name)
        assert below() == [f"failed/{name}", f"failed/{name}.reason.txt"]
        assert again(source, brand_admin) == 1
        assert source.files.get().reason == ""
        answer = take(source)
        assert (answer["taken"], answer["failed"], answer["trouble"]) == (1, 0, "")
        assert below() == [f"done/{name}"]
        row = source.files.get()
        assert (row.key, row.state, row.place, row.reason) == (name, "taken", "done", "")
        source.refresh_from_db()
        assert (source.taken, source.failed) == (1, 0)
        assert Asset.objects.count() == 1

    def test_one_that_fails_again_has_its_new_reason(
        self, failing, take, below, brand_admin, settings
    ):
        source = failing()
        settings.LOUPE_MAX_UPLOAD_BYTES = 10
        again(source, brand_admin)
        assert take(source)["failed"] == 1
        assert below() == ["failed/a.jpg", "failed/a.jpg.reason.txt"]
        assert "larger than" in source.files.get().reason
        assert Source.objects.get().failed == 1

    def test_only_those_that_are_named(self, failing, take, inbox, below, brand_admin):
        source = failing()
        (inbox / "bad.jpg").write_bytes(b"<html>")
        take(source)
        row = source.files.get(key="a.jpg")
        assert retry_failed(source=source, user=brand_admin, files=[row.pk]) == 1
        assert take(source)["taken"] == 1
        assert below() == ["done/a.jpg", "failed/bad.jpg", "failed/bad.jpg.reason.txt"]

    def test_a_second_file_of_its_name_is_neither_lost_nor_mixed_up(
        self, failing, take, inbox, below, brand_admin, picture
    ):
        source = failing()
        (inbox / "failed/a.jpg").rename(inbox / "failed/first")
        (inbox / "failed/a.jpg").write_bytes(b"somebody's")
        (inbox / "failed/first").rename(inbox / "failed/a (2).jpg")
        source.files.update(put_at="failed/a (2).jpg")
        (inbox / "a.jpg").write_bytes(picture(seed=5))  # another one came meanwhile
        again(source, brand_admin)
        answer = take(source)
        assert answer["taken"] == 2
        assert sorted(below("done")) == ["a (2).jpg", "a.jpg"]
        assert (inbox / "failed/a.jpg").read_bytes() == b"somebody's"
        assert Asset.objects.count() == 2

    def test_a_sidecar_comes_back_too(self, failing, take, inbox, below, brand_admin):
        (inbox / "a.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
        source = failing()
        assert "failed/a.xmp" in below()
        again(source, brand_admin)
        take(source)
        assert below() == ["done/a.jpg", "done/a.xmp"]

    def test_a_failed_folder_elsewhere(self, failing, take, inbox, below, brand_admin):
        elsewhere = inbox.with_name("failures")
        elsewhere.mkdir()
        source = failing(failed_folder=str(elsewhere))
        assert (elsewhere / "a.jpg").exists()
        again(source, brand_admin)
        assert take(source)["taken"] == 1
        assert list(elsewhere.iterdir()) == []

    def test_names_that_are_not_utf8(self, inbox, take, below, brand_admin, source_of, settings):
        name = os.fsdecode(b"gr\xfcn.jpg")
        (inbox / name).write_bytes(b"<html>")
        source = source_of()
        assert take(source)["failed"] == 1
        again(source, brand_admin)
        assert take(source)["failed"] == 1
        assert (inbox / "failed" / name).exists()
        assert source.files.count() == 1

    def test_before_it_was_written_down_where_they_are(self, failing, take, below, brand_admin):
        source = failing("within/a.jpg")
        source.files.update(put_at="")
        again(source, brand_admin)
        assert take(source)["taken"] == 1
        assert below() == ["done/within/a.jpg"]

    def test_one_that_somebody_moved_back_by_hand(self, failing, take, inbox, below, brand_admin):
        source = failing()
        again(source, brand_admin)
        (inbox / "failed/a.jpg").rename(inbox / "a.jpg")
        assert take(source)["taken"] == 1
        assert Asset.objects.count() == 1

    def test_one_that_somebody_removed_is_told(self, failing, take, inbox, brand_admin):
        source = failing()
        again(source, brand_admin)
        (inbox / "failed/a.jpg").unlink()
        take(source)
        row = source.files.get()
        assert (row.state, row.place) == ("failed", "gone")
        assert "no longer" in row.reason
        assert Source.objects.get().failed == 1
        assert again(source, brand_admin) == 0

    def test_one_that_cannot_be_moved_is_told_and_tried_later(
        self, failing, take, below, brand_admin, monkeypatch
    ):
        def refuse(*_args, **_more):
            raise OSError(errno.EROFS, "read-only")

        source = failing()
        again(source, brand_admin)
        with monkeypatch.context() as patch:
            patch.setattr(returning.moving, "place", refuse)
            take(source)
        assert "cannot be moved back" in source.files.get().reason
        assert "failed/a.jpg" in below()
        assert "cannot be moved back" in Source.objects.get().state_reason
        source.files.update(not_before=None)
        assert take(source)["taken"] == 1

    @pytest.mark.parametrize("step", ["place", "remove"])
    def test_a_watcher_that_dies_on_the_way_back(
        self, failing, take, below, brand_admin, monkeypatch, step
    ):
        """`place`: when the file has its old name again, and the other one too."""
        source = failing()
        again(source, brand_admin)
        real = returning.moving.place

        def die(*args, **more):
            if step == "place":
                real(*args, **more)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            target = (returning.moving, "place") if step == "place" else (returning.Spot, "remove")
            patch.setattr(*target, die)
            with pytest.raises(KeyboardInterrupt):
                take(source)
        assert take(source)["taken"] == 1
        assert below() == ["done/a.jpg"]
        assert Asset.objects.count() == 1

    def test_only_who_manages_it(self, failing, owner, outsider):
        source = failing()
        for user in (owner, outsider):
            with pytest.raises(PermissionDenied):
                again(source, user)
        assert source.files.get().state == "failed"


class TestBuckets:
    def test_one_that_was_moved_is_brought_back_and_taken(
        self, s3_server, brand, brand_admin, take, picture, settings
    ):
        bucket, api = s3_server.new_bucket(), s3_server.client()
        source = add_source(
            user=brand_admin,
            name="Drop",
            kind="s3",
            brand=brand,
            bucket=bucket,
            prefix="in",
            endpoint=s3_server.endpoint,
            region=s3_server.region,
            access_key=s3_server.access_key,
            secret_key=s3_server.secret_key,
        )
        api.put_object(Bucket=bucket, Key="in/sub/a.jpg", Body=picture())
        api.put_object(Bucket=bucket, Key="in/sub/a.xmp", Body=b"<x:xmpmeta xmlns:x='x'/>")
        api.put_object(Bucket=bucket, Key="in/gone.jpg", Body=b"<html>")
        settings.LOUPE_MAX_PIXELS = 1000
        assert take(source)["failed"] == 2
        settings.LOUPE_MAX_PIXELS = 10_000_000
        source.refresh_from_db()
        assert again(source, brand_admin) == 2
        api.delete_object(Bucket=bucket, Key="in/failed/gone.jpg")
        assert take(source)["taken"] == 1
        rows = api.list_objects_v2(Bucket=bucket)["Contents"]
        assert sorted(row["Key"] for row in rows) == [
            "in/done/sub/a.jpg",
            "in/done/sub/a.xmp",
            "in/failed/gone.jpg.reason.txt",
        ]
        states = dict(source.files.values_list("key", "place"))
        assert states == {"in/sub/a.jpg": "done", "in/gone.jpg": "gone"}


class TestWaysToAsk:
    @pytest.fixture
    def admin_page(self, brand_admin) -> Client:
        client = Client()
        client.force_login(brand_admin)
        return client

    def test_the_page_shows_reasons_and_a_button_for_each(self, failing, admin_page, take, below):
        source = failing()
        address = f"/settings/sources/{source.pk}"
        shown = admin_page.get(address).content.decode()
        row = source.files.get()
        assert "One file failed" in shown
        assert row.reason in shown
        assert f'name="file" value="{row.pk}"' in shown
        for wrong in ("x", "9" * 30, "-1"):
            answer = admin_page.post(f"{address}/act", {"action": "retry", "file": wrong})
            assert answer.status_code == 403
        admin_page.post(f"{address}/act", {"action": "retry", "file": row.pk})
        assert "One file failed" not in admin_page.get(address).content.decode()
        assert take(source)["taken"] == 1
        assert below() == ["done/a.jpg"]

    def test_the_command(self, failing, take, below, capsys):
        failing("within/a.jpg")
        with pytest.raises(CommandError, match="knows of no other"):
            call_command("sources", "retry", "Inbox", "--file", "other.jpg")
        call_command("sources", "retry", "Inbox", "--file", "within/a.jpg", "--json")
        assert '"files": 1' in capsys.readouterr().out
        assert take(Source.objects.get())["taken"] == 1
        assert below() == ["done/within/a.jpg"]
