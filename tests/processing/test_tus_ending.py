"""Uploads that somebody must end: left complete, expired, stray; and quotas and locks."""

import os
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from dam import storage
from dam.health import examine
from dam.models import Asset, Version
from processing.errors import TransientError
from processing.models import Job, UploadSession
from processing.uploads import body, finishing, parts, quota, receiving, sweeping
from processing.uploads.throttles import sending
from tests.processing.tus import Tus, checksum


@pytest.fixture
def tus(owner) -> Tus:
    return Tus(owner)


@pytest.fixture
def data(picture) -> bytes:
    return picture(seed=3)


def session_at(place: str) -> UploadSession:
    return UploadSession.objects.get(pk=place.rpartition("/")[2])


@pytest.fixture
def left(tus, data, monkeypatch) -> str:
    """An upload whose last request was killed after its last byte, before it was taken in."""
    place = tus.begin(len(data))
    with monkeypatch.context() as patch:
        patch.setattr("processing.api.tus.finish", lambda session: session)
        assert tus.patch(place, 0, data).status_code == 204
    assert session_at(place).state == "complete"
    assert not Asset.objects.exists()
    return place


class TestWhatWasLeft:
    def test_the_next_look_finishes_it(self, tus, left, data):
        assert tus.offset(left) == len(data)
        assert tus.state(left)["outcome"] == "ingested"
        assert Asset.objects.count() == 1

    def test_the_sweeper_finishes_it(self, tus, left, run_jobs):
        sweeping.sweep()
        assert Job.objects.filter(step="uploads", state="queued").count() == 1
        run_jobs()
        assert session_at(left).outcome == "ingested"
        sweeping.sweep()
        assert not Job.objects.filter(step="uploads", state="queued").exists()

    def test_killed_before_the_commit_it_is_taken_in_anew(self, tus, left, monkeypatch):
        """The original is linked already then, and its part is still there."""

        def killed(*_):
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(finishing, "end", killed)
            with pytest.raises(SystemExit):
                finishing.finish(session_at(left))
        assert not Version.objects.exists()
        assert session_at(left).attempts == 1
        assert tus.state(left)["outcome"] == "ingested"
        assert Version.objects.count() == 1
        assert list(storage.incoming().glob("*.part")) == []

    def test_what_kills_its_process_each_time_is_given_up(self, tus, left, monkeypatch):
        def killed(**_):
            raise SystemExit

        monkeypatch.setattr(finishing, "ingest_file", killed)
        for _ in range(finishing.MOST_ATTEMPTS):
            with pytest.raises(SystemExit):
                finishing.finish(session_at(left))
        state = tus.state(left)
        assert (state["outcome"], state["reason"]) == ("refused", finishing.BROKEN)

    @pytest.mark.parametrize("error", [storage.StorageFull, storage.StorageAway, TransientError])
    def test_a_storage_that_is_full_or_away_is_waited_for(self, tus, left, monkeypatch, error):
        def refuse(**_):
            raise error("Not now.")

        with monkeypatch.context() as patch:
            patch.setattr(finishing, "ingest_file", refuse)
            for _ in range(finishing.MOST_ATTEMPTS + 2):
                assert tus.state(left)["state"] == "complete"
                UploadSession.objects.filter(attempts=0).update(retry_at=None)
            assert tus.state(left)["state"] == "complete"
        sweeping.run()
        assert session_at(left).state == "complete", "it is not tried again at once"
        UploadSession.objects.update(retry_at=timezone.now())
        sweeping.run()
        assert session_at(left).outcome == "ingested"

    def test_the_doctor_tells_of_it_when_no_worker_comes(self, left):
        assert not [found for found in examine() if found.area == "uploads"]
        UploadSession.objects.update(expires_at=timezone.now())
        assert [one.area for one in examine() if "have arrived" in one.sentence] == ["uploads"]

    def test_a_part_that_was_lost_is_told(self, tus, left):
        parts.path_of(session_at(left).pk).unlink()
        assert tus.state(left)["reason"] == finishing.LOST


class TestExpiry:
    @pytest.fixture
    def expired(self, tus) -> str:
        place = tus.begin(10)
        tus.patch(place, 0, b"12345")
        UploadSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        return place

    def test_an_expired_part_is_collected(self, tus, expired):
        sweeping.run()
        assert tus.ask("HEAD", expired).status_code == 410
        assert tus.patch(expired, 5, b"67890").status_code == 410
        assert list(storage.incoming().glob("*.part")) == []

    def test_bytes_that_come_in_time_keep_it(self, tus, expired):
        assert tus.patch(expired, 5, b"678").status_code == 204
        sweeping.run()
        assert tus.offset(expired) == 8

    def test_one_that_is_being_written_is_left(self, tus, expired):
        with parts.held(parts.path_of(session_at(expired).pk)):
            sweeping.run()
        assert session_at(expired).state == "receiving"

    def test_rows_are_forgotten_a_week_after(self, tus, expired):
        sweeping.run()
        assert UploadSession.objects.exists()
        UploadSession.objects.update(expires_at=timezone.now() - sweeping.KEPT)
        sweeping.run()
        assert not UploadSession.objects.exists()

    def test_strays_go_after_an_hour_and_what_is_open_stays(self, tus, owner):
        place = tus.begin(10)
        tus.patch(place, 0, b"12345")
        stray = storage.incoming() / f"stray{storage.PART}"
        stray.write_bytes(b"x")
        ago = time.time() - sweeping.STRAY_SECONDS - 60
        for path in storage.incoming().iterdir():
            os.utime(path, (ago, ago))
        sweeping.run()
        assert not stray.exists()
        assert tus.offset(place) == 5
        assert not [found for found in examine() if "never finished" in found.sentence]


class TestQuota:
    def test_living_originals_and_running_uploads_count(self, tus, data, settings, owner):
        settings.LOUPE_QUOTA_BYTES = 3 * len(data)
        assert tus.create(len(data), data, fields={"filename": "a.jpg"}).status_code == 201
        assert quota.used_by(owner) == len(data)
        place = tus.begin(len(data))
        tus.patch(place, 0, data[:10])
        assert quota.arriving_from(owner) == len(data)
        assert tus.create(len(data)).status_code == 201
        refused = tus.create(1)
        assert refused.status_code == 413
        assert "beyond your quota" in refused.json()["detail"]
        assert tus.ask("DELETE", place).status_code == 204
        assert tus.create(len(data)).status_code == 201

    def test_the_bin_refused_versions_and_doubles_do_not_count(self, tus, data, owner, settings):
        settings.LOUPE_QUOTA_BYTES = 10 * len(data)
        for _ in range(2):
            tus.create(len(data), data, fields={"filename": "a.jpg"})
        assert quota.used_by(owner) == len(data)
        Version.objects.update(state="refused")
        assert quota.used_by(owner) == 0
        Version.objects.update(state="approved")
        Asset.objects.update(deleted_at=timezone.now())
        assert quota.used_by(owner) == 0

    def test_bytes_without_a_length_count_as_they_come(self, tus, settings):
        settings.LOUPE_QUOTA_BYTES = 1000
        place = tus.begin(None, Upload_Defer_Length=1)
        assert tus.patch(place, 0, b"x" * 900).status_code == 204
        assert tus.patch(place, 900, b"x" * 101).status_code == 413
        assert tus.patch(place, 900, b"", Upload_Length=1001).status_code == 413
        assert tus.patch(place, 900, b"", Upload_Length=1000).status_code == 204

    def test_a_form_is_held_to_it_too_and_leaves_no_reservation(self, tus, data, settings, owner):
        from django.core.files.uploadedfile import SimpleUploadedFile

        def send():
            file = SimpleUploadedFile("a.jpg", data)
            return tus.client.post("/api/v1/uploads/", {"file": file}).status_code

        settings.LOUPE_QUOTA_BYTES = len(data) - 1
        assert send() == 413
        settings.LOUPE_QUOTA_BYTES = len(data)
        assert send() == 201
        assert not UploadSession.objects.exists()

    def test_open_uploads_and_beginnings_are_bounded(self, tus, settings):
        settings.LOUPE_UPLOADS_OPEN = 2
        assert [tus.create(5).status_code for _ in range(3)] == [201, 201, 429]
        settings.LOUPE_UPLOADS_OPEN = 200
        settings.LOUPE_UPLOADS_PER_MINUTE = 1
        answers = [tus.create(5) for _ in range(3)]
        assert answers[-1].status_code == 429
        assert int(answers[-1]["Retry-After"]) >= 1

    def test_one_person_does_not_take_every_thread(self, tus, owner, teammate, settings):
        settings.LOUPE_WEB_THREADS = 6
        place = tus.begin(10)
        with sending(owner), sending(owner):
            answer = tus.patch(place, 0, b"x")
            assert (answer.status_code, answer["Retry-After"]) == (429, "2")
            assert Tus(teammate).create(5, b"x").status_code == 201
        assert tus.patch(place, 0, b"x").status_code == 204

    def test_a_full_disk_is_told_before_and_meanwhile(self, tus, monkeypatch, data):
        place = tus.begin(len(data))
        write = parts.Part.write

        def full(self, piece):
            write(self, piece[:100])
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(parts.Part, "write", full)
            answer = tus.patch(place, 0, data)
        assert (answer.status_code, answer["Retry-After"]) == (507, "60")
        assert tus.patch(place, tus.offset(place), data[tus.offset(place) :]).status_code == 204
        assert tus.state(place)["outcome"] == "ingested"
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 10})())
        assert tus.create(5).status_code == 507


class TestWriters:
    def test_a_second_writer_is_told_to_wait(self, tus, monkeypatch):
        monkeypatch.setattr(receiving, "TURN_SECONDS", 0.3)
        place = tus.begin(10)
        with parts.held(parts.path_of(session_at(place).pk)):
            answer = tus.patch(place, 0, b"x")
            assert (answer.status_code, answer["Retry-After"]) == (423, "5")
            assert tus.ask("DELETE", place).status_code == 423
            assert tus.offset(place) == 0
        assert session_at(place).wanted >= 2
        assert tus.patch(place, 0, b"x").status_code == 204

    def test_a_lock_ends_with_its_process(self, tus):
        path = parts.path_of(session_at(tus.begin(10)).pk)
        child = os.fork()
        if child == 0:
            with parts.held(path):
                os.kill(os.getpid(), 9)
        os.waitpid(child, 0)
        with parts.held(path) as part:
            assert part.size == 0

    def test_what_was_not_acknowledged_is_cut_off(self, tus):
        place = tus.begin(10)
        tus.patch(place, 0, b"12345")
        path = parts.path_of(session_at(place).pk)
        path.write_bytes(b"12345garbage of a killed server")
        tus.patch(place, 5, b"678")
        assert path.read_bytes() == b"12345678"

    def test_a_part_shorter_than_its_offset_is_gone(self, tus):
        place = tus.begin(10)
        tus.patch(place, 0, b"12345")
        parts.path_of(session_at(place).pk).write_bytes(b"12")
        assert tus.patch(place, 5, b"678").status_code == 410

    def test_long_bodies_are_acknowledged_on_the_way(self, tus, monkeypatch):
        monkeypatch.setattr(receiving, "SYNC_EVERY", body.PIECE)
        seen = []
        advance = receiving._advance

        def note(session, before, after):
            seen.append((before, after))
            return advance(session, before, after)

        monkeypatch.setattr(receiving, "_advance", note)
        place = tus.begin(body.PIECE * 3)
        tus.patch(place, 0, b"x" * (body.PIECE * 2 + 5))
        assert seen == [(0, body.PIECE), (body.PIECE, 2 * body.PIECE), (2 * body.PIECE, 131077)]
        del seen[:]
        rest = b"x" * (body.PIECE - 5)
        tus.patch(place, 2 * body.PIECE + 5, rest, Upload_Checksum=checksum(rest))
        assert len(seen) == 1, "what a checksum vouches for is acknowledged as a whole"

    def test_a_database_that_is_away_for_good_is_503(self, tus, monkeypatch):
        def away(*_):
            raise OperationalError("the connection is lost")

        place = tus.begin(10)
        monkeypatch.setattr(receiving, "_advance", away)
        answer = tus.patch(place, 0, b"x")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")


class TestBodies:
    class Slow:
        """A sender that gives what it has and then says nothing more."""

        def __init__(self, *given: bytes) -> None:
            self.given = list(given)
            self.silence = threading.Event()

        def read(self, size: int) -> bytes:
            if self.given:
                return self.given.pop(0)
            self.silence.wait(5)
            return b""

    def test_one_that_falls_silent_is_not_waited_for(self, monkeypatch):
        monkeypatch.setattr(body, "SILENCE_SECONDS", 0.2)
        monkeypatch.setattr(body, "LOOK_SECONDS", 0.1)
        got = []
        stream = self.Slow(b"a", b"b")
        pieces = body.Incoming(stream, 10).pieces()
        with pytest.raises(body.Silent):
            got.extend(iter(pieces.__next__, None))
        assert got == [b"a", b"b"], "what came was handed on"

    def test_nor_one_whose_place_somebody_wants(self, monkeypatch):
        monkeypatch.setattr(body, "LOOK_SECONDS", 0.1)
        begun = time.monotonic()
        with pytest.raises(body.Silent):
            list(body.Incoming(self.Slow(b"a"), 10).pieces(wanted=lambda: True))
        assert time.monotonic() - begun < 2

    def test_no_more_is_read_than_was_announced(self):
        assert list(body.Incoming(self.Slow(b"abc", b"more"), 3).pieces()) == [b"abc"]

    def test_a_fast_sender_is_held_back(self, monkeypatch):
        class Endless:
            count = 0

            def read(self, size: int) -> bytes:
                self.count += 1
                return b"x" * size

        stream = Endless()
        incoming = body.Incoming(stream, None)
        next(incoming.pieces())
        time.sleep(0.3)
        assert stream.count <= body.AHEAD + 3
        incoming.close()


@pytest.mark.django_db(transaction=True)
def test_a_quota_holds_against_uploads_that_begin_together(owner, settings):
    settings.LOUPE_QUOTA_BYTES = 100
    answers = []

    def begin():
        answers.append(Tus(owner).create(30).status_code)
        connection.close()

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] * 3 + [413] * 5


@pytest.mark.django_db(transaction=True)
def test_the_same_file_many_times_at_once_is_one_asset(owner, picture):
    data = picture(seed=5)
    outcomes = []

    def send():
        tus = Tus(owner)
        place = tus.create(len(data), data, fields={"filename": "a.jpg"})["Location"]
        outcomes.append(tus.state(place)["outcome"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["duplicate"] * 9 + ["ingested"]
    assert Asset.objects.count() == 1
