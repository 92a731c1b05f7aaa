"""The watcher as it runs: threads, events, pauses, folders that go and come back."""

import shutil
import threading
import time

import pytest
from django.db import connection

from dam.models import Asset
from processing.models import Source, SourceFile
from processing.sources import loops, watcher
from processing.sources.folder_loop import FolderLoop
from processing.sources.watcher import Watcher, WatcherBroken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watch(monkeypatch):
    """A watcher in a thread; it is stopped, and its end waited for."""
    monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(loops, "PULSE_SECONDS", 0.2)
    started = []

    def start() -> Watcher:
        made = Watcher()

        def run() -> None:
            try:
                made.run()
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        started.append((made, thread))
        return made

    yield start
    for made, thread in started:
        made.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


def until(condition, seconds=20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def taken(number: int):
    return lambda: SourceFile.objects.filter(state="taken", place="done").count() == number


def test_files_are_taken_as_they_arrive(watch, source_of, inbox, picture):
    (inbox / "before.jpg").write_bytes(picture(seed=1))
    source_of(poll_seconds=3600)
    watch()
    assert until(taken(1))
    (inbox / "after.jpg").write_bytes(picture(seed=2))
    assert until(taken(2)), "the event was not heard"
    folder = inbox.parent / "made elsewhere"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/moved.jpg").write_bytes(picture(seed=3))
    folder.rename(inbox / "moved")
    assert until(taken(3)), "a folder that was moved in was not looked into"
    draft = inbox / "x.part"
    draft.write_bytes(picture(seed=4))
    draft.rename(inbox / "x.jpg")
    assert until(taken(4)), "a file that got its name at the end was not seen"
    assert Source.objects.get().state == "watching"


def test_polling_finds_them_too(watch, source_of, inbox, picture):
    source_of(looking="poll", poll_seconds=2)
    watch()
    assert until(lambda: Source.objects.get().scanned_at)
    (inbox / "a.jpg").write_bytes(picture())
    assert until(taken(1))


def test_sources_come_pause_and_go_while_it_runs(watch, source_of, inbox, picture):
    running = watch()
    source = source_of()
    assert until(lambda: source.pk in running.loops)
    Source.objects.update(active=False)
    assert until(lambda: not running.loops)
    (inbox / "a.jpg").write_bytes(picture())
    time.sleep(0.5)
    assert Asset.objects.count() == 0
    Source.objects.update(active=True)
    assert until(taken(1))
    Source.objects.all().delete()
    assert until(lambda: not running.loops)


def test_a_folder_that_goes_comes_back_by_itself(watch, source_of, inbox, picture, monkeypatch):
    monkeypatch.setattr(loops, "FIRST_PATIENCE", 0.2)
    source_of(poll_seconds=3600)
    watch()
    assert until(lambda: Source.objects.get().scanned_at)
    inbox.rename(inbox.with_name("away"))
    assert until(lambda: Source.objects.get().state == "unreachable")
    (inbox.with_name("away") / "a.jpg").write_bytes(picture(seed=1))
    inbox.with_name("away").rename(inbox)
    assert until(taken(1))
    shutil.rmtree(inbox)
    assert until(lambda: Source.objects.get().state == "unreachable")
    inbox.mkdir()
    (inbox / "b.jpg").write_bytes(picture(seed=2))
    assert until(taken(2))
    (inbox / "c.jpg").write_bytes(picture(seed=3))
    assert until(taken(3)), "it no longer hears"


def test_changed_settings_are_gone_by(watch, source_of, inbox, picture):
    source_of(include=["*.png"])
    watch()
    assert until(lambda: Source.objects.get().scanned_at)
    (inbox / "a.jpg").write_bytes(picture())
    time.sleep(0.6)
    assert Asset.objects.count() == 0
    Source.objects.update(include=[])
    assert until(taken(1))


def test_a_scan_is_made_when_it_is_asked_for(watch, source_of, inbox, brand_admin):
    from processing.sources.actions import ask_to_scan

    source = source_of(poll_seconds=3600)
    watch()
    assert until(lambda: Source.objects.get().scanned_at)
    first = Source.objects.get().scanned_at
    ask_to_scan(source=source, user=brand_admin)
    assert until(lambda: Source.objects.get().scanned_at > first)


def test_a_second_watcher_stands_by_and_takes_over(source_of, inbox, picture, watch):
    source = source_of()
    with FolderLoop(source).alone() as held:
        assert held
        watch()
        (inbox / "a.jpg").write_bytes(picture())
        time.sleep(1.0)
        assert Asset.objects.count() == 0
        assert watcher.once(source)["taken"] == 1  # we hold it: same session
    (inbox / "b.jpg").write_bytes(picture(seed=5))
    assert until(taken(2))


def test_a_fault_of_ours_ends_the_process(source_of, inbox, monkeypatch):
    def fail(self):
        raise RuntimeError("a fault")

    monkeypatch.setattr(FolderLoop, "work", fail)
    monkeypatch.setattr(watcher, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    source_of()
    with pytest.raises(WatcherBroken, match="source"):
        Watcher().run()
