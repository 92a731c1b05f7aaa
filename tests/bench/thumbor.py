"""thumbor, to be compared with: from PyPI, in an environment of its own outside of this repository.

``LOUPE_BENCH_TOOLS`` names the folder of such environments (by default ``~/.cache/loupe-bench``).
The first run fills it with ``pip install``; where that cannot be done, the comparison is skipped
with a word.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

THUMBOR = "thumbor==7.8.0"
_CONFIGURATION = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = {folder!r}
STORAGE = "thumbor.storages.no_storage"
ALLOW_UNSAFE_URL = True
QUALITY = 80
MAX_PIXELS = 400_000_000
"""
_STARTS_WITHIN = 30.0


def tools() -> Path:
    """The folder of what benchmarks compare with."""
    return Path(os.environ.get("LOUPE_BENCH_TOOLS") or Path.home() / ".cache" / "loupe-bench")


def installed(name: str, *requirements: str) -> Path | None:
    """The Python of an environment with these requirements; None, with a word, without them."""
    folder = tools() / name
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
        words = [str(python), "-m", "pip", "install", "-q", *requirements]
        subprocess.run(words, check=True, timeout=300, capture_output=True)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"{name}: skipped, it cannot be had here ({error})")
        return None
    return python


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def fetch(port: int, path: str) -> tuple[float, bytes]:
    """Seconds for a picture to its last byte, and its bytes. Anything but 200 ends the run."""
    begun = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    assert answer.status == 200, f"{path}: {answer.status} {body[:200]!r}"
    return time.perf_counter() - begun, body


class Thumbor:
    """A thumbor of one process that shows a folder's files; ``port`` is None where there is none.

    For use as a context.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port: int | None = None
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Thumbor":
        # thumbor imports pkg_resources, which setuptools no longer has from 81 on.
        python = installed("thumbor", THUMBOR, "setuptools<81")
        if python is not None:
            self._start(python, free_port())
        return self

    def _start(self, python: Path, port: int) -> None:
        settings = self.folder.parent / "thumbor.conf"
        settings.write_text(_CONFIGURATION.format(folder=str(self.folder)))
        words = [str(python), "-m", "thumbor.server", "-c", str(settings)]
        words += ["-p", str(port), "-i", "127.0.0.1"]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        end = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.2)
            else:
                self.port = port
                return
        print("thumbor: skipped, it does not answer")

    def __exit__(self, *_told: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def seconds(self, name: str, width: int, form: str) -> float:
        """For one picture of a width and type, at quality 80."""
        assert self.port is not None
        kind = "jpeg" if form == "jpg" else form
        path = f"/unsafe/{width}x0/filters:format({kind}):quality(80)/{name}"
        return fetch(self.port, path)[0]
