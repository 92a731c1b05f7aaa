"""Verification: every file is read and hashed again, a little at a time, and nothing is touched.

What was found of a file is kept with its row at once. So a walk that was killed goes on where it
was, and the walk itself is no more than the moment since when every file is to be looked at.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dam import storage
from dam.integrity.checkup import HOUR, without_row
from dam.models import Blob, Condition, Rendition, Verification
from dam.models.storage import DAMAGED
from dam.storage import CHUNK, NotMounted, StorageDamaged, StorageMissing
from dam.storage.backend import Backend

LOCK = 730_101  # of PostgreSQL's advisory locks
FETCHED = 500
NOTED_SECONDS = 1.0  # what is found is written at least this often
MOST_ORPHANS = 1000  # names that are kept
File = Blob | Rendition


class AlreadyRunning(Exception):
    """Another process is verifying."""


class Pace:
    """Holds reading to so many bytes a second; None for as fast as it goes."""

    def __init__(self, rate: float | None) -> None:
        self._rate, self._begun, self._read = rate, time.monotonic(), 0

    def read(self, count: int) -> None:
        """Wait as long as it takes until this many more bytes are due."""
        self._read += count
        if self._rate:
            early = self._read / self._rate - (time.monotonic() - self._begun)
            if early > 0:
                time.sleep(early)


@contextmanager
def alone() -> Iterator[None]:
    """Verify once at a time. Raises AlreadyRunning. The lock ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            raise AlreadyRunning("The files are being verified by another process already.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def begin(*, restart: bool = False) -> Verification:
    """Return the walk that is to be gone on with, or a new one.

    What was found damaged is looked at again in any case: it may have been mended.
    """
    unfinished = Verification.objects.filter(finished_at=None).order_by("-pk").first()
    for rows in (Blob.objects, Rendition.objects):
        rows.filter(condition__in=DAMAGED).update(verified_at=None)
    if unfinished is not None and not restart:
        return unfinished
    Verification.objects.filter(finished_at=None).delete()
    return Verification.objects.create(started_at=timezone.now())


def left(walk: Verification) -> int:
    """Return how many files a walk has still to look at."""
    return sum(rows.count() for rows in _pending(walk))


def verify(
    walk: Verification,
    *,
    rate: float | None = None,
    limit: int | None = None,
    looked_at: Callable[[File, str], None] = lambda file, condition: None,
) -> None:
    """Go on with a walk: at most `limit` files, `rate` bytes a second.

    Raises NotMounted and StorageAway: then nothing is said of the files that were not reached.
    """
    _require_storages()
    pace, notes = Pace(rate), Notes(walk)
    try:
        for number, file in enumerate(_files(walk)):
            if limit is not None and number >= limit:
                return
            condition, count = look(file, pace)
            notes.add(file, condition, count)
            looked_at(file, condition)
    finally:
        notes.write()
    _end(walk)


def _pending(walk: Verification) -> list[QuerySet]:
    """Originals and renditions that were there when the walk began, and not looked at since."""
    due = Q(verified_at=None) | Q(verified_at__lt=walk.started_at)
    return [
        model.objects.filter(due, created_at__lt=walk.started_at).order_by("pk")
        for model in (Blob, Rendition)
    ]


def _files(walk: Verification) -> Iterator[File]:
    """Yield what is to be looked at: what was found damaged first, then all the rest."""
    for rows in _pending(walk):
        yield from rows.filter(condition__in=DAMAGED)
    for rows in _pending(walk):
        rows, last = rows.exclude(condition__in=DAMAGED), None
        while batch := list((rows.filter(pk__gt=last) if last else rows)[:FETCHED]):
            yield from batch
            last = batch[-1].pk


def look(file: File, pace: Pace) -> tuple[Condition, int]:
    """Read and hash a file; return how it was found and how many bytes were read.

    Raises NotMounted where it is not there because its storage is not.
    """
    counted = 0
    digest = hashlib.sha256()
    try:
        with _opened(file) as source:
            while piece := source.read(CHUNK):
                digest.update(piece)
                counted += len(piece)
                pace.read(len(piece))
    except (StorageMissing, FileNotFoundError):
        _require_storages()
        return Condition.MISSING, counted
    except StorageDamaged:
        return Condition.CHANGED, counted
    except OSError:  # the disk itself: what it was is kept, and told to people
        _require_storages()
        return Condition.UNREADABLE, counted
    right = digest.hexdigest() == file.sha256 and counted == file.size
    return (Condition.GOOD if right else Condition.CHANGED), counted


def _opened(file: File) -> BinaryIO:
    if isinstance(file, Blob):
        return storage.open_original(file)
    return storage.path_of(file.key).open("rb")


def _require_storages() -> None:
    if sentences := storage.amiss():
        raise NotMounted(" ".join(sentences))


class Notes:
    """What was found and is not yet written."""

    def __init__(self, walk: Verification) -> None:
        self._walk, self._waiting, self._bytes = walk, list[tuple[File, Condition]](), 0
        self._since = time.monotonic()

    def add(self, file: File, condition: Condition, count: int) -> None:
        self._waiting.append((file, condition))
        self._bytes += count
        if time.monotonic() - self._since >= NOTED_SECONDS:
            self.write()

    def write(self) -> None:
        now = timezone.now()
        with transaction.atomic():
            for model in (Blob, Rendition):
                for condition in Condition:
                    found = [
                        file.pk
                        for file, said in self._waiting
                        if said is condition and isinstance(file, model)
                    ]
                    if found:
                        rows = model.objects.filter(pk__in=found)
                        rows.update(verified_at=now, condition=condition)
            Verification.objects.filter(pk=self._walk.pk).update(
                files=F("files") + len(self._waiting), bytes=F("bytes") + self._bytes
            )
        self._waiting, self._bytes, self._since = [], 0, time.monotonic()


def _end(walk: Verification) -> None:
    names = orphans(storage.backend())
    Verification.objects.filter(pk=walk.pk).update(
        finished_at=timezone.now(), orphans=len(names), orphan_names=names[:MOST_ORPHANS]
    )


def orphans(place: Backend) -> list[str]:
    """Return the names of originals that lie there without a row, for an hour at least."""
    old = time.time() - HOUR
    return without_row(kept.name for kept in place.files() if kept.changed_at < old)
