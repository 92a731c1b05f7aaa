"""The line to one cell: put a request, hear the answer, or how it ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import selectors
import socket
import time
from typing import Any

from processing.errors import TransientError
from processing.sandbox import endings, frames
from processing.sandbox.bounds import Bounds
from processing.sandbox.frames import ENDING
from processing.sandbox.request import Request
from processing.sandbox.room import Room

log = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024**2  # of an answer: what is large is a file
_PART = 1 << 16


class Unavailable(TransientError):
    """The sandbox could not be started, or went away: nothing is known of the file."""


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


class Cell:
    """Our side of a cell: its lines, its room, and how many calls it has served."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.calls = 0
        self.peak_kib = 0.0
        self.seconds = 0.0  # of the processor, up to now
        pairs = [socket.socketpair() for _ in range(frames.DESCRIPTORS)]
        self.work, self.ending, self.words = (ours for ours, _ in pairs)
        self.theirs = [theirs for _, theirs in pairs]
        for ours in (self.work, self.ending, self.words):
            ours.setblocking(False)
        self.theirs[2].setblocking(False)  # who says more than is heard is not to wait for us

    def handed_over(self) -> None:
        """Their ends are theirs alone from now on."""
        for theirs in self.theirs:
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether nothing has been heard of its end."""
        try:
            self.ending.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def leave(self) -> None:
        """In a forked child: let go of our copies, and end nothing."""
        for ours in (self.work, self.ending, self.words):
            ours.close()

    def close(self) -> None:
        """Let go of it: the zygote ends a cell that nobody listens to."""
        self.handed_over()
        self.leave()
        self.room.close()

    def call(self, request: Request) -> Any:
        """Return a call's result as it came from JSON: a stranger's word, still to be rebuilt.

        Raises what the function raised where it is a ProcessingError or an OSError, and
        Overstepped, Crashed, ResourceError or Unavailable for a cell that ended otherwise.
        """
        self.calls += 1
        heard = self._listen(request)
        answer = heard.whole()
        if answer is not None:
            return self._result(answer, request.bounds)
        if len(heard.ending) != ENDING.size:
            raise Unavailable("The process in which files are opened went away.")
        status, self.peak_kib, self.seconds = ENDING.unpack(heard.ending)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == frames.NOT_SETTLED:
            log.error("a cell could not be shut in: %s", heard.words.decode(errors="replace"))
            raise Unavailable("The process in which files are opened could not be made safe.")
        error = endings.died(status, bytes(heard.words), request.bounds)
        log.warning("a file ended the process that opened it: %s", error.detail)
        raise error

    def _listen(self, request: Request) -> Heard:
        """Send the request and hear until the answer is whole or the cell has ended."""
        heard, end = Heard(), time.monotonic() + request.bounds.seconds
        rest = memoryview(frames.frame(pickle.dumps(request)))
        with selectors.DefaultSelector() as selector:
            selector.register(self.work, selectors.EVENT_READ | selectors.EVENT_WRITE, heard.answer)
            selector.register(self.ending, selectors.EVENT_READ, heard.ending)
            selector.register(self.words, selectors.EVENT_READ, heard.words)
            while selector.get_map() and heard.whole() is None:
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
        return heard

    def _result(self, answer: bytes, bounds: Bounds) -> Any:
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise endings.Crashed(endings.CRASHED, detail=f"nonsense: {error}") from error
        if not isinstance(told, dict):
            raise endings.Crashed(endings.CRASHED, detail="an answer without form")
        with contextlib.suppress(TypeError, ValueError):  # its own word, and only for statistics
            self.peak_kib, self.seconds = float(told["peak"]), float(told["seconds"])
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
        part = ear.recv(_PART)
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    if len(into) <= MOST_BYTES:
        into += part
    return bool(part)
