"""Requests that come too slowly: a body has so long, or whoever sends it loses the connection.

A server's `wsgi.input` waits as long as it takes, and each wait takes a thread: as many slow
requests as there are threads would keep everybody out, without any account. So a thread of its own
watches how long bodies are waited for. granian cannot be told to stop, and stands still for all
where an answer is given while a body is being read (2.8.7); but the kernel can be told that nothing
more is to come on a connection (dam/sockets.py). Then the read ends, and 408 is answered.

Which connection a request came on is not told either. It is one from its address on which, since
it was first seen to be slow, nothing was answered and less came than was missing. Others of which
that holds are idle ones, which lose nothing, and those whose request is being worked on: while
there are such from this address, the slow one has thrice the time. A request that waits for a free
thread, of the very address whose slow ones hold them, can lose its connection with them.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from dam import sockets

log = logging.getLogger(__name__)
SENTENCE = "The rest of this request did not come in time. Nothing was changed: send it again.\n"
PRESSED = 4  # so many times less patience while half of the threads wait for bodies
BUSY = 3  # so many times more while others from the address are being worked on
STEP = 16 * 1024  # bytes that are read at once: a read tells nothing before all of them are here
LOOKS = 8  # in the time that a body has


@dataclass(frozen=True, slots=True)
class Patience:
    """How slow a body may be. It may wait `seconds` altogether, and one more for each `rate` bytes
    that have come, but never longer than `longest` seconds."""

    seconds: float
    rate: float
    longest: float
    threads: int

    def over(self, waited: float, got: int, times: float) -> bool:
        return waited > min(self.longest, self.seconds * times + got / self.rate)


class Broken(OSError):
    """The body ended before its announced end."""


@dataclass(eq=False)
class Body:
    """A request's `wsgi.input` of an announced length, which knows how long it was waited for."""

    stream: Any
    left: int
    address: str
    port: int
    got: int = 0
    broken: bool = False
    seen: dict[sockets.Peer, sockets.Traffic] = field(default_factory=dict)
    missing: int = 0  # when it was seen
    _waited: float = 0.0
    _since: float | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises Broken (and Django UnreadablePostError) where less comes than was announced."""
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        if wanted <= STEP:
            return self._step(wanted)
        steps = (min(STEP, wanted - start) for start in range(0, wanted, STEP))
        return b"".join(self._step(step) for step in steps)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return bytes to the end of a line, at most `size` of them. Raises as `read` does."""
        most = self.left if size is None or size < 0 else min(size, self.left)
        line = bytearray()
        while len(line) < most and not line.endswith(b"\n"):
            line += self._step(1)
        return bytes(line)

    def _step(self, wanted: int) -> bytes:
        if not wanted:
            return b""
        self._since = time.monotonic()
        try:
            piece: bytes = self.stream.read(wanted)
        finally:
            self._waited, self._since = self.waited, None
        self.left -= len(piece)
        self.got += len(piece)
        if len(piece) < wanted:
            self.broken = True
            raise Broken(SENTENCE)
        return piece

    @property
    def waited(self) -> float:
        """Seconds that were spent in reading until now."""
        since = self._since
        return self._waited + (time.monotonic() - since if since is not None else 0.0)

    @property
    def is_waiting(self) -> bool:
        return self._since is not None


class Watch:
    """Looks after the bodies that are waited for, in a thread of its own while there are any."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._bodies: set[Body] = set()
        self._working: Counter[str] = Counter()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def works(self, address: str, more: int) -> None:
        """Count a request that is being worked on, or (-1) is no more."""
        with self._change:
            self._working[address] += more
            if not self._working[address]:
                del self._working[address]

    def add(self, body: Body) -> None:
        with self._change:
            self._bodies.add(body)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="slow bodies", daemon=True)
                self._thread.start()
            self._change.notify()

    def remove(self, body: Body) -> None:
        with self._change:
            self._bodies.discard(body)

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._bodies))
                bodies = [body for body in self._bodies if body.is_waiting]
            try:
                self.look(bodies)
            except OSError:  # no descriptors left to look with: there are more in a moment
                log.exception("slow requests could not be looked for")
            time.sleep(self.patience.seconds / PRESSED / LOOKS)

    def look(self, bodies: list[Body]) -> None:
        """See which bodies are slow, and hang up on those that are slower than may be."""
        times = 1 / PRESSED if len(bodies) * 2 >= self.patience.threads else 1.0
        for body in bodies:
            if not body.seen:
                if body.waited > self.patience.seconds / LOOKS:
                    body.missing, body.seen = body.left, self._connections(body)
            elif self.patience.over(body.waited, body.got, times * self._allowance(body, bodies)):
                self._hang_up(body)

    def _allowance(self, body: Body, waiting: Iterable[Body]) -> float:
        idle = sum(one.address == body.address for one in waiting)
        return BUSY if self._working[body.address] > idle else 1.0

    def _hang_up(self, body: Body) -> None:
        now = self._connections(body)
        slow = {
            peer
            for peer, then in body.seen.items()
            if peer in now
            and now[peer].acknowledged == then.acknowledged
            and now[peer].received - then.received < body.missing
        }
        if not sockets.hang_up(body.port, slow, address=body.address):
            body.missing, body.seen = body.left, now

    @staticmethod
    def _connections(body: Body) -> dict[sockets.Peer, sockets.Traffic]:
        return sockets.connections(body.port, address=body.address)


class InTime:
    """A WSGI application whose bodies have to come in time, but below `elsewhere`: there somebody
    else looks after them."""

    def __init__(self, application: Callable, patience: Patience, elsewhere: str) -> None:
        self.application = application
        self.elsewhere = elsewhere
        self.watch = Watch(patience)

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        address = environ.get("REMOTE_ADDR", "")
        self.watch.works(address, 1)
        try:
            return self._answer(environ, start_response)
        finally:
            self.watch.works(address, -1)

    def _answer(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        # What comes in chunks has no length, and Django reads nothing of it.
        if (
            not length.isdecimal()
            or not int(length)
            or environ["PATH_INFO"].startswith(self.elsewhere)
        ):
            return self.application(environ, start_response)
        port = int(environ.get("SERVER_PORT") or 0)
        body = Body(environ["wsgi.input"], int(length), environ.get("REMOTE_ADDR", ""), port)
        environ["wsgi.input"] = body
        said: list[Any] = []
        self.watch.add(body)
        try:
            answer = self.application(environ, lambda *given: said.extend(given))
        finally:
            self.watch.remove(body)
        if body.broken:
            return _too_late(answer, start_response)
        start_response(*said)
        return answer


def _too_late(instead_of: Any, start_response: Callable) -> list[bytes]:
    if hasattr(instead_of, "close"):
        instead_of.close()
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start_response("408 Request Timeout", [kind, ("Connection", "close")])
    return [SENTENCE.encode()]
