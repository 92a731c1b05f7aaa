"""A picture that was laid out: from the cache, or made, once, when it is its turn."""

import hashlib
import logging
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from dam.lane import aside
from dam.storage import StorageError
from processing.errors import InputError, ProcessingError
from processing.transforms import rendering, sources
from processing.transforms.encoding import MIME, Finish
from processing.transforms.errors import Busy, NotThere, TooCostly
from processing.transforms.geometry import Plan
from processing.transforms.options import LONGEST
from processing.transforms.storing import locks, pictures
from processing.transforms.subjects import Subject
from processing.transforms.turns import Door, alone, turn

log = logging.getLogger(__name__)
PATIENCE = 2.0  # seconds that a request waits for its turn, then it is told to come back
_AVIF_DEARER = 2  # an AVIF pixel costs as much as so many others
AWAY = "This picture cannot be read just now. Try again in a moment."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture in all that decides its bytes."""

    subject: Subject
    plan: Plan
    finish: Finish

    @property
    def digest(self) -> str:
        """SHA-256 (hex): the same for the same bytes, whatever the address looked like."""
        parts = (self.subject.blob, self.plan, self.finish, rendering.VERSION)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @property
    def mime(self) -> str:
        return MIME[self.finish.format]

    def check(self) -> None:
        """Raises TooCostly for more than this installation makes on the fly."""
        width, height = self.plan.out
        # A large picture that is cut afterwards is made before.
        pixels = max(width * height, self.plan.width * self.plan.height)
        most = settings.LOUPE_TRANSFORM_PIXELS
        cost = pixels * (_AVIF_DEARER if self.finish.format == "avif" else 1)
        cost = round(cost * (1 + self.finish.blur / 10))
        if max(width, height) > LONGEST:
            raise TooCostly(f"A side of {max(width, height)} pixels is more than {LONGEST}.")
        if cost > most:
            side = math.isqrt(most)
            raise TooCostly(
                f"{width} × {height} pixels are more than is made on the fly here: at most as many"
                f" as {side} × {side} have, fewer as AVIF or with much blur."
            )


@cache
def _door() -> Door:
    """A quarter of the server's threads: the others stay free for all else."""
    return Door(max(2, settings.LOUPE_WEB_THREADS // 4))


def at_once() -> int:
    """How many pictures are made at once, over all processes: half of the cores."""
    return max(1, len(os.sched_getaffinity(0)) // 2)


def made(wanted: Wanted) -> bytes:
    """The picture's bytes. Raises Busy, NotThere and TooCostly."""
    digest = wanted.digest
    data = pictures().read(digest)
    if data is not None:
        return data
    wanted.check()
    until = time.monotonic() + PATIENCE
    with _door().passed(), aside(), alone(locks(), digest, until):
        data = pictures().read(digest)  # whoever was first has made it meanwhile
        if data is None:
            with turn(locks(), at_once(), until), _in_words(wanted):
                data = _render(wanted)
            _keep(digest, data)
    return data


def _render(wanted: Wanted) -> bytes:
    subject, plan = wanted.subject, wanted.plan
    return sources.with_pixels(
        subject,
        plan,
        lambda source: rendering.rendered(source, plan, wanted.finish),
    )


def _keep(digest: str, data: bytes) -> None:
    """A full disk costs the cache, and not the picture."""
    try:
        pictures().keep(digest, data)
    except OSError as error:
        log.warning("a picture on the fly could not be kept: %s", error)


@contextmanager
def _in_words(wanted: Wanted) -> Iterator[None]:
    """What can be wrong with an original, or with where it is, as whoever asks may know it."""
    try:
        yield
    except InputError as error:
        log.warning("version %s cannot be shown: %s", wanted.subject.version, error.sentence)
        raise NotThere("There is no picture here.") from error
    except (ProcessingError, StorageError) as error:
        log.warning("version %s cannot be read: %s", wanted.subject.version, error)
        raise Busy(AWAY) from error
