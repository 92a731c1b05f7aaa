"""Sidecars that come to a folder after their picture was taken from it."""

import os
import time

import pytest

from dam.models import Asset
from processing.models import Source, SourceFile
from processing.sources import late
from tests.processing.test_sidecars import SIDECAR


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch):
    monkeypatch.setattr(late, "PATIENCE", 1)


@pytest.fixture
def drop(inbox):
    """Put a file into the inbox and let it rest."""

    def put(name: str, data: bytes) -> None:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(data)
        time.sleep(0.25)

    return put


@pytest.mark.parametrize("name", ["a.xmp", "a.jpg.xmp"])
def test_it_is_applied_and_follows_its_picture(
    source_of, take, drop, picture, below, run_jobs, name
):
    source = source_of()
    drop("shoot/a.jpg", picture())
    take(source)
    drop(f"shoot/{name}", SIDECAR)
    answer = take(source)
    assert (answer["taken"], answer["failed"]) == (0, 0)
    assert below() == ["done/shoot/a.jpg", f"done/shoot/{name}"]
    run_jobs()
    asset = Asset.objects.get()
    assert (asset.title, asset.credit) == ("Title beside", "Sidecar agency")
    row = SourceFile.objects.get(key=f"shoot/{name}")
    assert (row.state, row.place, row.asset) == ("taken", "done", asset)
    assert "shoot/a.jpg: it filled title" in row.reason


def test_left_in_place_it_is_looked_at_once_and_again_when_it_changed(
    source_of, take, drop, picture, monkeypatch
):
    source = source_of(afterwards="leave")
    drop("a.jpg", picture())
    drop("a.xmp", SIDECAR)
    take(source)
    assert Asset.objects.get().versions.get().sidecar.size == len(SIDECAR)
    take(source)  # it is remembered now
    calls = []
    real = late.apply_sidecar
    monkeypatch.setattr(
        late, "apply_sidecar", lambda **more: calls.append(more["data"]) or real(**more)
    )
    take(source)
    assert calls == []
    newer = SIDECAR + b" "
    drop("a.xmp", newer)
    take(source)
    assert calls == [newer]
    assert Asset.objects.get().versions.get().sidecar.size == len(newer)
    source = Source.objects.get()
    assert (source.taken, source.duplicates, source.failed) == (1, 0, 0)


def test_beside_its_picture_it_waits_for_that_one(source_of, take, drop, picture, inbox, below):
    """A second file of the same name brings its own sidecar: the first keeps its words."""
    source = source_of()
    drop("a.jpg", picture(seed=1))
    take(source)
    drop("a.xmp", SIDECAR)
    (inbox / "a.jpg").write_bytes(picture(seed=2))
    os.utime(inbox / "a.jpg")
    take(source)
    first, second = Asset.objects.order_by("pk")
    assert first.versions.get().sidecar is None
    assert second.versions.get().sidecar is not None
    assert below() == ["done/a (2).jpg", "done/a.jpg", "done/a.xmp"]


def test_without_a_taken_picture_it_waits(source_of, take, drop, below):
    drop("a.xmp", SIDECAR)
    take(source_of())
    assert below() == ["a.xmp"]
    assert not SourceFile.objects.exists()


def test_one_that_cannot_be_read_fails_with_the_reason(
    source_of, take, drop, picture, below, inbox
):
    source = source_of()
    drop("a.jpg", picture())
    take(source)
    drop("a.xmp", b"rubbish")
    assert take(source)["failed"] == 1
    assert below() == ["done/a.jpg", "failed/a.xmp", "failed/a.xmp.reason.txt"]
    assert "damaged" in (inbox / "failed/a.xmp.reason.txt").read_text()


def test_what_the_bringer_may_not_change_stays_as_it_is(
    source_of, take, drop, picture, below, owner, teammate, brand_admin
):
    source = source_of()
    drop("a.jpg", picture())
    take(source)
    Source.objects.update(bringer=teammate)
    source.refresh_from_db()
    drop("a.xmp", SIDECAR)
    assert take(source)["failed"] == 1
    assert Asset.objects.get().versions.get().sidecar is None


def test_it_rests_longer_than_a_picture(source_of, take, drop, picture, below, monkeypatch):
    monkeypatch.setattr(late, "PATIENCE", 100)
    source = source_of()
    drop("a.jpg", picture())
    take(source)
    drop("a.xmp", SIDECAR)
    begun = time.monotonic()
    assert take(source)["waiting"] == 0
    assert time.monotonic() - begun < 5  # a pass does not wait for it
    assert below() == ["a.xmp", "done/a.jpg"]
