"""Variants of photographs as people make them, for `bench_duplicates.py`."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

Make = Callable[[Image.Image], Image.Image]
EDGE = 1024


def photographs(place: Path) -> list[Path]:
    """Every photograph of the corpora that stands for itself."""
    found = [*(place / "captions").iterdir(), *(place / "kodak").iterdir()]
    found += (place / "labelled").iterdir()
    return sorted(path for path in found if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def of(image: Image.Image, *, all_of_them: bool) -> Iterator[tuple[str, Image.Image]]:
    """The photograph as the library sees it ("base"), and its variants if wanted."""
    base = within(image, EDGE)
    yield "base", base
    if all_of_them:
        yield from ((name, make(base)) for name, make in VARIANTS.items())


def within(image: Image.Image, edge: int) -> Image.Image:
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return small


def half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def crop(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Cut out a part, in shares of width and height."""
    wide, high = image.size
    return image.crop((int(wide * left), int(high * top), int(wide * right), int(high * bottom)))


def inner(image: Image.Image, lost: float) -> Image.Image:
    return crop(image, lost / 2, lost / 2, 1 - lost / 2, 1 - lost / 2)


def graded(image: Image.Image) -> Image.Image:
    vivid = ImageEnhance.Color(image).enhance(1.5)
    return ImageEnhance.Contrast(ImageEnhance.Brightness(vivid).enhance(1.15)).enhance(1.15)


def warm(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image).astype(float) * [1.15, 1.0, 0.8]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def dark(image: Image.Image) -> Image.Image:
    return Image.fromarray(((np.asarray(image) / 255.0) ** 1.6 * 255).astype(np.uint8))


def labelled(image: Image.Image) -> Image.Image:
    marked = image.copy()
    wide, high = image.size
    draw = ImageDraw.Draw(marked)
    draw.rectangle((wide * 0.62, high * 0.86, wide * 0.98, high * 0.97), fill=(255, 255, 255))
    draw.text((wide * 0.65, high * 0.9), "Proof copy 12", fill=(0, 0, 0))
    return marked


VARIANTS: dict[str, Make] = {
    "half the size": half,
    "quality 30": lambda image: jpeg(image, 30),
    "graded": graded,
    "warm": warm,
    "dark": dark,
    "black and white": lambda image: image.convert("L").convert("RGB"),
    "4 % cropped": lambda image: inner(image, 0.04),
    "half, 50, cropped": lambda image: jpeg(crop(half(image), 0.02, 0.01, 0.99, 0.98), 50),
    "labelled": labelled,
    "10 % cropped": lambda image: inner(image, 0.1),
    "bordered": lambda image: ImageOps.expand(image, max(4, image.width // 25), "white"),
    "mirrored": ImageOps.mirror,
    "20 % cropped": lambda image: inner(image, 0.2),
}
