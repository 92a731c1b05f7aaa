"""Smart compression beside fixed JPEG and WebP of quality 80: bytes and worst SSIMULACRA2.

24 photographs (Kodak's, of LOUPE_CORPORA; else those of scikit-image, enlarged in number by their
parts) and 20 graphics drawn here. Fixed settings are libvips' own defaults at quality 80. What a
file really has is measured on all of it. The search is timed on pictures of about 2 megapixels,
each made of six, the hardest to sample.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from processing import vips
from processing.compression.searching import Judge
from processing.compression.ssimulacra2 import Reference
from processing.operators.context import Context
from processing.operators.export.auto import Auto
from processing.operators.export.avif import Avif
from processing.operators.export.common import PictureExporter
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.jxl import Jxl
from processing.operators.export.lossy import LossyExporter, sample_of
from processing.operators.export.webp import Webp
from processing.operators.exporter import Encoded
from processing.operators.picture import Picture
from tests.bench import corpora
from tests.bench.graphics import all_of_them

Pixels = NDArray[np.uint8]
LEAST_SAVED, SECONDS = 0.20, 0.5


def photographs() -> list[Pixels]:
    """24 of them, uint8 RGB."""
    place = corpora.root()
    files = sorted((place / "kodak").glob("*.png")) if place else []
    if files:
        return [np.asarray(Image.open(path).convert("RGB")) for path in files][:24]
    whole = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket()]
    parts = [one[y : y + 240, x : x + 300] for one in whole for y in (0, 60) for x in (0, 70, 140)]
    return [np.ascontiguousarray(part) for part in parts]


def fixed(suffix: str) -> Callable[[Picture], bytes]:
    def save(picture: Picture) -> bytes:
        write = getattr(picture.image, f"{suffix}save_buffer")
        return bytes(write(Q=80, keep="icc"))

    return save


def smart(exporter: PictureExporter) -> Callable[[Picture], bytes]:
    def save(picture: Picture) -> bytes:
        made: Encoded = exporter.encode(picture, Context())
        return made.data

    return save


def shown(encoded: bytes) -> Pixels:
    return np.ascontiguousarray(vips.Image.new_from_buffer(encoded, "").numpy()[:, :, :3])


def compare(pictures: list[Pixels], save: Callable[[Picture], bytes]) -> tuple[int, float]:
    """Bytes in total, and the worst SSIMULACRA2."""
    total, worst = 0, 100.0
    for pixels in pictures:
        encoded = save(Picture.from_array(pixels))
        total += len(encoded)
        worst = min(worst, Reference(pixels).score(shown(encoded)))
    return total, worst


def two_megapixels(photos: list[Pixels]) -> list[Pixels]:
    """Six photographs to a picture, 1,536 pixels a side with Kodak's."""
    wide = [one if one.shape[1] > one.shape[0] else np.rot90(one) for one in photos]
    height, width = (min(one.shape[axis] for one in wide) for axis in (0, 1))
    cut = [one[:height, :width] for one in wide]
    sheets = [
        np.vstack([np.hstack(cut[at + row : at + row + 2]) for row in (0, 2, 4)])
        for at in range(0, len(cut) - 5, 6)
    ]
    scale = (2_100_000 / (sheets[0].shape[0] * sheets[0].shape[1])) ** 0.5
    return [cv2.resize(one, None, fx=scale, fy=scale) if scale > 1 else one for one in sheets]


def search_seconds(exporter: LossyExporter, pixels: Pixels) -> float:
    """Processor time of sample, reference and search, without encoding the whole picture."""
    picture = Picture.from_array(pixels)
    start = time.process_time()
    sample = sample_of(picture)
    exporter._found(sample, Judge(sample.array()))
    return time.process_time() - start


def table(name: str, pictures: list[Pixels]) -> dict[str, tuple[int, float]]:
    savers = {
        "JPEG 80": fixed("jpeg"),
        "JPEG auto": smart(Jpeg(quality="auto")),
        "JPEG or PNG auto": smart(Auto(among=("jpeg", "png"))),
        "WebP 80": fixed("webp"),
        "WebP auto": smart(Webp(quality="auto")),
        "any of three": smart(Auto()),
    }
    rows = {what: compare(pictures, save) for what, save in savers.items()}
    print(f"\n{name} ({len(pictures)})          bytes   worst SSIMULACRA2")
    for what, (total, worst) in rows.items():
        print(f"  {what:18} {total:12,} {worst:10.1f}")
    return rows


PAIRS = (("JPEG 80", "JPEG or PNG auto"), ("WebP 80", "WebP auto"), ("WebP 80", "any of three"))


def main() -> int:
    cv2.setNumThreads(1)
    photos, graphics = photographs(), list(all_of_them().values())
    parts = [table("photographs", photos), table("graphics", graphics)]
    failed = False
    print("\ntogether")
    for usual, ours in PAIRS:
        before, after = (sum(part[what][0] for part in parts) for what in (usual, ours))
        worse, better = (min(part[what][1] for part in parts) for what in (usual, ours))
        saved = 1 - after / before
        failed |= saved < LEAST_SAVED or better < worse
        print(f"  {ours} for {usual}: {saved:.1%} fewer bytes, worst {worse:.1f} → {better:.1f}")
    for kind in (Jpeg, Webp, Avif, Jxl):
        exporter = kind(quality="auto")
        times = [search_seconds(exporter, one) for one in two_megapixels(photos)]
        middle = statistics.median(times)
        failed |= middle > SECONDS
        most = max(times)
        print(f"  search, {exporter.title}, 2 megapixels: {middle:.2f} s, at most {most:.2f}")
    print("missed a bar" if failed else "all bars met")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
