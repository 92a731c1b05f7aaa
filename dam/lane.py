"""A lane for requests that come in crowds: a few compute at a time, so that pages stay quick.

The threads of a process share one interpreter. A page asks the database some thirty times, and
after each answer it waits until the interpreter is free: with twenty threads that all compute, it
waits for twenty, thirty times over. Requests of a crowd wait at the entrance of their lane instead,
which costs them nothing (they would only have taken the interpreter from each other) and leaves the
page with few to wait for. Whoever waits for something else meanwhile steps aside.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Lane:
    """Lets `width` requests at a time into an application, of those whose path begins with one of
    `prefixes`; all others pass by."""

    def __init__(self, application: Application, *, prefixes: tuple[str, ...], width: int) -> None:
        self.application = application
        self.prefixes = prefixes
        self._places = threading.BoundedSemaphore(width)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(self.prefixes):
            return self.application(environ, start_response)
        with self._places:
            _mine.places = self._places
            try:
                return self.application(environ, start_response)
            finally:
                _mine.places = None


class _Mine(threading.local):
    """The lane that this thread is in."""

    places: threading.BoundedSemaphore | None = None


_mine = _Mine()


@contextmanager
def aside() -> Iterator[None]:
    """Leave this thread's place in its lane to others for the block; nothing where it has none."""
    places = _mine.places
    if places is None:
        yield
        return
    places.release()
    try:
        yield
    finally:
        places.acquire()
