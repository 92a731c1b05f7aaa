"""Uploads on loopback: tus against one plain form, for one large file and for many small ones.

Prints seconds, their ratio, and the memory of the web server before and at its highest.
"""

import http.client
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.faults.uploading import PLACE, Server
from tests.homes import Home

LARGE = int(os.environ.get("LOUPE_BENCH_UPLOAD_MIB", "200")) * 1024**2
SMALL, COUNT = 2 * 1024**2, int(os.environ.get("LOUPE_BENCH_UPLOADS", "200"))
BOUNDARY = "loupe-bench"


def by_form(server: Server, data: bytes, name: str) -> None:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    line.request("POST", "/api/v1/uploads/", body, server.headers(Content_Type=kind))
    answer = line.getresponse()
    assert answer.status == 201, answer.read()


def by_tus(server: Server, data: bytes, name: str) -> None:
    """As the pages do: what is small comes along with the announcement."""
    if len(data) <= 4 * 1024**2:
        answer = server.ask("POST", PLACE, data, Upload_Length=len(data))
        assert answer.status == 201, answer.body
        return
    place = server.begin(data, name)
    assert server.send(place, data, 0) == 204


class Memory:
    """The highest memory of the server's processes while something goes on, in MiB."""

    def __init__(self, server: Server) -> None:
        assert server.process is not None
        root = psutil.Process(server.process.pid)
        self.processes = [root, *root.children(recursive=True)]
        self.highest = self.now()
        self.stopped = threading.Event()

    def now(self) -> float:
        return sum(one.memory_info().rss for one in self.processes if one.is_running()) / 1024**2

    def __enter__(self) -> "Memory":
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopped.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.stopped.wait(0.05):
            self.highest = max(self.highest, self.now())


def timed(send: Callable, server: Server, size: int, count: int) -> float:
    files = [random.randbytes(size) for _ in range(count)]  # no bytes come twice
    begun = time.perf_counter()
    for number, data in enumerate(files):
        send(server, data, f"file-{number}.bin")
    return time.perf_counter() - begun


def measure(server: Server) -> None:
    timed(by_form, server, 1000, 1)
    timed(by_tus, server, 1000, 1)
    for size, count in ((LARGE, 1), (SMALL, COUNT)):
        for name, send in (("form", by_form), ("tus", by_tus)):
            before = Memory(server).now()
            with Memory(server) as memory:
                seconds = timed(send, server, size, count)
            megabytes = size * count / 10**6
            print(
                f"{count} × {size / 1024**2:.0f} MiB by {name}: {seconds:.2f} s,"
                f" {megabytes / seconds:.0f} MB/s; memory {before:.0f} → {memory.highest:.0f} MiB"
            )


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="loupe-uploads-"))
    folder.chmod(0o755)
    os.environ.setdefault("LOUPE_MODELS", str(folder / "models"))
    os.environ["LOUPE_UPLOADS_PER_MINUTE"] = "100000"
    os.environ["LOUPE_API_RATE"] = "0"
    home = Home(folder / "home")
    home.run("migrate", "-v0")
    server = Server(home)
    server.start()
    try:
        measure(server)
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
