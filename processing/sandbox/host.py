"""The side that asks: a process's own zygote, started fresh, and the cells that it forks."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path

from processing.sandbox.allowed import ALLOWED
from processing.sandbox.frames import READY
from processing.sandbox.line import Cell, Unavailable
from processing.sandbox.room import open_room

START_SECONDS = 60.0
ZYGOTE = "processing.sandbox.zygote"
_ROOT = Path(__file__).resolve().parents[2]


class ZygoteGone(Exception):
    """The zygote went away before it took the call: another one can take it."""


class Host:
    """A running zygote. Safe to use from several threads."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._asking = threading.Lock()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", ZYGOTE, str(theirs.fileno()), *ALLOWED],
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is not for it; it ends when its socket closes
            )
        self._control = ours
        self._await_ready()

    def _await_ready(self) -> None:
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(len(READY)) == READY
        except (TimeoutError, ConnectionResetError):
            ready = False
        if not ready:
            self.close()
            raise Unavailable("The process in which files are opened did not start.")

    def fork(self, rooms: Path | None) -> Cell:
        """Return a new cell with a room in the folder ``rooms``. Raises ZygoteGone, OSError."""
        cell = Cell(open_room(rooms))
        try:
            with self._asking:
                ends = [end.fileno() for end in cell.theirs]
                socket.send_fds(self._control, [b"!"], ends)
        except OSError as error:
            cell.close()
            raise ZygoteGone from error
        cell.handed_over()
        return cell

    def leave(self) -> None:
        """In a forked child: let go of what is the parent's, and end nothing."""
        self._control.close()
        self._process.returncode = 0

    def close(self) -> None:
        """End the zygote and its cells."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
