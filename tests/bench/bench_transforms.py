"""Pictures on the fly beside thumbor and bare libvips, in one run on the same pictures.

- With its base there: seconds for each picture, size and format, one request after the other, none
  from a cache, against thumbor (one process, from PyPI, in an environment of its own under var/).
- From the original: decoding in a cell and encoding here, against libvips' own thumbnail.
- Cached: requests a second, against a static file of the same bytes from the same server.
- How alike the picture from the base and that of the original are, where `ssimulacra2` is there.
"""

import http.client
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.transform_library import REPEATS, SIZES
from tests.faults.uploading import Server
from tests.homes import ROOT, Home

THUMBOR = "thumbor==7.8.0"
VENV = ROOT / "var" / "bench-thumbor"
CONFIGURATION = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = {folder!r}
STORAGE = "thumbor.storages.no_storage"
ALLOW_UNSAFE_URL = True
QUALITY = 80
MAX_PIXELS = 400_000_000
"""
SECONDS = 3.0
ASKERS = 4


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def fetch(port: int, path: str) -> float:
    """Seconds for a picture, to its last byte."""
    begun = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 200, f"{path}: {answer.status} {body[:200]!r}"
    return time.perf_counter() - begun


def body(port: int, path: str) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", path)
    return line.getresponse().read()


class Thumbor:
    """A thumbor of one process, or none with a word where it cannot be had."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Thumbor | None":
        python = VENV / "bin" / "python"
        try:
            if not python.exists():
                subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True, timeout=120)
            wanted = [str(python), "-m", "pip", "install", "-q", THUMBOR, "setuptools<81"]
            subprocess.run(wanted, check=True, timeout=300, capture_output=True)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"thumbor: skipped, it cannot be had here ({error})")
            return None
        settings = self.folder.parent / "thumbor.conf"
        settings.write_text(CONFIGURATION.format(folder=str(self.folder)))
        words = [
            "-m",
            "thumbor.server",
            "-c",
            str(settings),
            "-p",
            str(self.port),
            "-i",
            "127.0.0.1",
        ]
        self.process = subprocess.Popen([str(python), *words], stderr=subprocess.DEVNULL)
        for _ in range(150):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.2)
        print("thumbor: skipped, it does not answer")
        return None

    def __exit__(self, *_told: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def seconds(self, name: str, size: int, form: str) -> float:
        kind = "jpeg" if form == "jpg" else form
        paths = [
            f"/unsafe/{size + n}x0/filters:format({kind}):quality(80)/{name}"
            for n in range(REPEATS)
        ]
        return statistics.median(fetch(self.port, path) for path in paths)


def mean(ratios: list[float]) -> float:
    return math.exp(statistics.fmean(math.log(one) for one in ratios))


def beside_thumbor(port: int, told: list, other: Thumbor | None) -> dict[tuple, float]:
    print(f"{'picture':14}{'width':>6} {'type':5}{'ours ms':>9}{'thumbor ms':>12}{'times':>7}")
    ratios = []
    ours = {}
    for name, size, form, paths in told:
        mine = statistics.median(fetch(port, path) for path in paths)
        ours[name, size, form] = mine
        theirs = other.seconds(name, size, form) if other else math.nan
        ratios.append(theirs / mine)
        line = (
            f"{name:14}{size:6} {form:5}{mine * 1e3:9.1f}{theirs * 1e3:12.1f}{theirs / mine:7.1f}"
        )
        print(line, flush=True)
    if other:
        print(f"geometric mean: {mean(ratios):.2f} times thumbor's throughput (bar: 3)")
    return ours


def rate(port: int, path: str) -> float:
    """Requests a second over kept connections, from a few askers at once."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    end = time.monotonic() + SECONDS
    counts = [0] * ASKERS

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answer:
            while time.monotonic() < end:
                line.sendall(request)
                assert b"200" in answer.readline()
                length = 0
                while (header := answer.readline()) != b"\r\n":
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                answer.read(length)
                counts[number] += 1

    askers = [threading.Thread(target=ask, args=(n,)) for n in range(ASKERS)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    return sum(counts) / SECONDS


def cached(port: int, path: str, static: str) -> None:
    rates = [(rate(port, path), rate(port, static)) for _ in range(3)]
    best = [max(column) for column in zip(*rates, strict=True)]
    share = best[0] / best[1]
    print(f"cached: {best[0]:.0f} a second, static file {best[1]:.0f}: {share:.2f} (bar: 0.7)")


FROM_ORIGINAL = """
import django, json, sys, time, tempfile
django.setup()
from pathlib import Path
from dam.models import Version
from processing import vips
from processing.engine.decoding import decoded
from processing.transforms import rendering, bases, sources, storing
from processing.transforms.geometry import planned
from processing.transforms.options import Options
from processing.transforms.rendering import Finish
folder, sizes = Path(sys.argv[1]), json.loads(sys.argv[2])
def best(act):
    took = []
    for _ in range(3):
        begun = time.perf_counter(); act(); took.append(time.perf_counter() - begun)
    return min(took)
try:
    from ssimulacra2 import compute_ssimulacra2 as score
except ImportError:
    score = None
told, room = [], Path(tempfile.gettempdir())
for version in Version.objects.order_by("pk"):
    path = folder / version.file_name
    have = (version.width, version.height)
    for size in sizes:
        plan = planned(Options(w=size, f="jpg", q=80), *have)
        finish = Finish("jpg", 80)
        def ours():
            with decoded(path, room, longest_edge=max(plan.width, plan.height)) as picture:
                return rendering.rendered(rendering.Shown.whole(picture.image, have), plan, finish)
        def bare():
            image = vips.Image.thumbnail(str(path), size, height=100_000, size="down")
            return image.jpegsave_buffer(Q=80, optimize_coding=True, keep="icc")
        alike = None
        if score is not None and size <= 800:
            plain = Finish("png", 100)
            kept = storing.bases().path(sources.name_of(version.blob_id))
            base = bases.opened(kept, plan.scale, max(plan.width, plan.height), whole=True)
            with decoded(path, room) as picture:
                direct = rendering.rendered(rendering.Shown.whole(picture.image, have), plan, plain)
            names = []
            for data in (direct, rendering.rendered(base, plan, plain)):
                with tempfile.NamedTemporaryFile(suffix=".png", delete=False) as target:
                    target.write(data); names.append(target.name)
            alike = score(*names)
        told.append([version.file_name, size, best(ours), best(bare), alike])
print("TOLD" + json.dumps(told))
"""


def from_original(home: Home, folder: Path) -> None:
    words = [sys.executable, "-c", FROM_ORIGINAL, str(folder), json.dumps(SIZES)]
    env = home.env | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
    done = subprocess.run(words, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    print(
        f"{'from the original':20}{'width':>6}{'ours ms':>9}{'libvips ms':>12}{'share':>7}  alike"
    )
    shares, scores = [], []
    for name, size, mine, bare, alike in json.loads(done.stdout.rpartition("TOLD")[2]):
        shares.append(bare / mine)
        scores += [alike] if alike is not None else []
        said = f"{alike:.1f}" if alike is not None else ""
        print(f"{name:20}{size:6}{mine * 1e3:9.1f}{bare * 1e3:12.1f}{bare / mine:7.2f}  {said}")
    print(f"geometric mean: {mean(shares):.2f} of bare libvips (bar: 0.85)")
    if scores:
        print(f"SSIMULACRA2 of base against original: lowest {min(scores):.1f} (bar: 90)")


def timed(what: str, act: Callable[[], None]) -> None:
    begun = time.monotonic()
    act()
    print(f"({what}: {time.monotonic() - begun:.0f} s)\n", flush=True)


def main() -> None:
    os.environ.setdefault("LOUPE_MODELS", str(ROOT / "var" / "models"))
    with tempfile.TemporaryDirectory(prefix="loupe-transforms-") as temporary:
        root = Path(temporary)
        home, folder = Home(root / "home"), root / "pictures"
        home.run("migrate")
        words = [sys.executable, "-m", "tests.bench.transform_library", str(folder)]
        env = home.env | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
        done = subprocess.run(words, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
        made = json.loads(done.stdout.rpartition("MADE")[2])
        server = Server(home)
        path = made["addresses"][2][3][0]
        static = home.folder / "static" / "bench.jpg"
        server.start()
        static.parent.mkdir(exist_ok=True)
        static.write_bytes(body(server.port, path))
        server.kill()
        server.start()  # static files are looked for when it starts
        try:
            with Thumbor(folder) as other:
                act = lambda: beside_thumbor(server.port, made["addresses"], other)  # noqa: E731
                timed("beside thumbor", act)
            timed("cached", lambda: cached(server.port, path, "/static/bench.jpg"))
        finally:
            server.kill()
        timed("from the original", lambda: from_original(home, folder))


if __name__ == "__main__":
    main()
