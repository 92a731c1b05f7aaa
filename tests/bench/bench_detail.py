"""Detail and marks: seconds for 24 megapixels, peak memory for 100, and what denoising gains.

Networks are stood in for (the subject is an ellipse, the face its upper third), so that what is
timed is the operator. Each peak is that of a process of its own, picture and result included.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from processing.operators import catalogue
from processing.operators.context import Context
from processing.operators.picture import Picture
from tests.processing import samples
from tests.processing.operators.cast import context
from tests.processing.operators.detail.scenes import psnr

ROUNDS = int(os.environ.get("LOUPE_BENCH_ROUNDS", "3"))
CASES: dict[str, dict[str, object]] = {
    "denoise": {"clean_too": True},
    "sharpen": {},
    "portrait-blur": {},
    "retouch": {},
    "vignette": {},
    "grain": {},
    "watermark": {"picture": "logo"},
    "watermark tiled": {"picture": "logo", "tiled": True, "opacity": 0.3},
    "text": {"text": "Summer sale", "shadow": "#00000080"},
    "text-watermark": {"text": "Sample"},
    "badge": {"text": "New"},
    "border": {"radius": 0.05},
}
SMALL, LARGE = (6000, 4000), (12_000, 8_334)


def photograph(size: tuple[int, int], depth: int = 8) -> Picture:
    """Photographs side by side with grain, of that size."""
    one = samples.pixels()
    times = -(-size[1] // one.shape[0]), -(-size[0] // one.shape[1]), 1
    pixels = np.tile(one, times)[: size[1], : size[0]]
    if depth == 16:
        return Picture.from_array(pixels.astype(np.uint16) * 257)
    return Picture.from_array(np.ascontiguousarray(pixels))


def seconds(name: str, picture: Picture, ready: Context) -> float:
    operator = catalogue.operator(name.split()[0])(**CASES[name])
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        operator.run(picture, ready)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def peak(name: str, depth: int) -> float:
    """GiB at most in a fresh process that holds 100 megapixels and does the work."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (name, depth))


def _peak(name: str, depth: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        ready = context(Path(folder))
        operator = catalogue.operator(name.split()[0])(**CASES[name])
        outcome = operator.run(photograph(LARGE, depth), ready)
    assert outcome.picture.depth == depth
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def denoising(files: list[Path]) -> None:
    """PSNR before and after, mean over photographs with white noise added."""
    operator = catalogue.operator("denoise")()
    print(f"\n{'noise of 255':14}{'before dB':>10}{'after dB':>10}{'found':>8}")
    for sigma in (5, 10, 20):
        before, after, found = [], [], []
        for number, file in enumerate(files):
            clean = Picture.from_array(np.asarray(Image.open(file).convert("RGB")))
            noise = np.random.default_rng(number).normal(0, sigma, clean.array().shape)
            dirty = np.rint(np.clip(clean.array() + noise, 0, 255)).astype(np.uint8)
            outcome = operator.run(Picture.from_array(dirty), Context())
            before.append(psnr(Picture.from_array(dirty), clean))
            after.append(psnr(outcome.picture, clean))
            found.append(outcome.measures["noise_before"]["luminance_of_255"])
        means = (statistics.mean(one) for one in (before, after, found))
        print("{:<14}{:10.2f}{:10.2f}{:8.2f}".format(sigma, *means), flush=True)


def main() -> None:
    wanted = sys.argv[1:] or list(CASES)
    picture = photograph(SMALL)
    print(f"{'operator':20}{'s, 24 MP':>10}{'GiB, 100 MP':>13}{'16 bits':>9}")
    with tempfile.TemporaryDirectory() as folder:
        ready = context(Path(folder))
        for name in wanted:
            taken = seconds(name, picture, ready)
            print(f"{name:20}{taken:10.2f}{peak(name, 8):13.2f}{peak(name, 16):9.2f}", flush=True)
    corpora = os.environ.get("LOUPE_CORPORA")
    if corpora:
        denoising(sorted((Path(corpora) / "kodak").glob("*.png")))


if __name__ == "__main__":
    main()
