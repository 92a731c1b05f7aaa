"""Pictures on the fly beside thumbor and bare libvips, in one run on the same pictures.

- With its base there: seconds for each picture, size and format, one request after the other, none
  from a cache, against thumbor (one process; tests/bench/thumbor.py tells where it comes from).
- From the original: decoding in a cell and encoding here, against libvips' own thumbnail; and how
  alike the picture from the base and that from the original are.
- Cached: requests a second, against a static file of the same bytes from the same server.

``LOUPE_BENCH_QUICK=1`` takes three of the pictures; ``LOUPE_BENCH_ROUNDS`` (3) is how often each is
measured. Takes five to ten minutes on two cores.
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

from tests.bench.thumbor import Thumbor, fetch
from tests.bench.transform_library import ROUNDS, SIZES
from tests.faults.uploading import Server
from tests.homes import ROOT, Home

SECONDS = 3.0
ASKERS = 4


def mean(ratios: list[float]) -> float:
    return math.exp(statistics.fmean(math.log(one) for one in ratios))


def beside_thumbor(port: int, told: list, other: Thumbor) -> None:
    """One picture of ours, one of theirs, in turns; the medians."""
    print(f"{'picture':14}{'width':>6} {'type':5}{'ours ms':>9}{'thumbor ms':>12}{'times':>7}")
    ratios = []
    for name, size, form, paths in told:
        ours, theirs = [], []
        for number, path in enumerate(paths):
            ours.append(fetch(port, path)[0])
            if other.port is not None:
                theirs.append(other.seconds(name, size + number, form))
        mine, their = statistics.median(ours), statistics.median(theirs or [math.nan])
        ratios.append(their / mine)
        line = f"{name:14}{size:6} {form:5}{mine * 1e3:9.1f}{their * 1e3:12.1f}{their / mine:7.1f}"
        print(line, flush=True)
    if other.port is not None:
        print(f"geometric mean: {mean(ratios):.2f} times thumbor's throughput (bar: 3)")


def rate(port: int, path: str) -> float:
    """Requests a second over kept connections, from a few askers at once."""
    end = time.monotonic() + SECONDS
    counts, failed = [0] * ASKERS, list[str]()

    def ask(number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.connect()
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() < end:
            line.request("GET", path)
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                failed.append(f"{path}: {answer.status}")
                return
            counts[number] += 1

    askers = [threading.Thread(target=ask, args=(n,)) for n in range(ASKERS)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert not failed, failed
    return sum(counts) / SECONDS


def cached(port: int, path: str, static: str) -> None:
    """In turns, so that other work on the machine hits both; the best of each."""
    rates = [(rate(port, path), rate(port, static)) for _ in range(ROUNDS)]
    best = [max(column) for column in zip(*rates, strict=True)]
    share = best[0] / best[1]
    print(f"cached: {best[0]:.0f} a second, static file {best[1]:.0f}: {share:.2f} (bar: 0.7)")


def from_originals(home: Home, folder: Path) -> None:
    told = in_home(home, "tests.bench.transform_originals", folder, "TOLD")
    print("from the original: milliseconds by the clock, and of the processor")
    print(f"{'picture':14}{'width':>6}{'ours':>14}{'libvips':>14}{'share':>12}{'alike':>7}")
    shares: list[list[float]] = [[], []]
    for name, size, mine, bare, alike in told:
        both = [theirs / ours for ours, theirs in zip(mine, bare, strict=True)]
        for column, share in zip(shares, both, strict=True):
            column.append(share)
        figures = "".join(f"{one[0] * 1e3:8.1f}{one[1] * 1e3:6.0f}" for one in (mine, bare))
        print(f"{name:14}{size:6}{figures}{both[0]:6.2f}{both[1]:6.2f}{alike:7.1f}")
    clock, processor = (mean(column) for column in shares)
    print(f"geometric mean: {clock:.2f} of bare libvips, {processor:.2f} by processor (bar: 0.85)")
    lowest = min(alike for *_, alike in told)
    print(f"SSIMULACRA2 of base against original: lowest {lowest:.1f} (bar: 90)")


def in_home(home: Home, module: str, folder: Path, mark: str):
    """What a module says behind ``mark``, run as a program with this home."""
    env = home.env | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
    words = [sys.executable, "-m", module, str(folder)]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.rpartition(mark)[2])


def timed(what: str, act: Callable[[], None]) -> None:
    begun = time.monotonic()
    act()
    print(f"({what}: {time.monotonic() - begun:.0f} s)\n", flush=True)


def serving(server: Server, folder: Path, made: dict) -> None:
    """What is measured over HTTP."""
    path = next(paths[0] for _, size, _, paths in made["addresses"] if size == SIZES[1])
    static = server.home.folder / "static" / "bench.jpg"
    server.start()
    static.parent.mkdir(exist_ok=True)
    static.write_bytes(fetch(server.port, path)[1])
    server.kill()
    server.start()  # static files are looked for when it starts
    try:
        with Thumbor(folder) as other:
            timed("thumbor", lambda: beside_thumbor(server.port, made["addresses"], other))
        timed("cached", lambda: cached(server.port, path, "/static/bench.jpg"))
    finally:
        server.kill()


def main() -> None:
    os.environ.setdefault("LOUPE_MODELS", str(ROOT / "var" / "models"))
    with tempfile.TemporaryDirectory(prefix="loupe-transforms-") as temporary:
        root = Path(temporary)
        home, folder = Home(root / "home"), root / "pictures"
        home.run("migrate")
        with home.serving():  # the database stays up between the programs that need it
            made = in_home(home, "tests.bench.transform_library", folder, "MADE")
            timed("from originals", lambda: from_originals(home, folder))
            serving(Server(home), folder, made)


if __name__ == "__main__":
    main()
