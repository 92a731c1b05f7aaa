"""The side that asks: one zygote for each process that opens files, started when it is needed."""

from __future__ import annotations

import contextlib
import json
import logging
import pickle
import selectors
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.errors import TransientError
from processing.sandbox import endings, frames
from processing.sandbox.allowed import ALLOWED
from processing.sandbox.bounds import Bounds
from processing.sandbox.cell import Request
from processing.sandbox.frames import ENDING, READY

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024**2  # of an answer: what is large is a file
START_SECONDS = 60.0
ZYGOTE = "processing.sandbox.zygote"
_ROOT = Path(__file__).resolve().parents[2]


class Unavailable(TransientError):
    """The sandbox could not be started, or went away: nothing is known of the file."""


class ZygoteGone(Exception):
    """The zygote went away before it took the call: somebody else can take it."""


@dataclass(slots=True)
class Usage:
    """What the calls of this process have used so far: memory in MiB, processor seconds."""

    calls: int = 0
    peak_mib: float = 0.0
    seconds: float = 0.0

    def note(self, peak_kib: object, seconds: object) -> None:
        if isinstance(peak_kib, int | float) and isinstance(seconds, int | float):
            self.calls += 1
            self.peak_mib = max(self.peak_mib, peak_kib / 1024)
            self.seconds += seconds


class Heard:
    """What has come from a cell (its answer, its words) and from the zygote about its end."""

    def __init__(self) -> None:
        self.answer, self.words, self.ending = bytearray(), bytearray(), bytearray()

    def whole(self) -> bytes | None:
        """The answer once all of it is there. Raises Crashed for one that cannot be one."""
        try:
            return frames.unframe(self.answer, MOST_BYTES)
        except ValueError as error:
            raise endings.Crashed(endings.CRASHED, detail=str(error)) from error


class Host:
    """A zygote and the calls that are put to it. Safe to use from several threads."""

    def __init__(self, environment: dict[str, str], usage: Usage) -> None:
        self.usage = usage
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

    @property
    def pid(self) -> int:
        return self._process.pid

    def _await_ready(self) -> None:
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(len(READY)) == READY
        except (TimeoutError, ConnectionResetError):
            ready = False
        if not ready:
            self.close()
            raise Unavailable("The process in which files are opened did not start.")

    def close(self) -> None:
        """End the zygote and its cells."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def leave(self) -> None:
        """In a forked child: let go of what is the parent's, and end nothing."""
        self._control.close()
        self._process.returncode = 0

    def call(self, request: Request) -> Any:
        """Return a call's result as it came from JSON: a stranger's word, still to be rebuilt.

        Raises what the function raised where it is a ProcessingError or an OSError, Overstepped,
        Crashed or ResourceError for a cell that ended otherwise, and ZygoteGone.
        """
        with contextlib.ExitStack() as stack:
            ears = [self._pair(stack) for _ in range(3)]
            self._hand_over([theirs for _, theirs in ears])
            for _, theirs in ears:
                theirs.close()
            work, ending, words = (ours for ours, _ in ears)
            heard = self._listen(work, ending, words, request)
        return self._judge(heard, request.bounds)

    def _pair(self, stack: contextlib.ExitStack) -> tuple[socket.socket, socket.socket]:
        ours, theirs = socket.socketpair()
        stack.callback(theirs.close)
        stack.callback(ours.close)
        ours.setblocking(False)
        return ours, theirs

    def _hand_over(self, ends: list[socket.socket]) -> None:
        ends[2].setblocking(False)  # who says more than is listened to is not to wait for us
        try:
            with self._asking:
                socket.send_fds(self._control, [b"!"], [end.fileno() for end in ends])
        except OSError as error:
            raise ZygoteGone from error

    def _listen(
        self, work: socket.socket, ending: socket.socket, words: socket.socket, request: Request
    ) -> Heard:
        """Send the request and hear until the answer is whole or the cell has ended."""
        heard, end = Heard(), time.monotonic() + request.bounds.seconds
        rest = memoryview(frames.frame(pickle.dumps(request)))
        with selectors.DefaultSelector() as selector:
            selector.register(work, selectors.EVENT_READ | selectors.EVENT_WRITE, heard.answer)
            selector.register(ending, selectors.EVENT_READ, heard.ending)
            selector.register(words, selectors.EVENT_READ, heard.words)
            while selector.get_map():
                ready = selector.select(end - time.monotonic())
                if not ready and time.monotonic() >= end:
                    raise endings.too_long(request.bounds)
                for key, events in ready:
                    ear: Any = key.fileobj
                    if events & selectors.EVENT_WRITE:
                        rest = _send_some(ear, rest)
                        if not rest:
                            selector.modify(ear, selectors.EVENT_READ, key.data)
                    if events & selectors.EVENT_READ and not _hear(ear, key.data):
                        selector.unregister(ear)
                if heard.whole() is not None:
                    break
        return heard

    def _judge(self, heard: Heard, bounds: Bounds) -> Any:
        answer = heard.whole()
        if answer is not None:
            return self._result(answer, bounds)
        if len(heard.ending) != ENDING.size:
            raise Unavailable("The process in which files are opened went away.")
        status, peak, seconds = ENDING.unpack(heard.ending)
        self.usage.note(peak, seconds)
        error = endings.died(status, bytes(heard.words), bounds)
        log.warning("a file ended the process that opened it: %s", error.detail)
        raise error

    def _result(self, answer: bytes, bounds: Bounds) -> Any:
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise endings.Crashed(endings.CRASHED, detail=f"nonsense: {error}") from error
        if not isinstance(told, dict):
            raise endings.Crashed(endings.CRASHED, detail="an answer without form")
        self.usage.note(told.get("peak"), told.get("seconds"))
        if "result" in told:
            return told["result"]
        failure = endings.told(told, bounds)
        if isinstance(failure, endings.Crashed):
            log.error("a file could not be read: %s", failure.detail)
        raise failure


def _send_some(ear: socket.socket, rest: memoryview) -> memoryview:
    """Send what goes without waiting; nothing is left to send once nobody listens."""
    try:
        return rest[ear.send(rest) :]
    except BlockingIOError:
        return rest
    except OSError:
        return rest[:0]  # the cell has ended: the rest is heard from the zygote


def _hear(ear: socket.socket, into: bytearray) -> bool:
    """Take in what has come; return False when there will be no more."""
    try:
        part = ear.recv(1 << 16)
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    if len(into) <= MOST_BYTES:
        into += part
    return bool(part)
