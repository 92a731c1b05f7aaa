"""What a worker does with a token: claim the best jobs and run them, for a bounded while."""

import functools
import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Sequence

import psutil
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from dam.storage import StorageAway, StorageError, StorageFull
from dam.storage.places import NO_ROOM
from processing import queue, steps
from processing.errors import ProcessingError
from processing.models import ErrorCategory, Job, WorkerBeat

log = logging.getLogger(__name__)

SLICE_SECONDS = 5.0  # then the token is passed on, so that a worker can be stopped soon
BEAT_SECONDS = 5.0
INTERNAL = "Something went wrong inside Loupe; the details are in the activity log."
FULL = "There is no room left on the disk; this goes on when there is."
TOO_LONG = "This step took longer than its limit of {limit} seconds."
TOO_BIG = "This step needed more memory than its limit of {limit} MiB."


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def work() -> int:
    """Run jobs until none is left or the slice is over; return how many were run."""
    name, count = worker_name(), 0
    end = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < end:
        jobs = queue.claim(name)
        if not jobs:
            if not queue.settle_idle():
                return count
            continue
        count += len(jobs)
        with heart().working_on(jobs):
            run(jobs)
    queue.send_token()
    return count


def run(jobs: Sequence[Job]) -> None:
    """Run claimed jobs of one step together; where that fails, each alone."""
    step = steps.get(jobs[0].step)
    versions = [job.version for job in jobs if job.version is not None]
    begun = time.perf_counter()
    try:
        step.run(versions, *([jobs[0].subject] if step.by_subject else []))
    except Exception as error:  # noqa: BLE001 - the edge of the worker: every failure is recorded
        if len(jobs) > 1:
            for job in jobs:
                run([job])
            return
        _record_failure(jobs[0], error)
        return
    each = (time.perf_counter() - begun) * 1000 / len(jobs)
    for job in jobs:
        queue.finish(job, milliseconds=each)


def _record_failure(job: Job, error: Exception) -> None:
    if isinstance(error, ProcessingError):
        queue.fail(job, category=error.category, sentence=error.sentence, detail=error.detail)
        return
    if isinstance(error, StorageAway | StorageFull) or _is_full(error):
        queue.postpone(job, sentence=FULL if _is_full(error) else str(error))
        return
    if isinstance(error, StorageError):
        queue.fail(job, category=ErrorCategory.INTERNAL, sentence=str(error))
        return
    if isinstance(error, MemoryError):
        sentence, category = "There was not enough memory for this step.", ErrorCategory.RESOURCE
    else:
        sentence, category = INTERNAL, ErrorCategory.INTERNAL
    log.error("job %s (%s) failed", job.pk, job.step, exc_info=error)
    queue.fail(job, category=category, sentence=sentence, detail=traceback.format_exc())


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in NO_ROOM


@functools.cache
def heart() -> "Heart":
    """Return this process's heart."""
    return Heart()


class Heart:
    """Keeps the leases of what the worker is doing, and ends a worker that is beyond its limits.

    It beats in a thread of its own, as long as the process lives: decoders and encoders release
    the interpreter while they work. Where nobody starts it (in a test, in a command that works by
    itself) the leases are simply not renewed.
    """

    def __init__(self) -> None:
        self.name = worker_name()
        self._jobs: list[Job] = []
        self._since = 0.0
        self._done = 0
        self._lock = threading.Lock()
        self._started = timezone.now()

    def start(self) -> None:
        threading.Thread(target=self._beat, name="heart", daemon=True).start()

    def working_on(self, jobs: Sequence[Job]) -> "Heart.Work":
        return Heart.Work(self, jobs)

    class Work:
        """The time during which some jobs are being run."""

        def __init__(self, heart: "Heart", jobs: Sequence[Job]) -> None:
            self.heart, self.jobs = heart, list(jobs)

        def __enter__(self) -> None:
            with self.heart._lock:
                self.heart._jobs, self.heart._since = self.jobs, time.monotonic()

        def __exit__(self, *exception: object) -> None:
            with self.heart._lock:
                self.heart._jobs = []
                self.heart._done += len(self.jobs)

    def _beat(self) -> None:
        while True:
            try:
                self._tell()
            except (OperationalError, InterfaceError):
                # The database is away for a moment: leases outlast several beats.
                connection.close()
            time.sleep(BEAT_SECONDS)

    def _tell(self) -> None:
        memory = psutil.Process().memory_info().rss // 1024**2
        with self._lock:
            jobs, since = list(self._jobs), self._since
        WorkerBeat.objects.update_or_create(
            name=self.name,
            defaults={
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "seen_at": timezone.now(),
                "jobs_done": self._done,
                "memory_mib": memory,
            },
            create_defaults={
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "started_at": self._started,
                "seen_at": timezone.now(),
                "memory_mib": memory,
            },
        )
        queue.renew(jobs)
        self._hold_to_limits(jobs, since, memory)

    def _hold_to_limits(self, jobs: list[Job], since: float, memory: int) -> None:
        if not jobs:
            return
        limit = steps.get(jobs[0].step).time_limit
        sentence = ""
        if time.monotonic() - since > limit:
            sentence = TOO_LONG.format(limit=limit)
        elif memory > settings.LOUPE_WORKER_MEMORY_MIB:
            sentence = TOO_BIG.format(limit=settings.LOUPE_WORKER_MEMORY_MIB)
        if not sentence:
            return
        for job in jobs:
            queue.fail(job, category=ErrorCategory.RESOURCE, sentence=sentence)
        # Native code cannot be interrupted from outside: the process goes, its job is recorded.
        os.kill(os.getpid(), signal.SIGKILL)
