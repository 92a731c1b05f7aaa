"""The watcher: one process, one thread for each active source."""

import logging
import threading
import time
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from processing.models import Source
from processing.sources.bucket_loop import BucketLoop
from processing.sources.errors import SourceTrouble
from processing.sources.folder_loop import FolderLoop
from processing.sources.loops import Loop

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
STOP_SECONDS = 15.0  # less than the supervisor grants
KINDS: dict[str, type[Loop]] = {Source.Kind.FOLDER: FolderLoop, Source.Kind.S3: BucketLoop}


class WatcherBroken(RuntimeError):
    """A thread ended by a fault of ours: the process ends too, and is started anew."""


class Watcher:
    """Starts and stops loops as sources are added, paused and removed."""

    def __init__(self) -> None:
        self.loops: dict[int, Loop] = {}
        self._stop = threading.Event()

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Watch until `stop`. Raises WatcherBroken."""
        try:
            while not self._stop.is_set():
                self._look()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end(list(self.loops))

    def _look(self) -> None:
        # Said here, since a thread may be at a large file, or wait for a bucket, for long.
        at_work = [pk for pk, loop in self.loops.items() if loop.at_work]
        try:
            Source.objects.filter(pk__in=at_work).update(seen_at=timezone.now())
            sources = {one.pk: one for one in Source.objects.filter(active=True)}
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer: %s", error)
            connection.close()
            return
        self._end([pk for pk in self.loops if pk not in sources])
        for pk, source in sources.items():
            if pk not in self.loops:
                self.loops[pk] = KINDS[source.kind](source)
                self.loops[pk].start()
        dead = [loop.name for loop in self.loops.values() if not loop.is_alive()]
        if dead:
            raise WatcherBroken(f"these threads ended: {', '.join(dead)}")

    def _end(self, pks: list[int]) -> None:
        ending = [self.loops.pop(pk) for pk in pks]
        for loop in ending:
            loop.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        for loop in ending:
            loop.join(timeout=max(0.0, end - time.monotonic()))


def once(source: Source) -> dict[str, Any]:
    """Take what a source has now, and say what became of it."""
    loop = KINDS[source.kind](source)
    loop.once = True
    source.refresh_from_db()
    before = _counts(source)
    trouble = ""
    with loop.alone() as alone:
        if not alone:
            trouble = "Another watcher is at it."
        elif loop.reload():
            try:
                loop.pass_once()
            except SourceTrouble as error:
                loop.tell(error)
                trouble = str(error)
    source.refresh_from_db()
    after = _counts(source)
    gained = {name: after[name] - before[name] for name in after}
    told = trouble or loop.trouble
    return {"source": source.name, **gained, "waiting": loop.waiting, "trouble": told}


def _counts(source: Source) -> dict[str, int]:
    return {name: getattr(source, name) for name in ("taken", "duplicates", "failed")}
