"""What is remembered of files, and what happens when something is in the way or somebody dies."""

import os

import pytest

from dam.models import Asset
from dam.storage import StorageFull
from processing.models import Job, Source
from processing.sources import folders, intake, loops


def states(source) -> dict[str, tuple[str, str]]:
    return {row.key: (row.state, row.place) for row in source.files.all()}


class TestLeaving:
    @pytest.fixture
    def source(self, source_of):
        return source_of(afterwards="leave")

    def test_files_stay_and_are_remembered(self, source, take, inbox, picture, below):
        (inbox / "a.jpg").write_bytes(picture())
        (inbox / "bad.jpg").write_bytes(b"<html>")
        first = take(source)
        assert (first["taken"], first["failed"]) == (1, 1)
        again = take(source)
        assert (again["taken"], again["duplicates"], again["failed"]) == (0, 0, 0)
        assert below() == ["a.jpg", "bad.jpg"]

    def test_a_new_name_does_not_bring_a_file_again(self, source, take, inbox, picture):
        (inbox / "a.jpg").write_bytes(picture())
        take(source)
        Asset.objects.update(deleted_at="2024-01-01T00:00:00Z")
        (inbox / "within").mkdir()
        (inbox / "a.jpg").rename(inbox / "within/b.jpg")
        again = take(source)
        assert (again["taken"], again["duplicates"]) == (0, 0)
        assert states(source) == {"within/b.jpg": ("taken", "left")}

    def test_nor_does_a_copy_of_what_was_binned(self, source, take, inbox, picture):
        (inbox / "a.jpg").write_bytes(picture())
        take(source)
        Asset.objects.update(deleted_at="2024-01-01T00:00:00Z")
        (inbox / "copy.jpg").write_bytes(picture())
        again = take(source)
        assert (again["taken"], again["duplicates"]) == (0, 1)
        assert Asset.objects.count() == 1

    def test_other_content_under_an_old_name_is_taken(self, source, take, inbox, picture):
        (inbox / "a.jpg").write_bytes(picture(seed=1))
        take(source)
        (inbox / "a.jpg").write_bytes(picture(seed=2))
        assert take(source)["taken"] == 1

    def test_two_that_change_names_are_both_known(self, source, take, inbox, picture):
        for name in "ab":
            (inbox / f"{name}.jpg").write_bytes(picture(seed=ord(name)))
        take(source)
        (inbox / "a.jpg").rename(inbox / "c.jpg")
        (inbox / "b.jpg").rename(inbox / "a.jpg")
        (inbox / "c.jpg").rename(inbox / "b.jpg")
        again = take(source)
        assert again["taken"] == 0
        assert Asset.objects.count() == 2


class TestTrouble:
    def test_a_folder_that_cannot_be_written_is_left_as_it_is(
        self, source_of, take, inbox, picture, below, monkeypatch
    ):
        def refuse(*_args, **_more):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(folders.moving, "place", refuse)
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        answer = take(source)
        assert answer["taken"] == 1
        assert below() == ["a.jpg"]
        assert states(source) == {"a.jpg": ("taken", "left")}
        source.refresh_from_db()
        assert "cannot be moved to done: Permission denied" in source.state_reason
        assert take(source)["taken"] == 0

    def test_a_folder_that_is_away_is_told_and_nothing_forgotten(
        self, source_of, take, inbox, picture
    ):
        source = source_of(afterwards="leave")
        (inbox / "a.jpg").write_bytes(picture())
        take(source)
        inbox.rename(inbox.with_name("away"))
        assert "is not there" in take(source)["trouble"]
        source.refresh_from_db()
        assert source.state == "unreachable"
        inbox.with_name("away").rename(inbox)
        assert take(source)["taken"] == 0
        source.refresh_from_db()
        assert source.state == "watching"

    def test_an_unmounted_disk_is_told_from_an_empty_folder(self, source_of, take, inbox):
        source = source_of()
        Source.objects.update(mount_point=str(inbox))
        source.refresh_from_db()
        assert "not mounted" in take(source)["trouble"]

    def test_a_full_disk_is_the_source_s_trouble_not_the_file_s(
        self, source_of, take, inbox, picture, monkeypatch, below
    ):
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        real = intake.ingest_file

        def full(**more):
            raise StorageFull("There is no room left in the storage.")

        monkeypatch.setattr(intake, "ingest_file", full)
        assert "no room" in take(source)["trouble"]
        assert below() == ["a.jpg"]
        monkeypatch.setattr(intake, "ingest_file", real)
        assert take(source)["taken"] == 1

    def test_someone_who_lost_the_right_brings_nothing(
        self, source_of, take, inbox, picture, brand_admin, below
    ):
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        brand_admin.memberships.all().delete()
        assert "may not bring files" in take(source)["trouble"]
        assert below() == ["a.jpg"]
        assert Asset.objects.count() == 0

    def test_a_root_that_is_no_longer_allowed_is_not_read(
        self, source_of, take, inbox, picture, settings, tmp_path
    ):
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        settings.LOUPE_WATCH_ROOTS = [tmp_path / "elsewhere"]
        assert "LOUPE_WATCH_ROOTS" in take(source)["trouble"]
        assert Asset.objects.count() == 0

    def test_a_file_that_cannot_be_read_is_told_and_tried_later(
        self, source_of, take, inbox, picture, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture(seed=1))
        (inbox / "b.jpg").write_bytes(picture(seed=2))
        real = folders.opening.file

        def refuse(folder, name):
            if name == "a.jpg":
                raise PermissionError(13, "Permission denied")
            return real(folder, name)

        monkeypatch.setattr(folders.opening, "file", refuse)
        source = source_of()
        assert take(source)["taken"] == 1
        row = source.files.get(key="a.jpg")
        assert (row.state, row.reason) == ("seen", "It cannot be read: Permission denied.")
        source.refresh_from_db()
        assert "a.jpg" in source.state_reason
        monkeypatch.setattr(folders.opening, "file", real)
        assert take(source)["taken"] == 0  # not yet
        source.files.update(not_before=None)
        assert take(source)["taken"] == 1


class TestDeath:
    def test_what_was_taken_but_not_put_away_is_put_away(
        self, source_of, take, inbox, picture, below, monkeypatch
    ):
        (inbox / "a.jpg").write_bytes(picture())
        (inbox / "bad.jpg").write_bytes(b"<html>")
        source = source_of()

        def die(*_args):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(folders.Folder, "put_away", die)
            for _ in range(2):
                with pytest.raises(KeyboardInterrupt):
                    take(source)
        take(source)
        assert Asset.objects.count() == 1
        assert below() == ["done/a.jpg", "failed/bad.jpg", "failed/bad.jpg.reason.txt"]

    def test_a_move_that_was_cut_short_ends_with_one_name(
        self, source_of, take, inbox, picture, below
    ):
        (inbox / "a.jpg").write_bytes(picture())
        (inbox / "done").mkdir()
        os.link(inbox / "a.jpg", inbox / "done/a.jpg")
        take(source_of())
        assert below() == ["done/a.jpg"]

    def test_a_file_that_kills_is_given_up(
        self, source_of, take, inbox, picture, monkeypatch, below
    ):
        (inbox / "poison.jpg").write_bytes(picture())
        source = source_of()
        tries = []

        def die(**more):
            tries.append(True)
            raise SystemExit

        monkeypatch.setattr(intake, "ingest_file", die)
        for _ in range(3):
            with pytest.raises(SystemExit):
                take(source)
        assert take(source)["failed"] == 1
        assert len(tries) == 3
        assert below() == ["failed/poison.jpg", "failed/poison.jpg.reason.txt"]

    def test_two_watchers_do_not_take_a_file_twice(self, source_of, inbox, picture, monkeypatch):
        """Also where the first lost its lock, and the second came while it was at a file."""
        (inbox / "a.jpg").write_bytes(picture())
        source = source_of()
        folder = folders.Folder(source)
        folder.reach()
        (item,) = folder.items()
        first, second = intake.Intake(source, folder), intake.Intake(source, folder)
        real, begun = folders.Folder.open, []

        def overtaken(folder, item):
            if not begun:
                begun.append(True)
                second._take(item, source.files.get())
                (inbox / "done/a.jpg").rename(inbox / "a.jpg")
            return real(folder, item)

        monkeypatch.setattr(folders.Folder, "open", overtaken)
        first._take(item, None)
        assert begun
        assert Asset.objects.count() == 1
        assert source.files.get().state == "taken"


class TestPressure:
    def test_intake_waits_while_the_queue_is_long(
        self, source_of, inbox, picture, settings, monkeypatch, ingest
    ):
        settings.LOUPE_INTAKE_AHEAD = 1
        monkeypatch.setattr(loops, "QUEUE_SECONDS", 0.0)
        monkeypatch.setattr(loops, "PULSE_SECONDS", 0.0)
        ingest(picture(seed=9))
        source = source_of()
        loop = loops.Loop(source)
        seen = []

        def rest(seconds):
            seen.append(Source.objects.get().state)
            if len(seen) == 3:
                Job.objects.all().delete()

        monkeypatch.setattr(loop, "rest", rest)
        assert loop.proceed()
        assert seen == ["held"] * 3

    def test_what_is_more_urgent_does_not_wait_for_what_is_less(
        self, source_of, settings, ingest, picture
    ):
        settings.LOUPE_INTAKE_AHEAD = 1
        ingest(picture(), priority=5)
        loop = loops.Loop(source_of(priority=6))
        loop.rest = lambda seconds: pytest.fail("it waits")
        assert loop.proceed()
