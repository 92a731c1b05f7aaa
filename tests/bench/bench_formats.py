"""Renditions of each format, beside the obvious way with the same decoder: decode all, then Pillow.

The same three renditions in one process, in turn, several rounds; the medians count. HEIC needs
LOUPE_CORPORA, since nothing here can write it.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from processing.renditions.making import LADDER, render
from tests.processing import samples

ROUNDS = int(os.environ.get("LOUPE_BENCH_ROUNDS", "3"))
SIZE = (4000, 3000)


def large() -> np.ndarray:
    """A photograph enlarged to 12 megapixels with grain, so that decoding has work to do."""
    photo = Image.fromarray(samples.pixels()).resize(SIZE, Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 6, (*SIZE[::-1], 1))
    return np.clip(np.asarray(photo) + grain, 0, 255).astype(np.uint8)


def heic(path: Path) -> Image.Image:
    import pi_heif

    return pi_heif.open_heif(str(path)).to_pillow()


def jxl(path: Path) -> Image.Image:
    import imagecodecs

    return Image.fromarray(imagecodecs.jpegxl_decode(path.read_bytes()))


def raw(path: Path) -> Image.Image:
    import rawpy

    with rawpy.imread(str(path)) as opened:
        return Image.fromarray(opened.postprocess(use_camera_wb=True))


def psd(path: Path) -> Image.Image:
    from psd_tools import PSDImage

    return PSDImage.open(path).topil()


def pdf(path: Path) -> Image.Image:
    import pypdfium2

    return pypdfium2.PdfDocument(str(path))[0].render(scale=300 / 72).to_pil()


def pillow(path: Path) -> Image.Image:
    return Image.open(path)


def naive(decode: Callable[[Path], Image.Image], path: Path, folder: Path) -> None:
    picture = decode(path).convert("RGB")
    for spec in LADDER:
        small = picture.copy()
        small.thumbnail((spec.longest_edge, spec.longest_edge), Image.Resampling.LANCZOS)
        small.save(folder / f"naive-{spec.purpose}.webp", quality=spec.quality)


def files(folder: Path) -> dict[str, tuple[Path, Callable[[Path], Image.Image]]]:
    pixels = large()
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "BMP")
    made: dict[str, tuple[bytes, Callable[[Path], Image.Image]]] = {
        "JPEG XL": (samples.jxl(pixels, effort=3), jxl),
        "camera raw (DNG)": (samples.dng(values=pixels), raw),
        "Photoshop": (samples.psd(np.moveaxis(pixels, 2, 0)), psd),
        "PDF": (samples.pdf(), pdf),
        "BMP": (buffer.getvalue(), pillow),
    }
    found = {}
    for name, (data, decode) in made.items():
        path = folder / name.replace(" ", "-")
        path.write_bytes(data)
        found[name] = (path, decode)
    corpora = os.environ.get("LOUPE_CORPORA")
    if corpora:
        found["HEIC"] = (Path(corpora) / "formats" / "IMG_2682.heic", heic)
    return found


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    print(f"{'format':20}{'ours ms':>9}{'obvious ms':>12}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, (path, decode) in files(folder).items():
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(timed(lambda p=path: render(p, LADDER, folder)))
                theirs.append(timed(lambda p=path, d=decode: naive(d, p, folder)))
            mine, other = statistics.median(ours), statistics.median(theirs)
            print(f"{label:20}{mine:9.0f}{other:12.0f}{mine / other:7.2f}", flush=True)


if __name__ == "__main__":
    main()
