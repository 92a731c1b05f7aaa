"""Cases that a reviewer should meet: what is wrong with each is known, because we did it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SEED = 7
NOISE = 45  # standard deviation, of 255


def low_resolution(picture: Image.Image) -> Image.Image:
    return picture.resize((160, round(160 * picture.height / picture.width)))


def blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 120))


def noisy(picture: Image.Image) -> Image.Image:
    random = np.random.default_rng(SEED)
    pixels = np.asarray(picture, dtype=np.float32)
    return Image.fromarray(
        np.clip(pixels + random.normal(0, NOISE, pixels.shape), 0, 255).astype(np.uint8)
    )


def too_dark(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(0.16)


def too_light(picture: Image.Image) -> Image.Image:
    lifted = np.asarray(picture, dtype=np.float32) * 2.6 + 60
    return Image.fromarray(np.clip(lifted, 0, 255).astype(np.uint8))


CASES: dict[str, tuple[str, Callable[[Image.Image], Image.Image]]] = {
    "chelsea-thumbnail-from-the-web.jpg": ("chelsea-the-cat.png", low_resolution),
    "coffee-out-of-focus.jpg": ("cup-of-coffee.png", blurred),
    "temple-high-iso.jpg": ("chinese-temple.jpg", noisy),
    "astronaut-underexposed.jpg": ("astronaut-portrait.png", too_dark),
    "dahlia-overexposed.jpg": ("dahlia.jpg", too_light),
}


def make_cases(photographs: Path, folder: Path) -> list[Path]:
    """Write the derived cases of the photographs into `folder`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (source, change) in CASES.items():
        target = folder / name
        if not target.exists():
            with Image.open(photographs / source) as picture:
                change(picture.convert("RGB")).save(target, quality=92)
        made.append(target)
    return [*made, _cut_short(photographs / "rocket-on-the-launch-pad.jpg", folder)]


def _cut_short(source: Path, folder: Path) -> Path:
    """Return the first 60 % of a file: what a broken transfer leaves."""
    target = folder / "rocket-interrupted-transfer.jpg"
    data = source.read_bytes()
    target.write_bytes(data[: len(data) * 6 // 10])
    return target


BRAND_BLUES = [(12, 35, 64), (30, 94, 140), (121, 178, 207), (240, 244, 246)]
OFF_BRAND = [(92, 10, 60), (214, 40, 96), (255, 122, 48), (255, 214, 90)]


def make_creatives(folder: Path) -> list[Path]:
    """Draw two banners of a brand: one in its colours, one far from them."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"fjord-banner-winter.png": BRAND_BLUES, "fjord-banner-summer-draft.png": OFF_BRAND}
    for name, colours in wanted.items():
        if not (folder / name).exists():
            _mountains(colours).save(folder / name)
    return [folder / name for name in wanted]


def _mountains(colours: list[tuple[int, int, int]]) -> Image.Image:
    """Draw ranges of hills, each in its colour, at twice the size for smooth edges."""
    width, height, scale = 1600, 900, 2
    canvas = Image.new("RGB", (width * scale, height * scale), colours[3])
    draw = ImageDraw.Draw(canvas)
    random = np.random.default_rng(SEED)
    x = np.linspace(0, 1, 400)
    for layer, colour in enumerate(reversed(colours[:3])):
        phase = random.uniform(0, 6.28, 3)
        ridge = sum(
            np.sin(x * 6.28 * f + p) / f for f, p in zip((1.2, 2.7, 5.9), phase, strict=True)
        )
        y = (0.42 + 0.17 * layer) + ridge * (0.09 - 0.015 * layer)
        points = [(px * width * scale, py * height * scale) for px, py in zip(x, y, strict=True)]
        corners = [(width * scale, height * scale), (0, height * scale)]
        draw.polygon([*points, *corners], fill=colour)
    draw.ellipse([2300, 180, 2620, 500], fill=colours[2])
    return canvas.resize((width, height), Image.Resampling.LANCZOS)
