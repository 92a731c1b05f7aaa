"""One process's sandbox: its zygote once there is one, its idle cells, and who may ask now."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing.errors import TransientError
from processing.sandbox import endings, plain, room
from processing.sandbox.allowed import ALLOWED, Call, bind, name_of
from processing.sandbox.bounds import Bounds
from processing.sandbox.host import Host, ZygoteGone
from processing.sandbox.line import Cell, Unavailable
from processing.sandbox.request import Request

BUSY = "Too many files are being opened right now. Try again in a minute."


class Busy(TransientError):
    """Too many files are being opened at once, and waiting for it to get better took too long."""


def _anywhere() -> Path | None:
    return None


@dataclass(frozen=True, slots=True)
class Setup:
    """How a process uses the sandbox.

    ``patience`` is how many seconds a call waits for its turn. A cell serves ``calls`` of them;
    with 1, each call has a process of its own. ``rooms`` names the folder for cells' rooms, which
    should be on the disk of the files that are opened.
    """

    enabled: bool = True
    bounds: Bounds = field(default_factory=Bounds)
    at_once: int = 2
    patience: float = 30.0
    calls: int = 64
    vips_threads: int = 1
    rooms: Callable[[], Path | None] = _anywhere


@dataclass(slots=True)
class Usage:
    """What the calls of this process have used so far: most memory in MiB, processor seconds."""

    calls: int = 0
    cells: int = 0
    peak_mib: float = 0.0
    seconds: float = 0.0


class Service:
    """Takes calls from any thread."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.usage = Usage()
        self._turn = threading.BoundedSemaphore(setup.at_once)
        self._lock = threading.Lock()
        self._host: Host | None = None
        self._idle: list[Cell] = []

    def call(self, function: Callable[..., Any], arguments: tuple, named: dict[str, Any]) -> Any:
        name, call = name_of(function), bind(function, arguments, named)
        if not self._turn.acquire(timeout=self.setup.patience):
            raise Busy(BUSY)
        try:
            return self._twice(name, call, function)
        finally:
            self._turn.release()

    def _twice(self, name: str, call: Call, function: Callable[..., Any]) -> Any:
        """Ask, and once more where zygote or cell were ended meanwhile: not the file's doing."""
        try:
            with self._cell() as cell:
                return self._put(cell, name, call, function)
        except (Unavailable, endings.Ended):
            with self._cell() as cell:
                return self._put(cell, name, call, function)

    def _put(self, cell: Cell, name: str, call: Call, function: Callable[..., Any]) -> Any:
        """Bring the file in, ask, take the results out."""
        target = call.path(call.writes) if call.writes else None
        inside = {}
        if call.reads:
            inside[call.reads] = cell.room.bring_in(call.path(call.reads))
        if target is not None:
            inside[call.writes] = cell.room.made
        bounds, before = self._bounds(name), cell.seconds
        arguments, named = call.inside(inside)
        request = Request(name, arguments, named, cell.room.given, cell.room.made, bounds)
        try:
            told = cell.call(request)
        finally:
            self._note(cell, before)
        if target is not None:
            cell.room.take_out(target, bounds.memory_mib * 1024**2)
        try:
            rebuilder = plain.Rebuilder(cell.room.made, target)
            return rebuilder.rebuild(told, plain.returned(function))
        except plain.NotPlain as error:
            raise endings.Crashed(endings.CRASHED, detail=str(error)) from error

    def _bounds(self, name: str) -> Bounds:
        most = self.setup.bounds
        seconds = min(ALLOWED[name] or most.seconds, most.seconds)
        return Bounds(most.memory_mib, seconds, most.file_mib, most.open_files)

    def _note(self, cell: Cell, before: float) -> None:
        with self._lock:
            self.usage.calls += 1
            self.usage.cells += cell.calls == 1
            self.usage.peak_mib = max(self.usage.peak_mib, cell.peak_kib / 1024)
            self.usage.seconds += max(0.0, cell.seconds - before)

    @contextlib.contextmanager
    def _cell(self) -> Iterator[Cell]:
        """A cell for one call; a file that failed, for whatever reason, was its last."""
        cell, fine = self._take(), False
        try:
            yield cell
            fine = True
        except Unavailable:
            self._lose_host()
            raise
        finally:
            if fine and self._worth_keeping(cell):
                cell.room.tidy()
                with self._lock:
                    self._idle.append(cell)
            else:
                cell.close()

    def _worth_keeping(self, cell: Cell) -> bool:
        """Not one that has served its time, or that has grown: each file is to have the same."""
        grown = cell.peak_kib / 1024 > self.setup.bounds.memory_mib / 4
        return cell.calls < self.setup.calls and not grown and cell.alive and cell.room.stands

    def _take(self) -> Cell:
        """An idle cell or a new one; from a fresh zygote where ours has died since."""
        while idle := self._next_idle():
            if idle.alive and idle.room.stands:
                return idle
            idle.close()
        try:
            return self._running().fork(self.setup.rooms())
        except ZygoteGone:
            self._lose_host()
        try:
            return self._running().fork(self.setup.rooms())
        except ZygoteGone as error:
            raise Unavailable("The process in which files are opened does not stay.") from error

    def _next_idle(self) -> Cell | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _running(self) -> Host:
        with self._lock:
            if self._host is None:
                base = self.setup.rooms()
                if base is not None:
                    room.sweep(base)
                self._host = Host(_environment(self.setup))
            return self._host

    def _lose_host(self) -> None:
        """Give up a zygote that is gone, with its cells: they went with it."""
        with self._lock:
            host, self._host = self._host, None
            idle, self._idle = self._idle, []
        for cell in idle:
            cell.close()
        if host is not None:
            host.close()

    def close(self) -> None:
        self._lose_host()

    def leave(self) -> None:
        """In a forked child: the zygote is the parent's, and so are its cells and their rooms."""
        for cell in self._idle:
            cell.leave()
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
