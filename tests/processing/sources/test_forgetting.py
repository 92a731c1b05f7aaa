"""What sources forget, and what they never do."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from dam.models import Asset
from processing.models import Source, SourceFile
from processing.sources.forgetting import forget

LONG = timedelta(days=91)


def long_ago(**more) -> None:
    """Let everything that happened have happened long ago."""
    moment = timezone.now() - LONG
    SourceFile.objects.exclude(settled_at=None).update(settled_at=moment)
    SourceFile.objects.exclude(present_at=None).update(present_at=moment)
    Source.objects.exclude(census_at=None).update(census_at=moment)


def keys() -> list[str]:
    return sorted(SourceFile.objects.values_list("key", flat=True))


def test_files_that_were_put_away_are_forgotten_after_the_time(source_of, take, inbox, picture):
    (inbox / "a.jpg").write_bytes(picture())
    (inbox / "bad.jpg").write_bytes(b"<html>")
    source = source_of()
    take(source)
    assert forget() == ""
    assert keys() == ["a.jpg", "bad.jpg"]
    long_ago()
    assert forget().startswith("2 files")
    assert keys() == []
    # What is forgotten is not doubled: the library knows its bytes.
    (inbox / "done/a.jpg").rename(inbox / "a.jpg")
    assert take(source)["duplicates"] == 1
    assert Asset.objects.count() == 1


def test_what_is_to_be_taken_is_not_forgotten(source_of, take, inbox):
    (inbox / "bad.jpg").write_bytes(b"<html>")
    source = source_of()
    take(source)
    long_ago()
    source.files.update(state="seen")  # tried again
    assert forget() == ""


class TestLeft:
    @pytest.fixture
    def source(self, source_of, take, inbox, picture):
        """A source whose one file was taken long ago and left in place."""
        (inbox / "a.jpg").write_bytes(picture())
        made = source_of(afterwards="leave")
        take(made)
        long_ago()
        return made

    def test_what_lies_there_is_remembered_for_good(self, source, take):
        for _ in range(3):
            take(source)
            assert forget() == ""
            long_ago()
        Asset.objects.update(deleted_at=timezone.now())
        assert take(source)["taken"] == 0

    def test_what_went_is_forgotten_when_it_was_missed_for_long(self, source, take, inbox):
        (inbox / "a.jpg").unlink()
        assert forget() == "", "nobody has looked since"
        take(source)
        assert forget().startswith("1 files")
        assert keys() == []

    def test_what_went_lately_is_not(self, source, take, inbox):
        take(source)  # it was there just now
        (inbox / "a.jpg").unlink()
        Source.objects.update(census_at=timezone.now() - timedelta(days=2))
        take(source)
        assert forget() == ""

    def test_nothing_is_while_the_folder_is_away(self, source, take, inbox):
        inbox.rename(inbox.with_name("away"))
        assert "is not there" in take(source)["trouble"]
        assert forget() == ""
        inbox.with_name("away").rename(inbox)
        assert take(source)["taken"] == 0
        assert forget() == ""

    def test_a_look_that_was_cut_short_does_not_count(self, source, take, inbox, monkeypatch):
        (inbox / "a.jpg").unlink()
        (inbox / "b.jpg").write_bytes(b"<html>")
        time.sleep(0.3)  # until it is at rest
        before = Source.objects.get().census_at
        monkeypatch.setattr("processing.sources.intake.Intake._consider", lambda *_: False)
        take(source)
        assert Source.objects.get().census_at == before
        assert forget() == ""

    def test_only_one_look_a_day_writes(self, source, take):
        take(source)
        noted = source.files.get().present_at
        assert timezone.now() - noted < timedelta(minutes=1)
        take(Source.objects.get())
        assert source.files.get().present_at == noted
