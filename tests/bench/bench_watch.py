"""Files through a watched folder, with two workers: is it as fast, and as small, at the end?

LOUPE_BENCH_FILES mixed files lie in the folder when the watcher begins. Each part (a thousand, or a
quarter where there are fewer) is timed until its last file is processed, and the memory of watcher
and workers taken then. The bar: the last part at 0.9 of the first one's rate or better, and no more
memory than noise. Processor time for each file is told too: it hardly depends on what else the
machine does. At the end everything must be accounted for, and nothing lie in the folder.
"""

import csv
import io
import itertools
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.bench.own_home import ROOT, prepare

FILES = int(os.environ.get("LOUPE_BENCH_FILES", "1000"))
PART = max(1, min(1000, FILES // 4))
SIZES = [(320, 240), (480, 360), (640, 480), (360, 640)]
FORMATS = ["JPEG"] * 6 + ["PNG", "WEBP", "TIFF", "CSV"]
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "CSV": "csv"}


def make_files(folder: Path, count: int) -> Counter:
    """Write mixed files, every fiftieth damaged; return how many of each kind there are."""
    choose = random.Random(7)
    made: Counter = Counter()
    for number in range(count):
        kind = choose.choice(FORMATS)
        data = _table(choose, number) if kind == "CSV" else _picture(choose, kind)
        if number % 50 == 49 and kind != "CSV":
            data, kind = b"<html>no picture", "JPEG"
            made["refused"] += 1
        else:
            made[kind] += 1
        (folder / f"file-{number:06d}.{ENDINGS[kind]}").write_bytes(data)
    return made


def _picture(choose: random.Random, kind: str) -> bytes:
    import numpy as np
    from PIL import Image

    width, height = choose.choice(SIZES)
    noise = np.random.default_rng(choose.getrandbits(32))
    corners = Image.fromarray(noise.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    file = io.BytesIO()
    corners.resize((width, height), Image.Resampling.BICUBIC).save(file, kind)
    return file.getvalue()


def _table(choose: random.Random, number: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["sku", "price", "stock"])
    writer.writerows([number * 100 + n, choose.random(), choose.randrange(99)] for n in range(30))
    return text.getvalue().encode()


End = tuple[float, dict[str, float]]


class Running:
    """`manage.py up` without the web server, and what it takes."""

    def __init__(self) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "up", "--no-web", "--workers", "2"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)

    def use(self) -> dict[str, float]:
        """Resident memory now, MiB: of the watcher, and of the largest worker process.

        Under `cpu`, the processor seconds of all so far, those of ended children included.
        """
        found = {"watcher": 0.0, "worker": 0.0, "cpu": 0.0}
        for one in psutil.Process(self.process.pid).children(recursive=True):
            try:
                words, size = " ".join(one.cmdline()), one.memory_info().rss / 1024**2
                found["cpu"] += sum(one.cpu_times()[:4])
            except psutil.NoSuchProcess:
                continue
            kind = "watcher" if words.endswith(" watch") else "worker"
            found[kind] = max(found[kind], size)
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


def processed() -> int:
    """How many files have met their end: refused at the door, or with no job left to be done."""
    from django.db.models import Exists, OuterRef

    from dam.models import Version
    from processing.models import Job, SourceFile
    from processing.queue import UNFINISHED

    refused = SourceFile.objects.filter(state="failed").count()
    busy = Job.objects.filter(version=OuterRef("pk"), state__in=UNFINISHED)
    return refused + Version.objects.exclude(Exists(busy)).count()


def watch(count: int) -> list[End]:
    """Run until all files are done; return the moment and the memory at the end of each part."""
    running, ends = Running(), []
    try:
        while processed() == 0:
            time.sleep(0.1)
        ends.append((time.monotonic(), running.use()))
        while len(ends) <= count // PART:
            while processed() < min(count, len(ends) * PART):
                time.sleep(0.2)
            ends.append((time.monotonic(), running.use()))
            seconds = ends[-1][0] - ends[-2][0]
            use, cpu = ends[-1][1], cpu_each(*ends[-2:])
            print(
                f"{(len(ends) - 1) * PART:>7} files  {PART / seconds:6.1f} files/s"
                f"  {cpu * 1000:5.0f} ms of processor each"
                f"  watcher {use['watcher']:4.0f} MiB  worker {use['worker']:4.0f} MiB"
            )
            sys.stdout.flush()
    finally:
        running.stop()
    return ends


def cpu_each(before: End, after: End) -> float:
    """Processor seconds for each file between two ends."""
    return (after[1]["cpu"] - before[1]["cpu"]) / PART


def main() -> None:
    home = prepare("watch")
    folder = home / "inbox" / "bench"
    folder.mkdir(parents=True)
    made = make_files(folder, FILES)
    print(f"{FILES} files: {', '.join(f'{count} {kind}' for kind, count in made.items())}")

    from dam.actions.brands import default_brand
    from dam.actions.people import system_user
    from processing.models import Source
    from processing.sources.actions import add_source

    add_source(user=system_user(), name="Bench", path=str(folder), brand=default_brand())
    ends = watch(FILES)
    rates = [PART / (after[0] - before[0]) for before, after in itertools.pairwise(ends)]
    print(f"last / first: {rates[-1] / rates[0]:.2f}  (bar: 0.90)")
    cpu = [cpu_each(*pair) for pair in itertools.pairwise(ends)]
    print(f"processor time for each file, first / last: {cpu[0] / cpu[-1]:.2f}")
    for name in ("watcher", "worker"):
        print(f"memory of the {name}, last / first: {ends[-1][1][name] / ends[1][1][name]:.2f}")
    source = Source.objects.get()
    counts = f"{source.taken} taken, {source.duplicates} duplicates, {source.failed} failed"
    left = [path for path in folder.iterdir() if path.is_file()]
    print(f"{counts}; {len(left)} left in the folder")
    assert source.taken + source.duplicates + source.failed == FILES
    assert source.failed == made["refused"]
    assert not left


if __name__ == "__main__":
    sys.exit(main())
