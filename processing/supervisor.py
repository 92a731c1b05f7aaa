"""One process that runs the others: web server, workers and watcher, restarted when they die.

Each worker is a django-q2 cluster of its own with a single worker process. In a larger cluster a
worker that is killed while it holds the lock of the shared in-memory queue leaves its siblings
waiting for ever; here the death of any process of a cluster restarts that cluster alone, and its
jobs are returned to the queue at once.
"""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psutil
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from dam.storage import StorageError
from processing import queue, tidying
from processing.consistency import calibrating
from processing.uploads import sweeping

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
FAMILY_SECONDS = 1.0  # looking for new relatives reads the whole process table
SWEEP_SECONDS = 2.0
TIDY_SECONDS = 3600.0
STOP_SECONDS = 20.0
GONE_SECONDS = 5.0
STEADY_SECONDS = 20.0  # a child that lives this long is healthy: its next restart is quick again
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child: ask the kernel for a TERM when the supervisor dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process to keep alive, with the processes that it started."""

    name: str
    command: Sequence[str]
    watches_family: bool = False
    process: subprocess.Popen | None = None
    family: set[psutil.Process] = field(default_factory=set)
    counted: float = 0.0
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            preexec_fn=_die_with_parent,
            # A group of its own: Ctrl-C reaches the supervisor alone, and it can end all of it.
            start_new_session=True,
        )
        self.started, self.counted = time.monotonic(), 0.0
        self.family = set()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def lost_family(self) -> list[psutil.Process]:
        """Remember the processes that belong to the child; return those that have died."""
        if not self.watches_family or not self.running:
            return []
        assert self.process is not None
        gone = [member for member in self.family if not _alive(member)]
        if time.monotonic() - self.counted >= FAMILY_SECONDS:
            self.counted = time.monotonic()
            self._count_family(self.process.pid)
        return gone

    def _count_family(self, pid: int) -> None:
        try:
            sentinels = psutil.Process(pid).children()
            self.family.update(sentinels, *(one.children() for one in sentinels))
        except psutil.NoSuchProcess:
            pass  # it died between the two looks: the next tick sees it

    def kill(self) -> None:
        """End the child and everything it started, at once, and see them gone.

        Its whole process group goes: also what was started since the family was last counted.
        """
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        psutil.wait_procs(self.family, timeout=GONE_SECONDS)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Supervisor:
    """Starts children, restarts what dies, sweeps the queue, stops everything in order."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None] = log.warning) -> None:
        self.children = list(children)
        self.say = say
        self._swept = self._tidied = 0.0

    def start(self) -> None:
        for child in self.children:
            child.start()

    def tick(self) -> None:
        """Look after the children and the queue once; call it every `TICK_SECONDS`."""
        now = time.monotonic()
        for child in self.children:
            self._look_after(child, now)
        if now - self._swept >= SWEEP_SECONDS:
            self._swept = now
            self._sweep()
        if now - self._tidied >= TIDY_SECONDS:
            self._tidied = now
            self._with_database(tidying.ask)
            self._with_database(calibrating.ask)

    def _look_after(self, child: Child, now: float) -> None:
        lost = child.lost_family()
        if child.running and not lost:
            return
        if child.due == 0.0:
            code = child.process.poll() if child.process else None
            self.say(f"{child.name} stopped unexpectedly ({code or 'part of it died'}); restarting")
            lasted = now - child.started
            child.pause = (
                0.0 if lasted > STEADY_SECONDS else min(child.pause * 2 or 0.5, LONGEST_PAUSE)
            )
            child.due = now + child.pause
            self._bury(child)
        if now >= child.due:
            child.due = 0.0
            child.start()

    def _bury(self, child: Child) -> None:
        """End what is left of a broken child and give its jobs back."""
        pids = [member.pid for member in child.family]
        child.kill()
        self._with_database(lambda: [queue.release(f"{socket.gethostname()}:{p}") for p in pids])

    def _sweep(self) -> None:
        self._with_database(queue.sweep)
        self._with_database(sweeping.sweep)

    def _with_database(self, act: Callable[[], object]) -> None:
        try:
            act()
        except (OperationalError, InterfaceError) as error:
            self.say(f"the database does not answer: {error}")
            connection.close()
        except StorageError as error:
            self.say(str(error))

    def stop(self) -> None:
        """Ask every child to stop, wait for what it is doing, then end what is left."""
        for child in self.children:
            if child.running and child.process:
                child.lost_family()
                child.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while any(child.running for child in self.children) and time.monotonic() < end:
            time.sleep(0.05)
        for child in self.children:
            self._bury(child)


def worker(number: int) -> Child:
    """Return a worker: one django-q2 cluster with one worker process."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
    return Child(f"worker {number}", command, watches_family=True)


def workers(count: int | None = None) -> list[Child]:
    return [worker(n + 1) for n in range(settings.LOUPE_WORKERS if count is None else count)]


def watcher() -> Child:
    """Return what takes files from folders and buckets."""
    return Child("watcher", [sys.executable, str(settings.BASE_DIR / "manage.py"), "watch"])


def web() -> Child:
    """Return the web server: granian, on the host and port of the settings."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", settings.LOUPE_HOST, "--port", str(settings.LOUPE_PORT)),
        *("--workers", "1", "--blocking-threads", str(settings.LOUPE_WEB_THREADS)),
        *("--no-ws", "--respawn-failed-workers", "--log-level", "warning"),
        "dam.wsgi:application",
    ]
    return Child("web server", command)
