"""A library for the benchmark of pictures on the fly: photographs of 12 to 100 megapixels.

Made of real ones where LOUPE_CORPORA has them, enlarged and with fresh grain, so that decoders have
as much to do as with a camera's. Run in a process of the benchmark's own home: makes files,
brings them in, approves them, makes their bases, and prints signed addresses as JSON.
"""

import json
import os
import sys
from pathlib import Path

import pyvips

# name → megapixels, ending, options of the encoder
PICTURES = {
    "jpeg12": (12, ".jpg", {"Q": 90}),
    "jpeg24p": (24, ".jpg", {"Q": 90, "interlace": True}),
    "jpeg50": (50, ".jpg", {"Q": 90}),
    "jpeg100": (100, ".jpg", {"Q": 88}),
    "png15": (15, ".png", {"compression": 6}),
    "tiff24": (24, ".tif", {"compression": "lzw", "predictor": "horizontal"}),
}
# LOUPE_BENCH_QUICK=1: a few of them, for a look in two minutes; the figures are those of all.
QUICK = os.environ.get("LOUPE_BENCH_QUICK") == "1"
SIZES = (200, 2000) if QUICK else (200, 800, 2000)
FORMATS = ("jpg",) if QUICK else ("jpg", "webp")
ROUNDS = int(os.environ.get("LOUPE_BENCH_ROUNDS", "3"))
_QUICK = ("jpeg12", "jpeg24p", "png15")


def photograph(number: int) -> pyvips.Image:
    corpora = os.environ.get("LOUPE_CORPORA")
    found = sorted(Path(corpora, "kodak").glob("*.png")) if corpora else []
    if found:
        return pyvips.Image.new_from_file(str(found[number % len(found)]))
    bands = [pyvips.Image.perlin(768, 512, cell_size=2 ** (4 + n), seed=number) for n in range(3)]
    return ((bands[0].bandjoin(bands[1:]) + 1) * 120).cast("uchar").copy(interpretation="srgb")


def draw(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for number, (name, (megapixels, ending, options)) in enumerate(PICTURES.items()):
        if QUICK and name not in _QUICK:
            continue
        small = photograph(number)
        scale = (megapixels * 1e6 / (small.width * small.height)) ** 0.5
        large = small.resize(scale, kernel="cubic")
        grain = pyvips.Image.gaussnoise(large.width, large.height, sigma=3, seed=number)
        (large + grain).cast("uchar").copy(interpretation="srgb").write_to_file(
            str(folder / f"{name}{ending}"), **options
        )


def bring_in(folder: Path) -> dict[str, int]:
    """File name → version, approved, with its base."""
    from dam.models import User, Version
    from processing.actions import ingest_file
    from processing.transforms import sources

    person = User.objects.create_superuser("bench", "bench@example.com", "loupe-bench-1")
    found = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as source:
            version = ingest_file(source=source, file_name=path.name, user=person).version
        Version.objects.filter(pk=version.pk).update(state="approved")
        sources.run([version])
        found[path.name] = version.pk
    return found


def addresses(found: dict[str, int]) -> dict:
    """[file, size, format] → addresses, each a pixel wider, so that none is in the cache."""
    from processing.transforms.addresses import signed_path

    told = []
    for name, pk in found.items():
        for size in SIZES:
            for form in FORMATS:
                options = [f"w={size + n},f={form},q=80" for n in range(ROUNDS)]
                told.append([name, size, form, [signed_path(f"v{pk}", one) for one in options]])
    return {"versions": found, "addresses": told}


if __name__ == "__main__":
    import django

    django.setup()
    draw(Path(sys.argv[1]))
    print("MADE" + json.dumps(addresses(bring_in(Path(sys.argv[1])))))
