"""Ingest of 24-megapixel JPEGs with 2 workers, beside the sum of its parts and a naive loop.

All three do their work in two processes on the same pictures, in turn, several rounds; the ratios
of the medians are what counts on a shared machine.
"""

import os
import shutil
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tests.bench.own_home import prepare

PICTURES = int(os.environ.get("LOUPE_BENCH_PICTURES", "24"))
ROUNDS = int(os.environ.get("LOUPE_BENCH_ROUNDS", "3"))
WORKERS = 2
SIZE_24, SIZE_100 = (6000, 4000), (12_240, 8_170)
EDGES = (2048, 1024, 400)
CROPS = 3  # as the concept encoder looks at a picture


def make_picture(path: Path, size: tuple[int, int], seed: int) -> None:
    """Enlarge a real photograph and add film grain, so that decoding has real work to do."""
    import pyvips
    import skimage.data

    names = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "stereo_motorcycle")
    photo = getattr(skimage.data, names[seed % len(names)])()
    photo = np.ascontiguousarray(photo[0] if isinstance(photo, tuple) else photo)
    image = pyvips.Image.new_from_array(photo)
    image = image.resize(size[0] / image.width, vscale=size[1] / image.height, kernel="cubic")
    grain = pyvips.Image.gaussnoise(image.width, image.height, sigma=6, mean=0, seed=seed)
    (image + grain).cast("uchar").copy(interpretation="srgb").jpegsave(str(path), Q=90)


def parts(path: str) -> None:
    """One full decode, bare libvips renditions, bare encoder on a decoded preview: no more."""
    import io

    import pyvips
    from PIL import Image

    pyvips.Image.new_from_file(path, access="sequential").avg()
    large = pyvips.Image.thumbnail(path, EDGES[0], height=EDGES[0], size="down").copy_memory()
    for edge in EDGES:
        smaller = large.thumbnail_image(edge, height=edge) if edge < EDGES[0] else large
        data = smaller.webpsave_buffer(Q=80, effort=2)
        if edge == 1024:
            preview = data
    encoder().encode_images([Image.open(io.BytesIO(preview)).convert("RGB")])


def naive(path: str) -> None:
    """What a first version does: open the file for each rendition with Pillow, torch in fp32."""
    import torch
    from PIL import Image

    for edge in EDGES:
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
            small.save(f"{path}.{os.getpid()}.webp", quality=80)
    with Image.open(path) as picture:
        square = picture.convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
    crop = torch.from_numpy(np.asarray(square).copy()).permute(2, 0, 1).float() / 255
    with torch.no_grad():
        torch_model()(torch.stack([crop] * CROPS))


_encoder = _torch_model = None


def encoder():
    global _encoder
    if _encoder is None:
        from django.conf import settings

        from processing import encoders

        encoders.configure(1)
        _encoder = encoders.load(encoders.DEFAULT_KEY, settings.MODELS_DIR)
    return _encoder


def torch_model():
    global _torch_model
    if _torch_model is None:
        import torch

        from processing.encoders.torchvision_ops import declare_missing_operators

        declare_missing_operators()
        import timm

        torch.set_num_threads(1)
        _torch_model = timm.create_model("tf_efficientnet_lite0").eval()  # the same network
    return _torch_model


def _start(job) -> None:
    import django

    django.setup()
    import pyvips

    pyvips.concurrency_set(1)
    pyvips.cache_set_max(0)
    (encoder if job is parts else torch_model)()


def rate_in_pool(job, paths: list[Path]) -> float:
    """Pictures a second of a function over two warm processes."""
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _start, (job,)) as pool:
        list(pool.map(job, [str(paths[0])] * WORKERS * 2))
        begun = time.perf_counter()
        list(pool.map(job, [str(path) for path in paths]))
        return len(paths) / (time.perf_counter() - begun)


class Loupe:
    """The real thing: workers that are running, files that arrive."""

    def __init__(self, folder: Path) -> None:
        from dam.actions.people import system_user
        from processing.waiting import Workforce

        self.user, self.folder = system_user(), folder
        self.force = Workforce()
        self.force.__enter__()
        self.round = 0

    def close(self) -> None:
        self.force.__exit__()

    def take(self, paths: list[Path]) -> list[int]:
        from processing.actions import ingest_file

        versions = []
        for path in paths:
            with path.open("rb") as source:
                outcome = ingest_file(source=source, file_name=path.name, user=self.user)
            assert outcome.version, outcome
            versions.append(outcome.version.pk)
        return versions

    def rate(self, paths: list[Path]) -> float:
        """Pictures a second from the first file's arrival to the last one's final state."""
        from processing import waiting

        waiting.TICK_SECONDS = 0.1
        self.round += 1
        fresh = [self._different(path) for path in paths]
        begun = time.perf_counter()
        self.force.wait_for(self.take(fresh))
        return len(paths) / (time.perf_counter() - begun)

    def _different(self, path: Path) -> Path:
        """The same picture with other bytes: duplicates are not processed again."""
        target = self.folder / f"{path.stem}-{self.round}.jpg"
        shutil.copyfile(path, target)
        with target.open("ab") as file:
            file.write(f"round {self.round}".encode())
        return target

    def peak_memory_mib(self) -> float:
        """The most memory that any worker process has ever used, from the kernel's own account."""
        from processing import queue

        return max(_high_water(beat.pid) for beat in queue.living_workers())


def _high_water(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    home = prepare("ingest")
    folder = home / "pictures"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"p{n:02d}.jpg" for n in range(PICTURES)]
    for n, path in enumerate(paths):
        make_picture(path, SIZE_24, n)
    print(f"{PICTURES} JPEGs of 24 megapixels, {paths[0].stat().st_size / 1e6:.1f} MB the first")
    loupe = Loupe(folder)
    try:
        loupe.rate(paths[:WORKERS])  # warm
        rates: dict[str, list[float]] = {"loupe": [], "parts": [], "naive": []}
        for _ in range(ROUNDS):
            rates["loupe"].append(loupe.rate(paths))
            rates["parts"].append(rate_in_pool(parts, paths))
            rates["naive"].append(rate_in_pool(naive, paths))
        middle = {name: statistics.median(found) for name, found in rates.items()}
        for name, found in rates.items():
            all_rounds = " ".join(f"{rate:.2f}" for rate in found)
            print(f"{name:<6} {middle[name]:6.2f} pictures/s  ({all_rounds})")
        print(f"loupe / sum of parts: {middle['loupe'] / middle['parts']:.2f}  (bar: 0.60)")
        print(f"loupe / naive loop:   {middle['loupe'] / middle['naive']:.2f}  (bar: 3.00)")
        big = folder / "hundred-megapixels.jpg"
        make_picture(big, SIZE_100, 1)
        loupe.force.wait_for(loupe.take([big]))
        peak = loupe.peak_memory_mib()
        print(f"worker memory, 100 megapixels: {peak:.0f} MiB at most  (bar: 1536)")
    finally:
        loupe.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
