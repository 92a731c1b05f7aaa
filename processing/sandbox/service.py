"""`call`: the sandbox as the rest of the program knows it."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from processing.errors import TransientError
from processing.sandbox import endings, plain
from processing.sandbox.allowed import ALLOWED, bind, name_of
from processing.sandbox.bounds import Bounds
from processing.sandbox.cell import Request
from processing.sandbox.host import Host, Unavailable, Usage, ZygoteGone

Result = TypeVar("Result")


class Busy(TransientError):
    """Too many files are being opened at once, and waiting for it to get better took too long."""


BUSY = "Too many files are being opened right now. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Setup:
    """How this process uses the sandbox. ``patience`` is in seconds."""

    enabled: bool = True
    bounds: Bounds = field(default_factory=Bounds)
    at_once: int = 2
    patience: float = 30.0
    vips_threads: int = 1


class Service:
    """One process's sandbox: its set-up, and its zygote once there is one."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._room = threading.BoundedSemaphore(setup.at_once)
        self._starting = threading.Lock()
        self._host: Host | None = None
        self.usage = Usage()

    def call(self, function: Callable[..., Any], arguments: tuple, named: dict[str, Any]) -> Any:
        request = self._request(function, arguments, named)
        if not self._room.acquire(timeout=self.setup.patience):
            raise Busy(BUSY)
        try:
            told = self._put(request)
        finally:
            self._room.release()
        try:
            return plain.Rebuilder(request.call.writes).rebuild(told, plain.returned(function))
        except plain.NotPlain as error:
            raise endings.Crashed(endings.CRASHED, detail=str(error)) from error

    def _request(
        self, function: Callable[..., Any], arguments: tuple, named: dict[str, Any]
    ) -> Request:
        name, bounds = name_of(function), self.setup.bounds
        seconds = min(ALLOWED[name] or bounds.seconds, bounds.seconds)
        bounds = Bounds(bounds.memory_mib, seconds, bounds.open_files)
        return Request(name, bind(function, arguments, named), bounds)

    def _put(self, request: Request) -> Any:
        """Put a call to the zygote; to a fresh one where that has died since the last call."""
        for last in (False, True):
            host = self._running()
            try:
                return host.call(request)
            except ZygoteGone as error:
                self._lose(host)
                if last:
                    raise Unavailable("The sandbox does not stay alive.") from error
            except Unavailable:
                self._lose(host)
                raise
        raise AssertionError("not reached")

    def _running(self) -> Host:
        with self._starting:
            if self._host is None:
                self._host = Host(_environment(self.setup), self.usage)
            return self._host

    def _lose(self, host: Host) -> None:
        with self._starting:
            if self._host is host:
                self._host = None
        host.close()

    def close(self) -> None:
        with self._starting:
            host, self._host = self._host, None
        if host is not None:
            host.close()

    def forget(self) -> None:
        """In a forked child: the zygote is the parent's, and so are its calls."""
        if self._host is not None:
            self._host.leave()


def _environment(setup: Setup) -> dict[str, str]:
    """All that a zygote is told of where it runs: nothing secret, and no proxy to go through."""
    one = "1"
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LOUPE_VIPS_THREADS": str(setup.vips_threads),
        # Threads that are started by an import would be lost in the fork.
        "OPENBLAS_NUM_THREADS": one,
        "OMP_NUM_THREADS": one,
        "MKL_NUM_THREADS": one,
    }


_service = Service(Setup())


def configure(setup: Setup) -> None:
    """Set this process's sandbox up; one that runs is ended and started anew when needed."""
    global _service
    old, _service = _service, Service(setup)
    old.close()


def call(function: Callable[..., Result], /, *arguments: Any, **named: Any) -> Result:
    """Return ``function(*arguments, **named)``, worked out in a process that is shut in.

    The function must be on the list in ``allowed.py``. It sees the file ``path`` and the folder
    ``out_dir`` of its arguments, libraries, and nothing else; it has no network and can start no
    program; memory, time and the bytes that it writes are bounded.

    Raises what the function raises where that is a ProcessingError or an OSError. A file that
    breaks its process or oversteps its bounds is an InputError with a sentence (``Crashed``,
    ``Overstepped``), and so is any other exception. Raises Busy and Unavailable (both are
    TransientErrors) where nothing is known of the file yet, NotAllowed, and TypeError for
    arguments that do not fit the function.
    """
    if not _service.setup.enabled:
        return function(*arguments, **named)
    result: Result = _service.call(function, arguments, named)
    return result


def enabled() -> bool:
    return _service.setup.enabled


def usage() -> Usage:
    """What this process's calls have used so far."""
    return _service.usage


def close() -> None:
    """End this process's zygote; the next call starts another."""
    _service.close()


def _after_fork() -> None:
    global _service
    old, _service = _service, Service(_service.setup)
    old.forget()


atexit.register(lambda: _service.close())
os.register_at_fork(after_in_child=_after_fork)
