"""Geometry: resizing beside Pillow and libvips, turning beside libvips, and 100 megapixels each.

    python -m tests.bench.bench_geometry [--megapixels 100] [--rounds 3]

The pictures are those of LOUPE_CORPORA side by side, else drawn. Quality is told in decibels
against the same filter in floating point (resizing) or against the picture itself (there and back).
Each operator works on a large picture in a process of its own, whose peak of memory counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from processing import vips
from processing.operators import geometry
from processing.operators.base import Operator
from processing.operators.context import Context
from processing.operators.geometry.plane import about, through
from processing.operators.geometry.resize import resized
from processing.operators.picture import Picture
from tests.bench import corpora
from tests.processing.operators.geometry.facades import facade
from tests.processing.operators.geometry.helping import psnr

MOST_BYTES = 2 * 1024**3
SIZES = (3000, 1200, 400)
WHOLE = {"tile": {"width": 12_000, "height": 8_000}, "rotate": {"angle": 12}, "lens": {"k1": -0.1}}
SMALL = {"width": 2000, "height": 2000}


def sample(width: int, height: int) -> NDArray[np.uint8]:
    """Photographs side by side, or a drawn facade, as large as asked for."""
    place = corpora.root()
    files = sorted((place / "kodak").glob("*.png"))[:6] if place else []
    tiles = [np.asarray(Image.open(path).convert("RGB").resize((768, 512))) for path in files]
    row = np.hstack(tiles) if tiles else facade(8, 2, 5, noise=6).picture.array()
    made = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, row.shape[0]):
        for left in range(0, width, row.shape[1]):
            part = made[top : top + row.shape[0], left : left + row.shape[1]]
            part[...] = row[: part.shape[0], : part.shape[1]]
    return made


def best(rounds: int, run: Callable[[], NDArray]) -> tuple[float, NDArray]:
    """Processor seconds of the best round, and what came out."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        made = run()
        least = min(least, time.process_time() - start)
    return least, made


def exact(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray:
    """The same filter in floating point, rounded at the end."""
    bands = [
        Image.fromarray(pixels[:, :, band].astype(np.float32)).resize(
            size, Image.Resampling.LANCZOS
        )
        for band in range(3)
    ]
    return np.clip(np.rint(np.dstack([np.asarray(band) for band in bands])), 0, 255)


def resizing(pixels: NDArray[np.uint8], rounds: int) -> None:
    """Print time and quality of resizing."""
    picture, image = Picture.from_array(pixels), Image.fromarray(pixels)
    height, width = pixels.shape[:2]
    print(f"resize {width} × {height}, one thread, best of {rounds}: ms, and dB against floats")
    for longest in SIZES:
        size = longest, round(longest * height / width)
        runs = {
            "ours": lambda size=size: resized(picture, *size).array(),
            "Pillow Lanczos": lambda size=size: np.asarray(
                image.resize(size, Image.Resampling.LANCZOS)
            ),
            "libvips thumbnail": lambda size=size: picture.image.thumbnail_image(
                size[0], height=size[1], size="force"
            ).numpy(),
        }
        wanted = exact(pixels, size)
        for name, run in runs.items():
            seconds, made = best(rounds, run)
            print(f"  {longest:5} {name:20}{seconds * 1000:8.0f} ms{psnr(made, wanted):8.1f} dB")


def turning(pixels: NDArray[np.uint8], rounds: int) -> None:
    """Print time and loss of turning by 3° and back, in a frame that stays."""
    little = pixels[:512, :768]

    def matrix(shown: NDArray, angle: float) -> NDArray:
        sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
        turn = np.array([(cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1.0)])
        return about((shown.shape[1] / 2, shown.shape[0] / 2), turn)

    def by_vips(shown: NDArray, angle: float) -> NDArray:
        turn = about((-0.5, -0.5), matrix(shown, angle))  # its pixels' centres are whole numbers
        return (
            Picture.from_array(shown)
            .image.affine(
                turn[:2, :2].ravel().tolist(),
                interpolate=vips.Interpolate.new("bicubic"),
                odx=float(turn[0, 2]),
                ody=float(turn[1, 2]),
                oarea=[0, 0, shown.shape[1], shown.shape[0]],
                extend="copy",
            )
            .numpy()
        )

    def ours(shown: NDArray, angle: float) -> NDArray:
        size = shown.shape[1], shown.shape[0]
        return through(Picture.from_array(shown), matrix(shown, angle), *size, None).array()

    print("turn by 3°: ms for all, and dB there and back")
    for name, turn in (("ours", ours), ("libvips bicubic", by_vips)):
        seconds, _ = best(rounds, lambda turn=turn: turn(pixels, 3.0))
        home = turn(turn(little, 3.0), -3.0)
        loss = psnr(home[64:-64, 64:-64], little[64:-64, 64:-64])
        print(f"  {name:26}{seconds * 1000:8.0f} ms{loss:8.1f} dB")


def large_operator(kind: type[Operator]) -> Operator:
    """The operator as it works on something large: parameters of the example, or larger ones."""
    given = dict(kind.example)
    if {"width", "height"} <= set(kind.model_fields):
        given = {**given, **SMALL} if "width" in given else given
    return kind(**WHOLE.get(kind.operator, given))


def alone(name: str, megapixels: float, kind: str) -> None:
    """Run one operator on a large picture in this process and print what it took, as JSON."""
    operator = next(one for one in geometry.OPERATORS if one.operator == name)
    width = round((megapixels * 1.5e6) ** 0.5)
    pixels = sample(width, round(width / 1.5))
    if kind == "rgba16":
        wide = np.empty((*pixels.shape[:2], 4), np.uint16)
        np.multiply(pixels, np.uint16(257), out=wide[:, :, :3], casting="unsafe")
        wide[:, :, 3] = 60_000
        pixels = wide
    picture = Picture.from_array(pixels)
    held = pixels.nbytes
    del pixels
    start = time.perf_counter()
    made = large_operator(operator).run(picture, Context()).picture
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps([taken, peak, held, made.width, made.height]))


def large(megapixels: float) -> int:
    """Print time and peak of every operator; returns how many went over the bound."""
    over = 0
    print(f"{megapixels:g} megapixels, each in a process of its own: seconds, peak of memory")
    for kind in ("rgb8", "rgba16"):
        for operator in geometry.OPERATORS:
            what = ["--alone", operator.operator, "--megapixels", str(megapixels), "--kind", kind]
            told = subprocess.run(
                [sys.executable, "-m", "tests.bench.bench_geometry", *what],
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, peak, held, width, height = json.loads(told.stdout.splitlines()[-1])
            over += peak > MOST_BYTES
            print(
                f"  {kind:7}{operator.operator:13}{seconds:7.2f} s{peak / 2**20:7.0f} MiB "
                f"(source {held / 2**20:.0f}) → {width} × {height}",
                flush=True,
            )
    return over


def main() -> int:
    """Read the options and print everything."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--megapixels", type=float, default=100)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--alone", default="")
    reader.add_argument("--kind", default="rgb8")
    options = reader.parse_args()
    if options.alone:
        alone(options.alone, options.megapixels, options.kind)
        return 0
    pixels = sample(6000, 4000)
    resizing(pixels, options.rounds)
    turning(pixels, options.rounds)
    over = large(options.megapixels)
    print(f"over {MOST_BYTES / 2**30:g} GiB: {over}")
    return over


if __name__ == "__main__":
    raise SystemExit(main())
