"""Pictures on the fly under an attack of 200 at once, and whether the site stays usable meanwhile.

5,000 sizes that were never made before, then signatures that were tampered with, then sizes that
are more than is made, each again and again for a while; beside them one person who opens the
library's page. Fails where a request is neither answered, refused nor told to come back, where the
cache outgrows its bound, or where the page's 95th percentile is beyond 300 ms.

Who asks takes a core as well: on two cores that other work shares, compare the page with what it
takes while nothing else is asked. ``LOUPE_BENCH_SECONDS`` (20) is how long each part lasts.
"""

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.faults.uploading import Server
from tests.homes import ROOT, Home

AT_ONCE = 200
SIZES = 5_000
SECONDS = int(os.environ.get("LOUPE_BENCH_SECONDS", "20"))
CACHE_MIB = 16
BAR_MS = 300.0
PAUSE = 0.25  # of the person who looks, between two pages
SHOWN = 60  # assets on the library's page

PREPARE = """
import io, json, sys, django, pyvips
django.setup()
from pathlib import Path
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from django.test import RequestFactory
from dam.models import User, Version
from processing.actions import ingest_file
from processing.transforms.addresses import signed_path
from tests.bench.transform_library import bring_in
folder, count = Path(sys.argv[1]), int(sys.argv[2])
version = next(iter(bring_in(folder).values()))
person = User.objects.get(username="bench")
for number in range(int(sys.argv[3])):
    made = pyvips.Image.gaussnoise(480, 320, mean=128, sigma=30, seed=number).cast("uchar")
    data = io.BytesIO(made.jpegsave_buffer(Q=70))
    one = ingest_file(source=data, file_name=f"{number}.jpg", user=person).version
    Version.objects.filter(pk=one.pk).update(state="approved")
request = RequestFactory().get("/")
request.session = SessionStore()
login(request, person, "django.contrib.auth.backends.ModelBackend")
request.session.save()
sizes = [f"w={200 + n % 1000},h={200 + n // 1000},fit=cover,f=jpg,q=80" for n in range(count)]
print("MADE" + json.dumps({
    "cookie": f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}",
    "new": [signed_path(f"v{version}", one) for one in sizes],
    "large": [signed_path(f"v{version}", f"w={7000 + n},h=8000,fit=contain,bg=ffffff,blur=100")
              for n in range(200)],
}))
"""


@dataclass
class Heard:
    """What came back: how often each status, seconds each, and 503s that named no time."""

    statuses: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    speechless: int = 0

    def told(self, what: str) -> str:
        rate = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        slowest = max(self.seconds, default=0.0)
        return f"{what}: {rate}; slowest {slowest:.2f} s"


class Line:
    """One kept connection."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port, self.cookie = port, cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str) -> tuple[int, dict[str, str]]:
        """Status and headers of one GET; the body is read and thrown away."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n"
        self.writer.write(head.encode())
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        await self._skip(headers)
        return int(lines[0].split()[1]), headers

    async def _skip(self, headers: dict[str, str]) -> None:
        assert self.reader is not None
        if "content-length" in headers:
            await self.reader.readexactly(int(headers["content-length"]))
            return
        while size := int((await self.reader.readline()).strip() or b"0", 16):
            await self.reader.readexactly(size + 2)
        await self.reader.readline()

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


async def flood(port: int, paths: Iterator[str], heard: Heard, until: float) -> None:
    line = Line(port)
    for path in paths:
        begun = time.monotonic()
        status, headers = await line.ask(path)
        heard.seconds.append(time.monotonic() - begun)
        heard.statuses[status] += 1
        heard.speechless += status == 503 and "retry-after" not in headers
        if time.monotonic() > until:
            break
    line.close()


async def look(port: int, cookie: str, seconds: list[float]) -> None:
    """Open the library's page until told to stop."""
    line = Line(port, cookie)
    while True:
        begun = time.monotonic()
        status, _ = await line.ask("/")
        assert status == 200, f"the library's page: {status}"
        seconds.append(time.monotonic() - begun)
        await asyncio.sleep(PAUSE)


async def alone(port: int, cookie: str) -> list[float]:
    """What the page takes while nothing else is asked."""
    pages: list[float] = []
    person = asyncio.create_task(look(port, cookie, pages))
    await asyncio.sleep(SECONDS / 3)
    person.cancel()
    return pages


async def attack(port: int, cookie: str, paths: Iterable[str]) -> tuple[Heard, list[float]]:
    """Ask for all in turn, so many at once, while somebody looks at the library."""
    heard, pages, left = Heard(), list[float](), itertools.cycle(paths)
    person = asyncio.create_task(look(port, cookie, pages))
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(flood(port, left, heard, until) for _ in range(AT_ONCE)))
    if person.done():
        person.result()
    person.cancel()
    return heard, pages


def tampered(paths: list[str]) -> list[str]:
    """The same addresses with a character of signature or path changed, or a part left out."""
    changed = []
    for number, path in enumerate(itertools.islice(itertools.cycle(paths), 1_000)):
        _, _, signature, options, rest = path.split("/", 4)
        other = "A" if signature[-1] != "A" else "B"
        kinds = [
            f"/i/{signature[:-1]}{other}/{options}/{rest}",
            f"/i/{signature}/{options.replace('w=', 'w=1')}/{rest}",
            f"/i/{signature}/{options}/{rest}x",
            f"/i/k9{signature[2:]}/{options}/{rest}",
            f"/i/{signature[:3]}9999999999.{signature[3:]}/{options}/{rest}",
        ]
        changed.append(kinds[number % len(kinds)])
    return changed


def percentile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3


def used(server: Server) -> float:
    """Seconds of processor of the server and all that it started."""
    assert server.process is not None
    top = psutil.Process(server.process.pid)
    times = [one.cpu_times() for one in (top, *top.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def measured(server: Server, made: dict) -> list[str]:
    """Print the figures; return what is wrong."""
    wrong, cookie = list[str](), made["cookie"]
    asyncio.run(alone(server.port, cookie))  # its templates are read the first time
    quiet = asyncio.run(alone(server.port, cookie))
    print(
        f"library page, nothing else asked: median {percentile(quiet, 0.5):.0f} ms,"
        f" 95 % {percentile(quiet, 0.95):.0f} ms"
    )
    parts = [
        ("sizes never made before", made["new"], {200, 503}),
        ("tampered signatures", tampered(made["new"]), {403}),
        ("more than is made", made["large"], {400}),
    ]
    for what, paths, allowed in parts:
        begun, before = time.monotonic(), used(server)
        heard, pages = asyncio.run(attack(server.port, cookie, paths))
        wall, busy = time.monotonic() - begun, used(server) - before
        p95 = percentile(pages, 0.95)
        print(heard.told(what))
        print(
            f"  {len(heard.seconds) / wall:.0f} a second, server busy with {busy / wall:.2f} cores;"
            f" library page: {len(pages)} times, median {statistics.median(pages) * 1e3:.0f} ms,"
            f" 95 % {p95:.0f} ms (bar: {BAR_MS:.0f})"
        )
        strange = set(heard.statuses) - allowed
        wrong += [f"{what}: answered {strange}"] if strange else []
        wrong += [f"{what}: 503 without Retry-After"] if heard.speechless else []
        wrong += [f"{what}: the library's page took {p95:.0f} ms"] if p95 > BAR_MS else []
    return wrong


def kept(home: Home) -> float:
    """MiB in the cache of pictures."""
    folder = home.folder / "transforms" / "pictures"
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1024**2


def main() -> int:
    os.environ.setdefault("LOUPE_MODELS", str(ROOT / "var" / "models"))
    os.environ["LOUPE_BENCH_QUICK"] = "1"
    with tempfile.TemporaryDirectory(prefix="loupe-load-") as temporary:
        home, folder = Home(Path(temporary) / "home"), Path(temporary) / "pictures"
        home.env["LOUPE_TRANSFORMS_MIB"] = str(CACHE_MIB)
        home.run("migrate")
        from tests.bench.transform_library import draw

        draw(folder)
        with home.serving():
            env = home.env | {"DJANGO_SETTINGS_MODULE": "dam.settings"}
            words = [sys.executable, "-c", PREPARE, str(folder), str(SIZES), str(SHOWN)]
            done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-4000:]
            made = json.loads(done.stdout.rpartition("MADE")[2])
            server = Server(home)
            server.start()
            try:
                wrong = measured(server, made)
            finally:
                server.kill()
        size = kept(home)
    print(f"cache: {size:.1f} MiB (bound: {CACHE_MIB})")
    wrong += ["the cache outgrew its bound"] if size > CACHE_MIB else []
    print("\n".join(wrong) or "all within their bars")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
