"""The bytes of a request as they come, in bounded memory, without waiting for ever.

A server's `wsgi.input` has no time limit: a sender that falls silent (a telephone that left the
network) would hold its upload. So a thread of its own reads, and whoever waits for it can stop
waiting and let the upload go. The request itself ends only when that thread has: granian stands
still, for everybody, where an answer is given while its body is being read (measured with 2.8.7).
Connections whose other end is gone are ended by the kernel (dam/sockets.py).
"""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

PIECE = 64 * 1024
AHEAD = 32  # pieces that may wait in memory: 2 MiB
SILENCE_SECONDS = 30.0
LOOK_SECONDS = 1.0  # how soon a silent sender makes room for another request that wants the upload


class Stream(Protocol):
    """What a WSGI server gives as `wsgi.input`."""

    def read(self, size: int, /) -> bytes: ...


class Silent(Exception):
    """Nothing has come for a while, or somebody else wants the upload meanwhile."""


class Incoming:
    """A body of `length` bytes (None: to its end) on its way in."""

    def __init__(self, stream: Stream, length: int | None) -> None:
        self.length = length
        self._stream = stream
        self._waiting: queue.Queue[bytes] = queue.Queue(AHEAD)
        self._stopped = threading.Event()
        self._reader: threading.Thread | None = None

    def pieces(self, *, wanted: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        """Yield the body in pieces; fewer than announced if the sender goes. Call it once.

        Raises Silent after SILENCE_SECONDS without a byte, or sooner if `wanted()` says that the
        wait keeps somebody from going on.
        """
        given = (self._stream, self.length, self._waiting, self._stopped)
        self._reader = threading.Thread(target=_read, args=given, name="upload body", daemon=True)
        self._reader.start()
        while piece := _next(self._waiting, wanted):
            yield piece

    def close(self) -> None:
        """Read no more, and wait until nothing reads: until the sender says something, or goes."""
        self._stopped.set()
        if self._reader is not None:
            self._reader.join()


def _next(waiting: "queue.Queue[bytes]", wanted: Callable[[], bool]) -> bytes:
    waited = 0.0
    while True:
        try:
            return waiting.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            waited += LOOK_SECONDS
            if waited >= SILENCE_SECONDS or wanted():
                raise Silent from None


def _read(
    stream: Stream, length: int | None, waiting: "queue.Queue[bytes]", stopped: threading.Event
) -> None:
    left = length
    try:
        while left != 0 and not stopped.is_set():
            piece = stream.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                return
            if left is not None:
                left -= len(piece)
            _hand_over(piece, waiting, stopped)
    finally:
        _hand_over(b"", waiting, stopped)


def _hand_over(piece: bytes, waiting: "queue.Queue[bytes]", stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            waiting.put(piece, timeout=LOOK_SECONDS)
            return
        except queue.Full:
            continue


def drain(stream: Stream, length: int) -> None:
    """Read a short body away, so that a browser that is still sending sees the answer to it."""
    incoming = Incoming(stream, length)
    try:
        for _piece in incoming.pieces(wanted=lambda: True):
            pass
    except Silent:
        return
    finally:
        incoming.close()
