"""Whose picture to search by is looked at now: one for each person, and one place left free.

Opening a picture takes a cell, and this process has few of them (LOUPE_SANDBOX_AT_ONCE). People
who search by pictures share all but one, which is for what comes into the library; where there is
one alone, it is shared.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from dam.models import User
from processing.sandbox import Busy

PATIENCE = 10.0  # seconds that a person waits for others

_lock = threading.Lock()
_looking: set[int] = set()


@cache
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(1, settings.LOUPE_SANDBOX_AT_ONCE - 1))


@contextmanager
def turn(user: User) -> Iterator[None]:
    """Hold a person's turn. Raises Busy where they have one, or others keep all places too long."""
    with _lock:
        if user.pk in _looking:
            raise Busy(_("Your other picture is still being looked at. Try again in a moment."))
        _looking.add(user.pk)
    try:
        with _place():
            yield
    finally:
        _looking.discard(user.pk)


@contextmanager
def _place() -> Iterator[None]:
    places = _places()
    if not places.acquire(timeout=PATIENCE):
        raise Busy(_("Too many people search by pictures right now. Try again in a minute."))
    try:
        yield
    finally:
        places.release()
