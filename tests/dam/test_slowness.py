"""Requests that come too slowly lose their connection, and nobody else does: by real sockets."""

import contextlib
import http.client
import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from dam.slowness import Body, Broken, Patience
from tests.homes import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of connections")
THREADS = 3  # of granian; the application believes in eight, so that it is patient


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    words = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1"]
    words += ["--port", str(number), "--blocking-threads", str(THREADS), "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, *words, "--log-level", "critical", "tests.dam.slow_app:application"],
        cwd=ROOT,
    )
    try:
        for _ in range(150):
            with contextlib.suppress(OSError):
                ask(number)
                break
            time.sleep(0.1)
        yield number
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str = "/", body: bytes | None = None, method: str = "GET") -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(line):
        line.request("POST" if body else method, path, body)
        return line.getresponse().read().decode()


def begin(port: int, path: str = "/", length: int = 100_000, sent: bytes = b"x") -> socket.socket:
    """Send the beginning of a request, and no more."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    line.sendall(head.encode() + sent)
    return line


def rest(line: socket.socket) -> str:
    """Return all that is answered until the connection ends."""
    with line:
        return b"".join(iter(lambda: line.recv(4096), b"")).decode()


def test_slow_bodies_in_every_thread_keep_nobody_out_for_long(port):
    lines = [begin(port) for _ in range(THREADS)]
    time.sleep(0.5)  # until they are being read
    begun = time.monotonic()
    assert ask(port) == "/ 0"
    assert 1 < time.monotonic() - begun < 6
    for line in lines:
        answer = rest(line)
        assert answer.startswith("HTTP/1.1 408 ")
        assert "did not come in time" in answer
    assert ask(port, body=b"y" * 300_000) == "/ 300000"


def test_a_trickle_is_slow_too(port):
    line = begin(port)
    begun, answered = time.monotonic(), threading.Event()

    def trickle():
        with contextlib.suppress(OSError):
            while not answered.wait(0.1):
                line.sendall(b"x" * 20)

    sender = threading.Thread(target=trickle)
    sender.start()
    first = line.recv(4096).decode()
    answered.set()
    sender.join()
    line.close()
    assert first.startswith("HTTP/1.1 408 ")
    assert time.monotonic() - begun < 6


def test_one_that_is_not_fast_but_fast_enough_is_let_through(port):
    line = begin(port, length=100_000, sent=b"")
    for _ in range(50):  # 25,000 bytes a second, for twice the seconds that it may take to begin
        line.sendall(b"x" * 2_000)
        time.sleep(0.08)
    assert "/ 100000" in line.recv(4096).decode()
    line.close()


def test_what_is_worked_on_and_what_is_idle_is_not_cut_off(port):
    idle = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    idle.request("GET", "/")
    idle.getresponse().read()
    working: list[str] = []
    worker = threading.Thread(target=lambda: working.append(ask(port, "/works?4")))
    worker.start()
    answer = rest(begin(port))
    worker.join()
    assert working == ["/works 0"]
    assert answer.startswith("HTTP/1.1 408 ")
    with contextlib.suppress(http.client.HTTPException, OSError):
        idle.request("GET", "/")  # it may be closed: whoever keeps connections begins a new one
        assert idle.getresponse().read() == b"/ 0"


def test_elsewhere_somebody_else_looks_after_bodies(port):
    line = begin(port, "/elsewhere/", length=2)
    time.sleep(4)
    line.sendall(b"x")
    assert "/elsewhere/ 2" in line.recv(4096).decode()
    line.close()


def test_a_sender_that_goes_is_no_body(port):
    begin(port).close()
    assert ask(port) == "/ 0"


@pytest.mark.parametrize(
    ("waited", "got", "times", "over"),
    [(19, 0, 1, False), (21, 0, 1, True), (21, 2_000, 1, False), (6, 0, 0.25, True)],
)
def test_patience(waited, got, times, over):
    assert Patience(20, 1_000, 3_600, 24).over(waited, got, times) is over


def test_patience_ends():
    assert Patience(20, 1_000, 3_600, 24).over(3_601, 10**9, 3)


def test_lines_of_a_body():
    body = Body(io.BytesIO(b"one\ntwo\nthree, and more"), 13, "127.0.0.1", 1)
    assert [body.readline(), body.readline(2), body.readline(), body.readline()] == [
        b"one\n",
        b"tw",
        b"o\n",
        b"three",
    ]
    assert body.readline() == b""


def test_a_body_that_ends_early_is_no_body():
    class Short:
        def read(self, size: int) -> bytes:
            return b"ab"[:size]

    body = Body(Short(), 5, "127.0.0.1", 1)
    assert body.read(2) == b"ab"
    with pytest.raises(Broken):
        body.read()
    assert body.broken
