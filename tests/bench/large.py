"""Pictures of 100 megapixels, and how much memory a process takes for them at most."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import psutil
import tifffile
from numpy.typing import NDArray

from processing.operators.picture import Picture

LARGE = (12_000, 8_334)  # 100 megapixels
BAR_MIB = 2048
_KINDS = {8: np.uint8, 16: np.uint16}
Watch = Callable[[], tuple[float, float]]  # MiB of its own, and of files
_EVERY = 0.02  # seconds between two looks


def product(width: int = 1200, height: int = 833) -> NDArray[np.uint8]:
    """A green bottle with a label before a light ground that gets darker towards one side."""
    ground = np.linspace(238, 205, width)[None, :, None] * np.ones((height, 1, 3))
    shape = np.zeros((height, width), np.uint8)
    x, y, wide = width // 2, height, height // 8
    cv2.rectangle(shape, (x - wide, y * 4 // 10), (x + wide, y * 17 // 20), 255, -1, cv2.LINE_AA)
    cv2.ellipse(shape, (x, y * 4 // 10), (wide, y // 8), 0, 180, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(shape, (x - wide // 3, y // 7), (x + wide // 3, y * 4 // 10), 255, -1)
    across = np.linspace(-1, 1, 2 * wide)
    glass = np.ones((height, width, 3)) * (28, 92, 58)
    glass[:, x - wide : x + wide] *= (1.5 - across**2)[None, :, None]
    glass[y // 2 : y * 7 // 10, x - wide : x + wide] = (236, 222, 190)
    share = (shape / 255.0)[:, :, None]
    return np.clip(glass * share + ground * (1 - share), 0, 255).astype(np.uint8)


def written(
    path: Path, scene: NDArray[np.uint8], depth: int, size: tuple[int, int] = LARGE
) -> None:
    """The scene enlarged to ``size`` (width, height) with grain, as raw samples in a file."""
    width, height = size
    grain = np.random.default_rng(1).normal(0, 2.0, (512, width, 1)).astype(np.float32)
    most = 257 if depth == 16 else 1
    with path.open("wb") as file:
        for start in range(0, height, 512):
            count = min(512, height - start)
            move = np.array([[scene.shape[1] / width, 0, 0], [0, scene.shape[0] / height, 0]])
            move[1, 2] = start * scene.shape[0] / height
            flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
            rows = cv2.warpAffine(
                scene.astype(np.float32),
                move,
                (width, count),
                flags=flags,
                borderMode=cv2.BORDER_REPLICATE,
            )
            np.rint(np.clip(rows + grain[:count], 0, 255) * most).astype(_KINDS[depth]).tofile(file)


def mapped(path: Path, depth: int, size: tuple[int, int] = LARGE) -> Picture:
    """The picture in a file of raw samples as the engine has it: mapped, not read."""
    shape = (size[1], size[0], 3)
    return Picture.from_array(np.memmap(path, _KINDS[depth], mode="r", shape=shape))


def jpeg(path: Path, raw: Path) -> None:
    """The picture in a file of raw 8-bit samples as a JPEG of quality 92."""
    mapped(raw, 8).image.jpegsave(str(path), Q=92)


def tiff(path: Path, raw: Path) -> None:
    """The picture in a file of raw 16-bit samples as a TIFF without compression."""
    tifffile.imwrite(path, mapped(raw, 16).array(), photometric="rgb")


@dataclass
class Peak:
    """MiB at most: of a process' own memory, of files that it maps, and of both at one moment."""

    own: float = 0.0
    files: float = 0.0
    whole: float = 0.0

    def saw(self, own: float, files: float) -> None:
        self.own, self.files = max(self.own, own), max(self.files, files)
        self.whole = max(self.whole, own + files)


@contextmanager
def watched(look: Watch | None = None) -> Iterator[Peak]:
    """The peak of this process (or of what ``look`` looks at) while the block runs."""
    peak, done = Peak(), threading.Event()
    chosen = look or own_memory

    def watch() -> None:
        while not done.is_set():
            peak.saw(*chosen())
            time.sleep(_EVERY)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def own_memory() -> tuple[float, float]:
    """MiB that this process holds now: its own (shared memory too), and of files."""
    told = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in told.splitlines() if line.startswith("Rss"))
    kib = {name: int(value.split()[0]) for name, value in lines.items()}
    return (kib["RssAnon"] + kib["RssShmem"]) / 1024, kib["RssFile"] / 1024


def tree_memory() -> tuple[float, float]:
    """As `own_memory`, of this process and all that it started, what they share counted once.

    The database server is left out.
    """
    own = files = 0.0
    me = psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        try:
            if process.name() != "postgres":
                told = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
                kib = dict(_numbers(told))
                own += kib["Pss_Anon"] + kib["Pss_Shmem"]
                files += kib["Pss_File"]
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError, KeyError):
            continue  # it ended while we looked
    return own / 1024, files / 1024


def _numbers(told: str) -> Iterator[tuple[str, int]]:
    for line in told.splitlines()[1:]:
        name, value = line.split(":", 1)
        yield name, int(value.split()[0])
