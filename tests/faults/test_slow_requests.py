"""As many slow requests as the web server has threads, of nobody: everybody else still gets in."""

import http.client
import socket
import time

import pytest

from tests.faults.uploading import Server
from tests.homes import Home

pytestmark = pytest.mark.faults

HEAD = (
    "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    "Cookie: csrftoken={0}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nlogin=x"
)
THREADS = 24  # of Server


def test_slow_sign_ins_do_not_keep_others_out(tmp_path, prepared):
    home = Home(tmp_path / "home", prepared)
    home.env["LOUPE_BODY_SECONDS"] = "4"
    with home.serving():
        server = Server(home)
        server.start()
        lines = []
        try:
            for _ in range(THREADS):
                line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
                line.sendall(HEAD.format("a" * 32).encode())
                lines.append(line)
            time.sleep(0.5)
            begun = time.monotonic()
            # Somebody else, from another address.
            other = http.client.HTTPConnection(
                "127.0.0.1", server.port, timeout=60, source_address=("127.0.0.2", 0)
            )
            other.request("GET", "/api/v1/me", headers=server.headers())
            answer = other.getresponse()
            assert answer.status == 200, answer.read()
            assert time.monotonic() - begun < 20
            assert {line.recv(12) for line in lines} == {b"HTTP/1.1 408"}
        finally:
            for line in lines:
                line.close()
            server.kill()
