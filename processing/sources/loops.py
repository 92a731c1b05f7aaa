"""What the loops over sources share: one thread a source, its lock, its pulse and its patience."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.forms import model_to_dict
from django.utils import timezone

from processing.models import Job, Source
from processing.models.source import UNTRACKED
from processing.queue import UNFINISHED
from processing.sources.errors import SourceTrouble, Unreachable
from processing.sources.intake import Intake

log = logging.getLogger(__name__)

LOCK = 73  # the class of our advisory locks: one for each source
PULSE_SECONDS = 2.0
QUEUE_SECONDS = 0.5
CENSUS = timedelta(days=1)
LONG_QUEUE = "The queue is long: files wait until it is shorter."
FIRST_PATIENCE, LONGEST_PATIENCE = 2.0, 60.0
State = Source.State


class Loop(threading.Thread):
    """Watches one source until it is told to stop. `work` is what kinds of sources differ in.

    A session lock in the database keeps a second watcher away from the source; it ends with the
    connection, so that a watcher that dies is followed at once.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(name=f"source {source.pk}", daemon=True)
        self.source = source
        self.trouble = ""
        self.waiting = 0
        self.once = False
        self._stop_asked, self._woken = threading.Event(), threading.Event()
        self._pulse, self._queue_asked, self._room = 0.0, 0.0, True
        self._scan_ended, self._scan_took, self._held = float("-inf"), 0.0, 0.0
        self._settings = _settings(source)
        self._told = ""
        self.at_work = False  # whether the source is ours, so that the manager says we are alive

    # Of the manager

    def ask_to_stop(self) -> None:
        self._stop_asked.set()
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    def run(self) -> None:
        patience = FIRST_PATIENCE
        try:
            while not self.stopping:
                patience = self._round(patience)
        finally:
            connection.close()

    @property
    def stopping(self) -> bool:
        return self._stop_asked.is_set()

    def _round(self, patience: float) -> float:
        """Work until something is in the way; return how long to wait the next time."""
        begun = time.monotonic()
        try:
            if self.reload():
                self._settings, self.trouble = _settings(self.source), ""
                self._scan_ended = float("-inf")  # what came meanwhile is found by a look at all
                with self.alone() as alone:
                    self.at_work = alone
                    if alone:
                        self.work()
            self.rest(PULSE_SECONDS)
            return FIRST_PATIENCE
        except SourceTrouble as error:
            self.tell(error)
        except (OperationalError, InterfaceError) as error:
            log.warning("%s: the database does not answer: %s", self.name, error)
            connection.close()
        if time.monotonic() - begun > LONGEST_PATIENCE:
            patience = FIRST_PATIENCE
        self.rest(patience)
        return min(patience * 2, LONGEST_PATIENCE)

    def work(self) -> None:
        """Watch until the source changes or we are to stop. Raises SourceTrouble."""
        raise NotImplementedError

    def pass_once(self) -> None:
        """Take what is there now, all of it."""
        raise NotImplementedError

    # For the kinds

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold the source's lock for the block, if nobody else does; yield whether we have it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, self.source.pk])
            held = bool(cursor.fetchone()[0])
        try:
            yield held
        finally:
            if held and connection.connection is not None and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, self.source.pk])

    def reload(self) -> bool:
        """Read the source anew; return False where it is gone or paused."""
        found = Source.objects.select_related("brand", "bringer", "collection")
        source = found.filter(pk=self.source.pk).first()
        if source is None or not (source.active or self.once):
            return False
        self.source = source
        return True

    def proceed(self) -> bool:
        """Say whether the next file may be taken; waits while the queue is long."""
        if not self.pulse():
            return False
        while not self.once and not self._has_room():
            if not self.pulse(State.HELD, LONG_QUEUE):
                return False
            self.rest(QUEUE_SECONDS)
        return not self.stopping

    def pulse(self, state: str = State.WATCHING, reason: str = "") -> bool:
        """Write that we are alive, every other second; return False where work has to end."""
        now = time.monotonic()
        if self.stopping:
            return False
        if self._pulse and now - self._pulse < PULSE_SECONDS:
            return True
        if not self.reload() or _settings(self.source) != self._settings:
            return False
        self._pulse = now
        self.say(state, reason or self.trouble)
        return True

    def say(self, state: str, reason: str = "", **more: Any) -> None:
        Source.objects.filter(pk=self.source.pk).update(
            state=state,
            state_reason=reason[:500],
            seen_at=timezone.now(),
            waiting=self.waiting,
            **more,
        )

    def tell(self, error: SourceTrouble) -> None:
        state = State.UNREACHABLE if isinstance(error, Unreachable) else State.ERROR
        if (said := str(error)) != self._told:
            log.warning("%s (%s): %s", self.name, self.source, said, exc_info=error.__cause__)
            self._told = said
        self.say(state, said)

    def tell_of(self, trouble: str) -> None:
        """Say at once what a person should know though work goes on; or that it is over."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.say(State.WATCHING, trouble)

    def rest(self, seconds: float) -> None:
        """Wait, unless somebody wakes us."""
        self._woken.wait(max(0.0, seconds))
        self._woken.clear()

    def _has_room(self) -> bool:
        """Whether fewer jobs wait than may lie ahead of us; asked of the database now and then."""
        now = time.monotonic()
        if now - self._queue_asked >= QUEUE_SECONDS:
            self._queue_asked = now
            most = settings.LOUPE_INTAKE_AHEAD
            ahead = Job.objects.filter(state__in=UNFINISHED, priority__gte=self.source.priority)
            self._room = ahead.order_by()[:most].count() < most
        return self._room

    def scan_is_due(self) -> bool:
        """Whether everything is to be looked through again: asked for, or it is time.

        Looking takes at most a tenth of the time, however much there is to look at.
        """
        asked, scanned = self.source.scan_asked_at, self.source.scanned_at
        wanted = asked is not None and (scanned is None or asked > scanned)
        pause = max(self.source.poll_seconds, 9 * self._scan_took)
        return wanted or time.monotonic() - self._scan_ended >= pause

    @contextmanager
    def scanning(self) -> Iterator[None]:
        """Time a look through everything, and write when it began."""
        begun, moment = time.monotonic(), timezone.now()
        yield
        self._scan_ended = time.monotonic()
        self._scan_took = self._scan_ended - begun - self._held
        self._held = 0.0
        self.say(State.WATCHING, self.trouble, scanned_at=moment)
        self.source.scanned_at = moment

    @contextmanager
    def counting(self, intake: Intake, *, whole: bool = True) -> Iterator[None]:
        """Once a day, let a look at everything note which of the files that were left are there."""
        now, last = timezone.now(), self.source.census_at
        intake.noting, intake.cut = whole and (last is None or now - last > CENSUS), False
        noting = intake.noting
        try:
            yield
        finally:
            intake.noting = False
        if noting and not intake.cut:
            Source.objects.filter(pk=self.source.pk).update(census_at=now)
            self.source.census_at = now


def _settings(source: Source) -> dict[str, Any]:
    """What the watcher goes by: where it changes, a loop begins anew."""
    return model_to_dict(source, exclude=[*UNTRACKED]) | {"key": source.secret_key}
