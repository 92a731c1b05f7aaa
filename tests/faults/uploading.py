"""A web server of one's own, and a client for it that may be cut off."""

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

from tests.homes import ROOT, Home

BODY = "application/offset+octet-stream"
PLACE = "/api/v1/uploads/tus/"
TOKEN = """
from dam.models import Membership, User
from dam.actions.tokens import create_token
user = User.objects.create_user({name!r}, "{name}@example.com")
Membership.objects.create(user=user, role={role!r})
print("TOKEN" + create_token(user=user, name="faults", scopes=["uploads:write", "assets:read"])[1])
"""


class Answer(http.client.HTTPResponse):
    """For annotations: an answer that was read to its end."""

    body: bytes


class Server:
    """granian, as the supervisor starts it, in a home with tables; it can be killed.

    It is asked by somebody of its own, with a role in every brand.
    """

    def __init__(self, home: Home, *, name: str = "sender", role: str = "creator") -> None:
        self.home = home
        out = home.run("shell", "-v0", "-c", TOKEN.format(name=name, role=role)).stdout
        self.token = out.rpartition("TOKEN")[2].strip()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        words = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1"]
        words += ["--port", str(self.port), "--blocking-threads", "24", "--no-ws"]
        self.process = subprocess.Popen(
            [sys.executable, *words, "--log-level", "critical", "dam.wsgi:application"],
            env=self.home.env,
            cwd=ROOT,
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                return self.ask("OPTIONS", PLACE).close()
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the web server does not answer")

    def kill(self) -> None:
        """`kill -9` of the server and its worker."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def headers(self, **more: object) -> dict[str, str]:
        named = {name.replace("_", "-"): str(value) for name, value in more.items()}
        fixed = {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}
        return fixed | {"Content-Type": BODY} | named

    def ask(
        self, method: str, path: str, body: bytes = b"", port: int = 0, **headers: object
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        line.request(method, path, body, self.headers(**headers))
        answer = line.getresponse()
        answer.body = answer.read()
        return answer

    def begin(self, data: bytes, name: str = "file.bin") -> str:
        said = f"filename {base64.b64encode(name.encode()).decode()}"
        answer = self.ask("POST", PLACE, Upload_Length=len(data), Upload_Metadata=said)
        assert answer.status == 201, answer.body
        return str(answer.headers["Location"])

    def offset(self, place: str) -> int:
        return int(self.ask("HEAD", place).headers["Upload-Offset"])

    def send(self, place: str, data: bytes, offset: int, port: int = 0) -> int:
        """Send the rest; return the status, or 0 where the connection broke."""
        try:
            return self.ask("PATCH", place, data[offset:], port, Upload_Offset=offset).status
        except (OSError, http.client.HTTPException):
            return 0

    def carry_on(self, place: str, data: bytes) -> int:
        """Do what every client does until all is there; return how many requests it took."""
        for tries in range(1, 60):
            try:
                offset = self.offset(place)
            except (OSError, http.client.HTTPException, TypeError):
                time.sleep(0.3)
                continue
            if offset == len(data):
                return tries
            self.send(place, data, offset)
        raise AssertionError("it was never through")

    def outcome(self, place: str) -> dict:
        for _ in range(100):
            answer = json.loads(self.ask("GET", place).body)
            if answer["state"] == "ended":
                return answer
            time.sleep(0.2)
        raise AssertionError(answer)

    def check(self, place: str, data: bytes) -> dict:
        """The upload became a version whose original downloads with the hash of what was sent."""
        answer = self.outcome(place)
        assert answer["outcome"] in {"ingested", "duplicate"}, answer
        assert self.original(answer["version"]) == hashlib.sha256(data).hexdigest()
        return answer

    def original(self, version: int) -> str:
        """Download a version's original; return the SHA-256 of what came."""
        answer = self.ask("GET", f"/api/v1/versions/{version}/original")
        assert answer.status == 200, answer.body
        return hashlib.sha256(answer.body).hexdigest()

    def send_slowly(self, place: str, data: bytes, offset: int, *, seconds: float) -> int:
        """Send the rest in forty pieces over some seconds; return the status, 0 where it broke."""
        rest = data[offset:]
        size = len(rest) // 40 + 1
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

        def pieces():
            for start in range(0, len(rest), size):
                yield rest[start : start + size]
                time.sleep(seconds / 40)

        headers = self.headers(Upload_Offset=offset, Content_Length=len(rest))
        try:
            line.request("PATCH", place, pieces(), headers)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


def downloaded(home: Home) -> list[str]:
    """Download the original of every version that was not refused, through a web server.

    Return the SHA-256 of each, sorted: what was acknowledged must be in it, and once.
    """
    home.env["LOUPE_API_RATE"] = "0"
    with home.serving():
        server = Server(home, name="checker", role="admin")
        server.start()
        try:
            rows = home.count("SELECT id FROM dam_version WHERE state <> 'refused'")
            return sorted(server.original(row[0]) for row in rows)
        finally:
            server.kill()
