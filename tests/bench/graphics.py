"""Twenty graphics to compress, drawn here: charts, text, logos, screens, diagrams, a map, icons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.uint8]
SIZE = (960, 640)
_FONT = next((Path(__file__).parents[2] / "processing" / "formats" / "fonts").rglob("*.ttf"), None)
_WORDS = (
    "A library of pictures keeps what people made and finds it again when it is wanted. "
    "Every version stays, every change has its author, and nothing is lost on the way. "
)
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2")


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(_FONT), size) if _FONT else ImageFont.load_default(size)


def _sheet(colour: str = "white") -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, colour)
    return image, ImageDraw.Draw(image)


def _axes(draw: ImageDraw.ImageDraw, title: str) -> None:
    draw.text((380, 16), title, fill="#222222", font=font(26))
    draw.line((80, 60, 80, 580, 920, 580), fill="#333333", width=2)
    for step in range(6):
        y = 580 - 100 * step
        draw.line((80, y, 920, y), fill="#dddddd")
        draw.text((30, y - 8), str(step * 20), fill="#555555", font=font(15))


def bars() -> Image.Image:
    image, draw = _sheet()
    _axes(draw, "Pictures per month")
    for at, height in enumerate(np.random.default_rng(1).integers(40, 480, 12)):
        draw.rectangle(
            (100 + 68 * at, 580 - int(height), 150 + 68 * at, 579), fill=_COLOURS[at % 3]
        )
        draw.text((112 + 68 * at, 590), f"M{at + 1}", fill="#333333", font=font(15))
    return image


def lines() -> Image.Image:
    image, draw = _sheet()
    _axes(draw, "Searches")
    for at, colour in enumerate(_COLOURS[:5]):
        walk = 320 + np.cumsum(np.random.default_rng(at).normal(0, 12, 84))
        points = [(80 + 10 * x, float(np.clip(y, 70, 575))) for x, y in enumerate(walk)]
        draw.line(points, fill=colour, width=3)
    return image


def scatter() -> Image.Image:
    image, draw = _sheet("#fafafa")
    _axes(draw, "Sharpness and noise")
    for x, y, kind in np.random.default_rng(3).uniform(0, 1, (400, 3)):
        left, top = 90 + 800 * x, 70 + 490 * y
        draw.ellipse((left, top, left + 8, top + 8), fill=_COLOURS[int(kind * 7)])
    return image


def pie() -> Image.Image:
    image, draw = _sheet()
    angle = 0
    for colour, share in zip(_COLOURS, (80, 70, 60, 50, 45, 35, 20), strict=True):
        draw.pieslice((260, 90, 720, 550), angle, angle + share, fill=colour, outline="white")
        angle += share
    draw.text((380, 30), "Kinds of file", fill="black", font=font(28))
    return image


def page(size: int = 18, ink: str = "black", paper: str = "white") -> Image.Image:
    image, draw = _sheet(paper)
    per_line = int(880 / (size * 0.55))
    text = _WORDS * 60
    for at in range(int(580 / (size * 1.4))):
        line = text[at * per_line : (at + 1) * per_line]
        draw.text((40, 30 + at * size * 1.4), line, fill=ink, font=font(size))
    return image


def logo(colours: tuple[str, str], word: str) -> Image.Image:
    image, draw = _sheet()
    draw.ellipse((120, 150, 460, 490), fill=colours[0])
    draw.polygon([(290, 200), (410, 440), (170, 440)], fill=colours[1])
    draw.text((500, 250), word, fill=colours[0], font=font(110))
    return image


def screen(dark: bool) -> Image.Image:
    paper, ink, card = ("#15181d", "#e8e8e8", "#22262d") if dark else ("#f4f5f7", "#222", "#fff")
    image, draw = _sheet(paper)
    draw.rectangle((0, 0, 960, 48), fill="#3350d0")
    draw.text((20, 12), "Library     Review     Settings", fill="white", font=font(20))
    for at in range(12):
        left, top = 24 + 232 * (at % 4), 72 + 188 * (at // 4)
        draw.rounded_rectangle((left, top, left + 216, top + 172), 10, fill=card, outline="#8888")
        draw.rectangle((left + 10, top + 10, left + 206, top + 110), fill=_COLOURS[at % 7])
        draw.text((left + 12, top + 118), f"Harbour at dusk {at}", fill=ink, font=font(16))
        draw.text((left + 12, top + 142), "approved, 4 tags", fill="#888", font=font(13))
    return image


def table() -> Image.Image:
    image, draw = _sheet()
    numbers = np.random.default_rng(5).integers(0, 99_999, (20, 7))
    for row, values in enumerate(numbers):
        top = 20 + 30 * row
        draw.rectangle((20, top, 940, top + 29), fill="#eef2ff" if row % 2 else "white")
        for column, value in enumerate(values):
            draw.text((40 + 130 * column, top + 6), f"{value:,}", fill="#111", font=font(16))
    return image


def diagram() -> Image.Image:
    image, draw = _sheet()
    for at in range(9):
        left, top = 60 + 310 * (at % 3), 60 + 200 * (at // 3)
        draw.rounded_rectangle((left, top, left + 200, top + 110), 14, "#fff7e0", "#b07000", 3)
        draw.text((left + 40, top + 42), f"step {at + 1}", fill="#333", font=font(22))
        if at % 3 < 2:
            draw.line((left + 200, top + 55, left + 310, top + 55), fill="#b07000", width=3)
    return image


def chart_map() -> Image.Image:
    rng = np.random.default_rng(8)
    height = np.asarray(
        Image.fromarray((rng.uniform(0, 255, (20, 30))).astype(np.uint8)).resize(SIZE, 3)
    )
    steps = np.array(
        [[70, 120, 190], [150, 190, 220], [200, 215, 160], [160, 190, 120], [210, 180, 130]]
    )
    image = Image.fromarray(steps[np.clip(height // 52, 0, 4)].astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for at in range(14):
        x, y = rng.integers(40, 900), rng.integers(40, 600)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill="#c00000")
        draw.text((x + 8, y - 8), f"Town {at}", fill="black", font=font(16))
    return image


def gradient() -> Image.Image:
    across = np.linspace(0, 1, SIZE[0])[None, :, None]
    pixels = np.array([30, 60, 160]) * (1 - across) + np.array([240, 120, 90]) * across
    image = Image.fromarray(np.repeat(np.rint(pixels), SIZE[1], axis=0).astype(np.uint8))
    ImageDraw.Draw(image).text((90, 240), "Autumn sale", fill="white", font=font(120))
    return image


def icons() -> Image.Image:
    image, draw = _sheet()
    for at in range(70):
        left, top = 30 + 92 * (at % 10), 20 + 88 * (at // 10)
        colour = _COLOURS[at % 7]
        draw.rounded_rectangle((left, top, left + 64, top + 64), 12, fill=colour)
        draw.ellipse((left + 16, top + 16, left + 48, top + 48), outline="white", width=4)
    return image


def squares() -> Image.Image:
    cells = np.random.default_rng(9).integers(0, 2, (41, 41)).astype(np.uint8) * 255
    return Image.fromarray(cells).resize((656, 656), Image.Resampling.NEAREST).convert("RGB")


def banner() -> Image.Image:
    image, draw = _sheet("#ffe000")
    draw.rectangle((40, 40, 920, 600), outline="#d00020", width=16)
    draw.text((110, 140), "50 % OFF", fill="#d00020", font=font(150))
    draw.text((180, 420), "only this week, in every shop", fill="#1030a0", font=font(40))
    return image


def shadowed() -> Image.Image:
    image, draw = _sheet()
    draw.rounded_rectangle((180, 140, 780, 500), 30, fill="#c8c8c8")
    image = image.filter(ImageFilter.GaussianBlur(18))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((170, 120, 770, 480), 30, fill="white", outline="#4060ff", width=2)
    draw.text((230, 250), "Sign in to Loupe", fill="#202020", font=font(60))
    return image


_MAKERS: dict[str, Callable[[], Image.Image]] = {
    "bars": bars,
    "lines": lines,
    "scatter": scatter,
    "pie": pie,
    "page": page,
    "small print": lambda: page(12),
    "red text": lambda: page(20, "#c01020"),
    "code": lambda: page(16, "#50e080", "#101418"),
    "logo blue": lambda: logo(("#1040c0", "#ffd000"), "Loupe"),
    "logo red": lambda: logo(("#d01030", "#20c0a0"), "Vela"),
    "screen light": lambda: screen(False),
    "screen dark": lambda: screen(True),
    "table": table,
    "diagram": diagram,
    "map": chart_map,
    "gradient": gradient,
    "icons": icons,
    "squares": squares,
    "banner": banner,
    "card": shadowed,
}


def all_of_them() -> dict[str, Pixels]:
    """uint8 RGB by name; the same ones each time."""
    return {name: np.asarray(make().convert("RGB")) for name, make in _MAKERS.items()}
