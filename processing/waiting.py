"""Waiting for the queue from a command, with workers of one's own where none is alive."""

import time
from collections.abc import Callable, Collection
from typing import Self

from django.db.models import Exists, OuterRef

from dam.models import Version
from processing import queue
from processing.models import Job
from processing.supervisor import TICK_SECONDS, Supervisor, workers

CHUNK = 5_000


class Workforce:
    """Workers for as long as the block lasts, unless some are alive already."""

    def __init__(self) -> None:
        self._own: Supervisor | None = None

    def __enter__(self) -> Self:
        self._look_after()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._own is not None:
            self._own.stop()

    def _look_after(self) -> None:
        if self._own is not None:
            self._own.tick()
        elif not queue.living_workers():
            self._own = Supervisor(workers())
            self._own.start()

    def _pause(self) -> None:
        self._look_after()
        time.sleep(TICK_SECONDS)

    def wait_for(
        self, versions: Collection[int], tell: Callable[[int], None] = lambda done: None
    ) -> None:
        """Return when these versions (ids) are processed and the library has settled after them.

        `tell` is called with the number that is done. Settling is what the rooms do when the
        queue falls idle; where others keep it busy, that is not waited for.
        """
        waiting = set(versions)
        while waiting := _still_processing(waiting):
            tell(len(versions) - len(waiting))
            self._pause()
        tell(len(versions))
        if self._own is None and queue.unfinished():
            return
        while queue.unfinished() or queue.settle_idle():
            self._pause()


def _still_processing(versions: Collection[int]) -> set[int]:
    """Return those that have no final state yet, or a job to come."""
    jobs = Job.objects.filter(version=OuterRef("pk"), state__in=queue.UNFINISHED)
    ids = sorted(versions)
    busy: set[int] = set()
    for at in range(0, len(ids), CHUNK):
        rows = Version.objects.filter(pk__in=ids[at : at + CHUNK])
        busy.update(rows.filter(state=Version.State.PROCESSING).values_list("pk", flat=True))
        busy.update(rows.filter(Exists(jobs)).values_list("pk", flat=True))
    return busy
