"""Renditions that an earlier recipe made: told, made anew, and gone with what they carried."""

import pytest

from dam.models import Rendition
from dam.storage import path_of
from processing import checkup
from processing.models import Job
from processing.renditions.making import LADDER, RenditionSpec
from processing.steps import renditions
from tests.processing.test_metadata import camera_exif

EARLIER = (*LADDER[:2], RenditionSpec("large", 2048, quality=82, keep_metadata=True))


@pytest.fixture
def version(ingest, run_jobs, picture, monkeypatch):
    """One whose large rendition is as it was before metadata was left to downloads."""
    with monkeypatch.context() as earlier:
        earlier.setattr(renditions, "LADDER", EARLIER)
        made = ingest(picture((900, 600), exif=camera_exif())).version
        run_jobs()
    return made


def files(version) -> dict[str, bytes]:
    return {row.purpose: path_of(row.key).read_bytes() for row in version.renditions.all()}


def test_they_are_told_made_anew_and_removed(version, run_jobs):
    before = files(version)
    old = path_of(version.renditions.get(purpose="large").key)
    assert b"EXIF" in before["large"]
    assert checkup.with_earlier_rendition() == {version.pk}
    assert "earlier recipe" in next(checkup.renditions()).sentence
    assert "1 pictures" in checkup.make_renditions()
    run_jobs()
    after = files(version)
    assert after.keys() == before.keys()
    assert b"EXIF" not in after["large"]
    assert not old.exists()
    assert version.renditions.count() == 3
    assert {purpose for purpose in after if after[purpose] == before[purpose]} == {
        "thumbnail",
        "preview",
    }
    assert list(checkup.renditions()) == []
    assert not Job.objects.exclude(state="done").exists()


def test_one_of_another_engine_goes_too(version, run_jobs):
    Rendition.objects.filter(purpose="preview").update(engine_version="0")
    checkup.make_renditions()
    run_jobs()
    assert version.renditions.count() == 3
    assert set(version.renditions.values_list("engine_version", flat=True)) == {"1"}
    assert len(files(version)) == 3


def test_an_earlier_one_stays_until_todays_are_there(version, run_jobs, monkeypatch):
    def refuse(*_args):
        raise renditions.sandbox.Unavailable("No cell can be had.")

    monkeypatch.setattr(renditions, "_make", refuse)
    with pytest.raises(renditions.sandbox.Unavailable):
        renditions.run([version])
    assert b"EXIF" in files(version)["large"]
