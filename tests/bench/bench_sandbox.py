"""What it costs to open each file in a process of its own, beside opening it in ours.

Everything that the steps and the upload do with a file (look at its header, check it, read its
metadata, make renditions), in this process and in cells, picture by picture in turn: on a shared
machine only the ratio of the medians counts. Then the bare call.
"""

import os
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench_ingest import SIZE_24, make_picture
from tests.bench.own_home import prepare

PICTURES = int(os.environ.get("LOUPE_BENCH_PICTURES", "24"))
BARE_CALLS = 200
SIZES = {"24 megapixels": SIZE_24, "2 megapixels": (1600, 1200)}


def open_fully(path: Path, folder: Path, through: Callable) -> None:
    """All that Loupe does with a file before others look at its preview."""
    from processing.decode import Limits, inspect, verify
    from processing.metadata.reading import read
    from processing.renditions.making import LADDER, render

    through(inspect, path, Limits())
    through(verify, path, Limits(), first_frame=False)
    through(read, path)
    through(render, path, LADDER, folder)


def used(function: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of processors in this process and those that it waited for."""
    begun, before = time.perf_counter(), _processor()
    function()
    return time.perf_counter() - begun, _processor() - before


def _processor() -> float:
    from processing import sandbox

    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime + sandbox.usage().seconds


def directly(function: Callable, *arguments, **named):
    return function(*arguments, **named)


def compare(name: str, size: tuple[int, int], folder: Path) -> None:
    from processing import sandbox

    out = folder / "out"
    out.mkdir(exist_ok=True)
    path = folder / "picture.jpg"
    clock: dict[str, list[float]] = {"here": [], "in cells": []}
    work: dict[str, list[float]] = {"here": [], "in cells": []}
    for n in range(PICTURES + 1):
        make_picture(path, size, n)
        for where, through in (("here", directly), ("in cells", sandbox.call)):
            seconds, processor = used(lambda: open_fully(path, out, through))  # noqa: B023
            if n:  # the first is warm-up
                clock[where].append(seconds)
                work[where].append(processor)
    for what, times in (("clock", clock), ("processor", work)):
        here, cells = (statistics.median(times[where]) * 1000 for where in times)
        more = 100 * (cells / here - 1)
        print(f"{name}, {what}: {here:.0f} ms here, {cells:.0f} ms in cells: {more:+.1f} %")


def bare() -> None:
    from processing import sandbox
    from processing.decode import Limits, inspect

    folder = Path(os.environ["LOUPE_HOME"])
    path = folder / "small.jpg"
    make_picture(path, (64, 48), 0)
    times = []
    for _ in range(BARE_CALLS):
        seconds, _ = used(lambda: sandbox.call(inspect, path, Limits()))
        times.append(seconds * 1000)
    times.sort()
    print(
        f"one call: {statistics.median(times):.1f} ms, 95 % within {times[-BARE_CALLS // 20]:.1f}"
    )


def main() -> None:
    home = prepare("sandbox")
    try:
        from processing import sandbox

        begun = time.perf_counter()
        bare()
        print(f"first calls with the start of the zygote: {time.perf_counter() - begun:.1f} s")
        for name, size in SIZES.items():
            compare(name, size, home)
        print(f"most memory of a cell: {sandbox.usage().peak_mib:.0f} MiB")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    sys.exit(main())
