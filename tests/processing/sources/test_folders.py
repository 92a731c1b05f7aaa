"""Taking files from a folder: what is taken, what is left, what is remembered."""

import os
import threading
import time

import pytest

from dam.models import Asset, Version
from processing.models import Job, SourceFile
from processing.sources import folders, intake


def states(source) -> dict[str, tuple[str, str]]:
    return {row.key: (row.state, row.place) for row in source.files.all()}


class TestTaking:
    def test_a_picture_goes_in_and_moves_to_done(self, source_of, take, inbox, picture, below):
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of(tags=["Kraken Bay"], priority=8)
        assert take(source)["taken"] == 1
        version = Version.objects.get()
        assert version.file_name == "a.jpg"
        assert version.asset.owner.username == "brand_admin"
        assert version.asset.tags.get().term.name == "kraken bay"
        assert set(Job.objects.values_list("priority", flat=True)) == {8}
        assert below() == ["done/a.jpg"]
        assert states(source) == {"a.jpg": ("taken", "done")}

    def test_what_is_refused_lies_in_failed_with_the_reason(self, source_of, take, inbox, below):
        (inbox / "evil.jpg").write_bytes(b"<html><script>")
        assert take(source_of())["failed"] == 1
        assert below() == ["failed/evil.jpg", "failed/evil.jpg.reason.txt"]
        assert "not a picture" in (inbox / "failed/evil.jpg.reason.txt").read_text()

    def test_a_duplicate_is_done_too(self, source_of, take, inbox, picture, below, ingest):
        asset = ingest(picture(seed=1)).asset
        (inbox / "again.jpg").write_bytes(picture(seed=1))
        assert take(source_of())["duplicates"] == 1
        assert below() == ["done/again.jpg"]
        assert SourceFile.objects.get().asset == asset

    def test_folders_within_keep_their_shape(self, source_of, take, inbox, picture, below):
        (inbox / "2024/spring").mkdir(parents=True)
        (inbox / "2024/spring/a.jpg").write_bytes(picture())
        take(source_of())
        assert below() == ["done/2024/spring/a.jpg"]

    def test_or_are_left_alone(self, source_of, take, inbox, picture):
        (inbox / "within").mkdir()
        (inbox / "within/a.jpg").write_bytes(picture())
        assert take(source_of(recursive=False))["taken"] == 0

    def test_nothing_that_was_put_away_is_overwritten(self, source_of, take, inbox, picture, below):
        source = source_of()
        for seed in range(3):
            (inbox / "a.jpg").write_bytes(picture(seed=seed))
            take(source)
        assert below() == ["done/a (2).jpg", "done/a (3).jpg", "done/a.jpg"]
        assert (inbox / "done/a (2).jpg").read_bytes() == picture(seed=1)
        assert Asset.objects.count() == 3

    def test_decided_files_may_go_elsewhere(self, source_of, take, inbox, picture):
        away = inbox.parent / "archive"
        away.mkdir()
        (inbox / "a.jpg").write_bytes(picture())
        take(source_of(done_folder=str(away)))
        assert [path.name for path in away.iterdir()] == ["a.jpg"]

    def test_a_file_that_failed_and_comes_back_is_tried_again(
        self, source_of, take, inbox, picture, settings
    ):
        settings.LOUPE_MAX_PIXELS = 1000
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        assert take(source)["failed"] == 1
        settings.LOUPE_MAX_PIXELS = 10_000_000
        (inbox / "failed/a.jpg").rename(inbox / "a.jpg")
        assert take(source)["taken"] == 1

    def test_it_goes_into_a_collection(self, source_of, take, inbox, picture, brand_admin):
        from dam.actions.collections import create_collection

        collection = create_collection(user=brand_admin, name="Spring")
        (inbox / "a.jpg").write_bytes(picture())
        take(source_of(collection=collection))
        assert list(collection.assets.all()) == list(Asset.objects.all())


class TestWhatIsNotTaken:
    @pytest.mark.parametrize(
        "name",
        [
            *(".hidden.jpg", "a.jpg.part", "a.crdownload", "~$a.jpg", "a.jpg~", "A.TMP"),
            *("Thumbs.db", "a.jpg.reason.txt", "a.xmp"),
        ],
    )
    def test_names_that_are_not_meant_for_us(self, source_of, take, inbox, picture, name):
        (inbox / name).write_bytes(picture())
        assert take(source_of()) | {"trouble": ""} == {
            "source": "Inbox",
            "taken": 0,
            "duplicates": 0,
            "failed": 0,
            "waiting": 0,
            "trouble": "",
        }
        assert (inbox / name).exists()

    def test_patterns_choose(self, source_of, take, inbox, picture):
        for n, name in enumerate(["shoot-1.jpg", "shoot-2.JPG", "shoot-draft.jpg", "other.png"]):
            (inbox / name).write_bytes(picture(seed=n))
        take(source_of(include=["shoot-*.jpg"], exclude=["*draft*"]))
        names = set(Version.objects.values_list("file_name", flat=True))
        assert names == {"shoot-1.jpg", "shoot-2.JPG"}

    def test_a_name_that_does_not_fit_the_pattern_fails_with_the_reason(
        self, source_of, take, inbox, picture, below
    ):
        (inbox / "AB-0042_front.jpg").write_bytes(picture(seed=1))
        (inbox / "holiday.jpg").write_bytes(picture(seed=2))
        answer = take(source_of(name_pattern="{sku:[A-Z]{2}-\\d{4}}_{view:front|back}.{ext}"))
        assert (answer["taken"], answer["failed"]) == (1, 1)
        assert "does not fit" in (inbox / "failed/holiday.jpg.reason.txt").read_text()
        assert "done/AB-0042_front.jpg" in below()

    def test_links_are_not_followed(self, source_of, take, inbox, picture, tmp_path):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret.jpg").write_bytes(picture())
        (inbox / "link.jpg").symlink_to(outside / "secret.jpg")
        (inbox / "folder").symlink_to(outside)
        assert take(source_of())["taken"] == 0

    def test_a_folder_exchanged_for_a_link_leads_nowhere(
        self, source_of, take, inbox, picture, tmp_path, monkeypatch
    ):
        outside = tmp_path / "outside"
        outside.mkdir()
        (inbox / "within").mkdir()
        (inbox / "within/a.jpg").write_bytes(picture())
        os.link(inbox / "within/a.jpg", outside / "a.jpg")
        look = folders.Folder.open

        def exchange(folder, item):
            if not (inbox / "within").is_symlink():
                (inbox / "within").rename(inbox / "moved")
                (inbox / "within").symlink_to(outside)
            return look(folder, item)

        source = source_of()
        monkeypatch.setattr(folders.Folder, "open", exchange)
        take(source)
        assert (outside / "a.jpg").exists()
        assert not (inbox / "done/within").exists()

    def test_pipes_and_sockets_do_not_stop_us(self, source_of, take, inbox, picture):
        os.mkfifo(inbox / "pipe.jpg")
        (inbox / "a.jpg").write_bytes(picture())
        assert take(source_of())["taken"] == 1

    def test_an_empty_file_waits_and_then_fails(self, source_of, take, inbox, below):
        (inbox / "empty.jpg").touch()
        source = source_of()
        begun = time.monotonic()
        assert take(source)["failed"] == 1
        assert time.monotonic() - begun > 2.0
        assert "empty" in (inbox / "failed/empty.jpg.reason.txt").read_text()

    def test_strange_names_are_taken_all_the_same(self, source_of, take, inbox, picture):
        names = [
            b"caf\xe9.jpg",
            "\u202egpj.exe.jpg".encode(),
            b"new\nline.jpg",
            b"x" * 251 + b".jpg",
            "日本の写真.jpg".encode(),
            b"back\\slash.jpg",
        ]
        for n, name in enumerate(names):
            with open(os.path.join(os.fsencode(inbox), name), "wb") as file:
                file.write(picture((64, 64), seed=n))
        assert take(source_of())["taken"] == len(names)
        assert len(os.listdir(os.fsencode(inbox / "done"))) == len(names)
        kept = set(Version.objects.values_list("file_name", flat=True))
        assert {"caf\\xe9.jpg", "newline.jpg", "日本の写真.jpg"} & kept >= {"日本の写真.jpg"}
        assert not any("\u202e" in name or "\n" in name for name in kept)

    def test_a_long_name_that_fails_has_its_reason_beside_it(self, source_of, take, inbox):
        (inbox / ("x" * 251 + ".jpg")).write_bytes(b"<html>")
        take(source_of())
        reasons = [path for path in (inbox / "failed").iterdir() if path.suffix == ".txt"]
        assert len(reasons) == 1


class TestRest:
    def test_a_file_that_grows_is_taken_once_and_whole(self, source_of, take, inbox, picture):
        data = picture((900, 700))
        path = inbox / "slow.jpg"

        def grow() -> None:
            with path.open("wb") as file:
                for at in range(0, len(data), len(data) // 8):
                    file.write(data[at : at + len(data) // 8])
                    file.flush()
                    time.sleep(0.4)  # longer than the settle time: only the writer tells

        writer = threading.Thread(target=grow)
        source = source_of()
        writer.start()
        time.sleep(0.3)
        taken = 0
        while writer.is_alive() or not taken:
            taken += take(source)["taken"]
        writer.join()
        assert taken == 1
        assert Version.objects.get().blob.size == len(data)
        assert source.files.get().deaths == 0

    def test_one_that_changes_while_it_is_read_is_not_kept(
        self, source_of, take, inbox, picture, monkeypatch
    ):
        path = inbox / "a.jpg"
        path.write_bytes(picture(seed=1))
        real, changed = intake.ingest_file, []

        def change(**more):
            if not changed:
                path.write_bytes(picture((1000, 800), seed=2))
                changed.append(True)
            return real(**more)

        monkeypatch.setattr(intake, "ingest_file", change)
        source = source_of()
        take(source)
        assert Version.objects.get().width == 1000
        assert Asset.objects.count() == 1

    def test_one_that_goes_meanwhile_is_forgotten(
        self, source_of, take, inbox, picture, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture())
        look = folders.Folder.open

        def lose(folder, item):
            (inbox / "a.jpg").unlink(missing_ok=True)
            return look(folder, item)

        monkeypatch.setattr(folders.Folder, "open", lose)
        source = source_of()
        assert take(source)["taken"] == 0
        assert not source.files.exists()

    def test_one_that_is_deleted_after_it_was_read_is_in_the_library(
        self, source_of, take, inbox, picture, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture())
        real = intake.ingest_file

        def lose(**more):
            outcome = real(**more)
            (inbox / "a.jpg").unlink()
            return outcome

        monkeypatch.setattr(intake, "ingest_file", lose)
        source = source_of()
        assert take(source)["taken"] == 1
        assert states(source) == {"a.jpg": ("taken", "gone")}


class TestSidecars:
    @pytest.mark.parametrize("name", ["a.xmp", "a.jpg.xmp", "a.XMP"])
    def test_they_come_and_go_with_their_picture(
        self, source_of, take, inbox, picture, below, name, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture())
        (inbox / name).write_bytes(b"<x:xmpmeta/>")
        given = []
        real = intake.ingest_file
        monkeypatch.setattr(
            intake, "ingest_file", lambda **more: given.append(more["sidecar"]) or real(**more)
        )
        take(source_of())
        assert given == [b"<x:xmpmeta/>"]
        assert below() == sorted(["done/a.jpg", f"done/{name}"])

    def test_one_that_two_share_waits_for_both(
        self, source_of, take, inbox, picture, below, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture(seed=1))
        (inbox / "a.png").write_bytes(picture(seed=2, format="PNG"))
        (inbox / "a.xmp").write_bytes(b"<x:xmpmeta/>")
        given = []
        real = intake.ingest_file
        monkeypatch.setattr(
            intake, "ingest_file", lambda **more: given.append(more["sidecar"]) or real(**more)
        )
        take(source_of())
        assert given == [b"<x:xmpmeta/>"] * 2
        assert below() == ["done/a.jpg", "done/a.png", "done/a.xmp"]

    def test_one_without_a_picture_waits_for_it(self, source_of, take, inbox, below):
        (inbox / "a.xmp").write_bytes(b"<x:xmpmeta/>")
        take(source_of())
        assert below() == ["a.xmp"]
