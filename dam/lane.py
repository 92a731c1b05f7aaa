"""A lane for requests that come in crowds: a few compute at a time, so that pages stay quick.

The threads of a process share one interpreter. A page asks the database some thirty times, and
after each answer it waits until the interpreter is free: with twenty threads that all compute, it
waits for twenty, thirty times over. Requests of a crowd wait at the entrance of their lane instead,
which costs them nothing (they would only have taken the interpreter from each other) and leaves the
page with few to wait for: with one, while there is a page. Whoever waits for something else
meanwhile steps aside.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Lane:
    """Lets `width` requests at a time into an application, of those whose path begins with one of
    `prefixes`, and one at a time while others are there; those pass by."""

    def __init__(self, application: Application, *, prefixes: tuple[str, ...], width: int) -> None:
        self.application = application
        self.prefixes = prefixes
        self.width = width
        self._inside = self._others = 0
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(self.prefixes):
            return self._beside(environ, start_response)
        self.enter()
        _mine.lane = self
        try:
            return self.application(environ, start_response)
        finally:
            _mine.lane = None
            self.leave()

    def enter(self) -> None:
        """Wait for a place."""
        with self._changed:
            self._changed.wait_for(lambda: self._inside < (1 if self._others else self.width))
            self._inside += 1

    def leave(self) -> None:
        """Give the place to the next."""
        with self._changed:
            self._inside -= 1
            self._changed.notify()

    def _beside(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._changed:
            self._others += 1
        try:
            return self.application(environ, start_response)
        finally:
            with self._changed:
                self._others -= 1
                self._changed.notify(self.width)


class _Mine(threading.local):
    """The lane that this thread is in."""

    lane: Lane | None = None


_mine = _Mine()


@contextmanager
def aside() -> Iterator[None]:
    """Leave this thread's place in its lane to others for the block; nothing where it has none."""
    lane = _mine.lane
    if lane is None:
        yield
        return
    lane.leave()
    try:
        yield
    finally:
        lane.enter()
