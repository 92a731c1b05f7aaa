"""Ingest: what comes in, what is recognised, what is refused, and what is made of it."""

import io
import json
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from dam import storage
from dam.actions.collections import create_collection
from dam.actions.library import title_of
from dam.models import Asset, Version
from dam.storage.mark import MARK
from processing.actions import clean_name, ingest_file
from processing.models import Job

PIPELINE = ["validate", "metadata", "renditions", "facts", "fingerprint"]


def run_steps(version, names=PIPELINE) -> None:
    """Run steps directly: this file is not about the queue."""
    from processing import steps

    for name in names:
        steps.get(name).run([version])


class TestArrival:
    def test_a_picture_becomes_an_asset_with_a_version_and_a_first_job(self, ingest, picture):
        data = picture((640, 400))
        outcome = ingest(data, "Autumn_walk.jpg")
        assert outcome.outcome == "ingested"
        version = outcome.version
        assert (version.width, version.height, version.media_type) == (640, 400, "image/jpeg")
        assert outcome.asset.title == "Autumn walk"
        assert outcome.asset.current_version == version
        assert storage.path_of(version.blob.key).read_bytes() == data
        assert list(Job.objects.values_list("step", flat=True)) == ["validate"]

    def test_the_same_bytes_are_a_duplicate_of_a_named_asset(self, ingest, picture):
        first = ingest(picture(seed=1), "a.jpg")
        again = ingest(picture(seed=1), "b.jpg")
        assert (again.outcome, again.asset) == ("duplicate", first.asset)
        assert str(first.asset.pk) in again.reason
        assert Asset.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"<html><script>alert(1)</script>", "not a picture"),
            (b"%PDF-1.7\n%", "not a picture"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 40, "incomplete"),
        ],
    )
    def test_what_is_no_picture_is_refused_in_words(self, ingest, data, words):
        outcome = ingest(data, "evil.jpg")
        assert outcome.outcome == "refused"
        assert words in outcome.reason
        assert Asset.objects.count() == 0
        assert {p.name for p in storage.root().rglob("*") if p.is_file()} <= {MARK}

    def test_too_many_pixels_are_refused_from_the_header(self, ingest, picture, settings):
        settings.LOUPE_MAX_PIXELS = 1000
        outcome = ingest(picture((100, 100)))
        assert outcome.outcome == "refused"
        assert "10,000 pixels" in outcome.reason

    def test_too_many_bytes_are_refused(self, ingest, picture, settings):
        settings.LOUPE_MAX_UPLOAD_BYTES = 1024
        assert "larger than" in ingest(picture()).reason

    @pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
    def test_each_format_goes_all_the_way(self, ingest, picture, format):
        version = ingest(picture((700, 500), format=format), f"x.{format}").version
        run_steps(version)
        version.refresh_from_db()
        sizes = dict(version.renditions.values_list("purpose", "width"))
        assert sizes == {"thumbnail": 400, "preview": 700, "large": 700}
        assert version.facts.orientation == "landscape"
        assert version.facts.perceptual_hash is not None
        assert version.palette.count() >= 1
        assert version.placeholder

    def test_a_file_that_lies_complete_is_moved(
        self, owner, picture, django_capture_on_commit_callbacks
    ):
        lying = storage.incoming() / "complete"
        lying.write_bytes(picture())
        with django_capture_on_commit_callbacks(execute=True):
            outcome = ingest_file(source=lying, file_name="a.jpg", user=owner)
        assert storage.backend().size(outcome.version.blob.key)
        assert not lying.exists()

    def test_a_complete_file_that_is_refused_is_left_to_its_owner(self, owner):
        lying = storage.incoming() / "complete"
        lying.write_bytes(b"<html>")
        outcome = ingest_file(source=lying, file_name="a.jpg", user=owner)
        assert outcome.outcome == "refused"
        assert lying.read_bytes() == b"<html>"

    @pytest.mark.parametrize("who", ["viewer", "outsider"])
    def test_others_may_not(self, who, request, ingest):
        with pytest.raises(PermissionDenied):
            ingest(user=request.getfixturevalue(who))
        assert Asset.objects.count() == 0

    @pytest.mark.django_db(transaction=True)
    def test_the_same_file_from_many_at_once_is_one_asset(self, owner, brand, picture):
        data, barrier, outcomes = picture(), threading.Barrier(8), []

        def bring():
            barrier.wait()
            outcomes.append(
                ingest_file(
                    source=io.BytesIO(data), file_name="x.jpg", user=owner, brand=brand
                ).outcome
            )
            connection.close()

        threads = [threading.Thread(target=bring) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["duplicate"] * 7 + ["ingested"]
        assert Asset.objects.count() == Version.objects.count() == 1


class TestWhatComesWithAFile:
    @pytest.fixture
    def collection(self, owner):
        return create_collection(user=owner, name="Spring")

    def test_tags_collection_and_priority_are_there_at_once(self, ingest, collection):
        outcome = ingest(
            tags=["Kraken Bay", "Q7 launch"], collection=collection, priority=8, sidecar=b"<x"
        )
        tags = outcome.asset.tags.values_list("term__name", "source", "state")
        assert set(tags) == {
            ("kraken bay", "import", "accepted"),
            ("q7 launch", "import", "accepted"),
        }
        assert list(collection.assets.all()) == [outcome.asset]
        assert set(Job.objects.values_list("priority", flat=True)) == {8}

    def test_a_next_version_brings_them_too(self, ingest, picture, collection):
        asset = ingest(picture(seed=1)).asset
        version = ingest(
            picture(seed=2), asset=asset, tags=["kraken bay"], collection=collection, priority=1
        ).version
        assert asset.tags.get().term.name == "kraken bay"
        assert list(collection.assets.all()) == [asset]
        assert set(version.jobs.values_list("priority", flat=True)) == {1}

    def test_a_duplicate_gets_them_where_one_may(self, ingest, picture, collection):
        asset = ingest(picture(seed=1)).asset
        again = ingest(picture(seed=1), tags=["kraken bay"], collection=collection, priority=9)
        assert again.outcome == "duplicate"
        assert asset.tags.get().term.name == "kraken bay"
        assert list(collection.assets.all()) == [asset]
        assert set(Job.objects.values_list("priority", flat=True)) == {5}

    def test_a_duplicate_of_another_s_stays_as_it_is(self, ingest, picture, teammate):
        asset = ingest(picture(seed=1)).asset
        mine = create_collection(user=teammate, name="Mine")
        again = ingest(picture(seed=1), user=teammate, tags=["kraken bay"], collection=mine)
        assert again.outcome == "duplicate"
        assert not asset.tags.exists()
        assert not mine.assets.exists()

    def test_another_s_collection_is_refused_before_anything_is_kept(
        self, ingest, collection, teammate
    ):
        with pytest.raises(PermissionDenied):
            ingest(user=teammate, collection=collection)
        assert Asset.objects.count() == 0

    @pytest.mark.parametrize("wrong", [{"tags": ["x" * 121]}, {"priority": 11}])
    def test_what_makes_no_sense_is_told_before_anything_is_kept(self, ingest, wrong):
        with pytest.raises(ValueError, match=r"120 characters|1 to 10"):
            ingest(**wrong)
        assert Asset.objects.count() == 0
        assert {p.name for p in storage.root().rglob("*") if p.is_file()} <= {MARK}

    def test_all_is_written_or_nothing(self, ingest, collection, monkeypatch):
        def fail(**more):
            raise OSError("away")

        monkeypatch.setattr("processing.actions.collections.add_assets", fail)
        with pytest.raises(OSError, match="away"):
            ingest(collection=collection)
        assert Asset.objects.count() == Job.objects.count() == 0


class TestVersions:
    def test_a_new_version_is_processed_too(self, ingest, picture):
        asset = ingest(picture(seed=1)).asset
        outcome = ingest(picture(seed=2), "better.jpg", asset=asset, note="Sharper")
        assert (outcome.version.number, outcome.version.note) == (2, "Sharper")
        assert Job.objects.filter(version=outcome.version, step="validate").exists()

    def test_the_bytes_of_the_current_version_are_no_new_version(self, ingest, picture):
        asset = ingest(picture(seed=1)).asset
        assert ingest(picture(seed=1), asset=asset).outcome == "duplicate"

    def test_bytes_that_are_being_checked_do_not_come_twice(self, ingest, picture):
        asset = ingest(picture(seed=1)).asset
        Version.objects.update(state="approved")
        second = ingest(picture(seed=2), asset=asset).version
        again = ingest(picture(seed=2), asset=asset)
        assert (again.outcome, again.version) == ("duplicate", second)
        assert asset.versions.count() == 2

    def test_a_teammate_may_not(self, ingest, picture, teammate):
        asset = ingest(picture(seed=1)).asset
        with pytest.raises(PermissionDenied):
            ingest(picture(seed=2), asset=asset, user=teammate)


class TestSteps:
    def test_twice_is_harmless(self, ingest, picture):
        version = ingest(picture()).version
        run_steps(version)
        made = list(version.renditions.values_list("pk", "sha256").order_by("pk"))
        run_steps(version)
        assert list(version.renditions.values_list("pk", "sha256").order_by("pk")) == made
        assert not list(storage.incoming().iterdir())

    def test_a_lost_rendition_is_made_again(self, ingest, picture):
        version = ingest(picture()).version
        run_steps(version)
        thumbnail = storage.path_of(version.renditions.get(purpose="thumbnail").key)
        thumbnail.unlink()
        run_steps(version, ["renditions"])
        assert thumbnail.exists()

    def test_a_cut_file_is_refused_by_the_worker_and_kept(self, ingest, picture, run_jobs):
        whole = picture((1200, 900))
        outcome = ingest(whole[: len(whole) // 2])
        assert outcome.outcome == "ingested"  # its header is fine: only decoding tells
        run_jobs()
        version = Version.objects.get()
        assert version.state == "refused"
        assert "incomplete" in version.state_reason
        assert storage.path_of(version.blob.key).exists()

    def test_a_refused_file_may_come_again(self, ingest, picture, run_jobs):
        torn = picture((1200, 900))[:20_000]
        ingest(torn)
        run_jobs()
        assert ingest(torn).outcome == "ingested"

    def test_metadata_lands_on_the_version(self, ingest):
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = "Nikon", "Nikon Z 8"
        exif[0x010E] = "Boats at dawn"
        exif.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
        Image.new("RGB", (640, 480), "teal").save(file, "JPEG", exif=exif)
        outcome = ingest(file.getvalue())
        run_steps(outcome.version)
        outcome.version.refresh_from_db()
        outcome.asset.refresh_from_db()
        assert outcome.version.camera == "Nikon Z 8"
        assert outcome.version.captured_at.isoformat() == "2024-05-06T07:08:09+00:00"
        assert outcome.asset.description == "Boats at dawn"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a b.jpg", "a b.jpg"),
        ("evil\x00\r\n.jpg", "evil.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "unnamed"),
        ("日本の写真.jpg", "日本の写真.jpg"),
    ],
)
def test_file_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("chelsea-the-cat.png", "Chelsea the cat"),
        ("Autumn_walk.jpg", "Autumn walk"),
        ("A - B.jpg", "A - B"),
        ("---.jpg", "---"),
        (".jpg", ".jpg"),
    ],
)
def test_titles_come_from_file_names(name, title):
    assert title_of(name) == title


def test_long_names_keep_their_ending():
    assert len(clean_name("x" * 999 + ".jpeg")) <= 300
    assert clean_name("x" * 999 + ".jpeg").endswith(".jpeg")


class TestCommand:
    def ask(self, *words) -> dict:
        out = io.StringIO()
        call_command("ingest", *map(str, words), "--json", stdout=out)
        return json.loads(out.getvalue())

    def test_each_file_has_an_outcome(self, db, tmp_path, picture):
        (tmp_path / "sub").mkdir()
        (tmp_path / "a.jpg").write_bytes(picture(seed=1))
        (tmp_path / "sub" / "b.jpg").write_bytes(picture(seed=1))
        (tmp_path / "c.png").write_text("no picture")
        (tmp_path / ".hidden.jpg").write_bytes(picture(seed=2))
        answer = self.ask(tmp_path)
        assert answer["counts"] == {"ingested": 1, "duplicate": 1, "described": 0, "refused": 1}
        by_name = {line["path"].rsplit("/", 1)[1]: line for line in answer["files"]}
        assert by_name["a.jpg"]["asset"] == by_name["b.jpg"]["asset"]
        assert by_name["c.png"]["asset"] is None
        assert by_name["c.png"]["reason"]
        assert answer["seconds"] >= 0

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["/no/such/file"], "no such file"),
            (["{tmp}"], "no files"),
            (["{tmp}", "--brand", "nope"], "no files|no brand"),
        ],
    )
    def test_bad_input_is_an_error_in_words(self, db, tmp_path, words, sentence):
        with pytest.raises(CommandError, match=sentence):
            self.ask(*(word.format(tmp=tmp_path) for word in words))

    def test_unknown_names_are_named(self, db, tmp_path, picture):
        (tmp_path / "a.jpg").write_bytes(picture())
        with pytest.raises(CommandError, match="nobody called 'ghost'"):
            self.ask(tmp_path, "--user", "ghost")
