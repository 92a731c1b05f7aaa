"""Set text: lines that fit a room, and their pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.marks.fonts import Font, sized
from processing.operators.marks.wrapping import shortened, wrapped
from processing.operators.parameters import rgba
from processing.operators.shapes import rounded_box

_SHRINK = 0.94  # from one size that is tried to the next
_RULED = 64  # pixels: the size that widths are measured in
_TINY = 4  # pixels: smaller letters are none
_SHADOW_AWAY, _SHADOW_BLUR = 0.05, 0.06  # shares of the text's size


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look; widths and paddings as shares of the text's size."""

    colour: str
    outline: str | None = None
    outline_width: float = 0.05
    shadow: str | None = None
    box: str | None = None
    padding: float = 0.0
    radius: float = 0.0
    align: float = 0.0  # 0 left, 0.5 centre, 1 right
    spacing: float = 1.2

    def margin(self, size: int) -> int:
        """Pixels around the letters that belong to the block: outline and padding."""
        padding = self.padding if self.box else 0.0
        return self.stroke(size) + round(padding * size)

    def stroke(self, size: int) -> int:
        return max(1, round(self.outline_width * size)) if self.outline else 0


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of text at a size in pixels that fit their room; ``cut`` where some had to go."""

    lines: tuple[str, ...]
    size: int
    cut: bool


class _Ruler:
    """Widths of lines in any size, measured in one and remembered: letters grow in proportion."""

    def __init__(self, data: bytes, text: str) -> None:
        self._font = sized(data, _RULED, text)
        self._known: dict[str, float] = {}

    def at(self, size: int) -> Callable[[str], float]:
        return lambda line: self._ruled(line) * size / _RULED

    def _ruled(self, line: str) -> float:
        if line not in self._known:
            self._known[line] = self._font.getlength(line)
        return self._known[line]


def fitted(
    text: str, data: bytes, wanted: int, smallest: int, room: tuple[int, int], style: Style
) -> Setting:
    """The largest size at which the text fits the room (width, height in pixels).

    From the wanted down to the smallest size, first with whole words, then with words broken; at
    last it is cut with “…”.
    """
    sizes, ruler = _sizes(max(wanted, _TINY), max(smallest, _TINY)), _Ruler(data, text + "…")
    for whole in (True, False):
        for size in sizes:
            lines, broken = wrapped(text, room[0] - 2 * style.margin(size), ruler.at(size))
            if not (whole and broken) and _fits(lines, data, size, room, style):
                return Setting(tuple(lines), size, cut=False)
    return _cut(text, data, sizes[-1], room, style, ruler)


def _sizes(wanted: int, smallest: int) -> list[int]:
    sizes, size = [wanted], float(wanted)
    while size > smallest:
        size = max(size * _SHRINK, smallest)
        sizes.append(round(size))
    return list(dict.fromkeys(sizes))


def _width(font: Font, line: str) -> float:
    left, _, right, _ = font.getbbox(line)
    return max(right - min(left, 0), font.getlength(line))


def _fits(lines: list[str], data: bytes, size: int, room: tuple[int, int], style: Style) -> bool:
    margin = 2 * style.margin(size)
    if (len(lines) - 1) * style.spacing * size + margin > room[1]:
        return False  # before anything is measured
    font = sized(data, size, "\n".join(lines))
    widest = max((_width(font, line) for line in lines), default=0)
    return widest + margin <= room[0] and _height(font, len(lines), style) + margin <= room[1]


def _height(font: Font, lines: int, style: Style) -> int:
    ascent, descent = font.getmetrics()
    return round((lines - 1) * style.spacing * font.size) + ascent + descent


def _cut(
    text: str, data: bytes, size: int, room: tuple[int, int], style: Style, ruler: _Ruler
) -> Setting:
    # Hinting makes letters a little wider or narrower than in proportion.
    width = (room[0] - 2 * style.margin(size)) * 0.97
    lines, _ = wrapped(text, width, ruler.at(size))
    font, most = sized(data, size, text), len(lines)
    while most > 1 and _height(font, most, style) + 2 * style.margin(size) > room[1]:
        most -= 1
    kept = lines[:most]
    if most < len(lines):
        kept[-1] = shortened(kept[-1], width, ruler.at(size))
    return Setting(tuple(kept), size, cut=True)


@dataclass(frozen=True, slots=True)
class Block:
    """Text as RGBA pixels (uint8, sRGB); ``spill`` pixels on each side hold only a shadow."""

    image: Image.Image
    spill: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what must lie inside: without the shadow's spill."""
        return self.image.width - 2 * self.spill, self.image.height - 2 * self.spill

    def vips(self) -> vips.Image:
        return vips.in_memory(to_vips(np.asarray(self.image), "srgb", profile=vips.srgb_profile()))


def drawn(setting: Setting, data: bytes, style: Style) -> Block:
    """The text's pixels, with its box, shadow and outline; no larger than the room was."""
    font = sized(data, setting.size, "\n".join(setting.lines))
    margin, stroke = style.margin(setting.size), style.stroke(setting.size)
    spill = round((_SHADOW_AWAY + 3 * _SHADOW_BLUR) * setting.size) + 1 if style.shadow else 0
    widest = max(_width(font, line) for line in setting.lines)
    width = int(np.ceil(widest)) + 2 * margin
    height = _height(font, len(setting.lines), style) + 2 * margin
    canvas = Image.new("RGBA", (width + 2 * spill, height + 2 * spill))
    if style.box:
        _lay_box(canvas, (width, height), spill, style.radius * setting.size, style.box)
    at = spill + margin
    letters = _mask(canvas.size, setting, font, style, at, 0)
    outlined = _mask(canvas.size, setting, font, style, at, stroke) if stroke else letters
    if style.shadow:
        _lay(canvas, _shadow(outlined, setting.size), style.shadow)
    if style.outline:
        _lay(canvas, outlined, style.outline)
    _lay(canvas, letters, style.colour)
    return Block(canvas, spill)


def _mask(
    size: tuple[int, int], setting: Setting, font: Font, style: Style, at: int, stroke: int
) -> Image.Image:
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    ascent, _ = font.getmetrics()
    room = size[0] - 2 * at
    for number, line in enumerate(setting.lines):
        left = min(font.getbbox(line)[0], 0)
        x = at + style.align * (room - _width(font, line)) - left
        y = at + ascent + round(number * style.spacing * setting.size)
        draw.text((x, y), line, fill=255, font=font, anchor="ls", stroke_width=stroke)
    return mask


def _shadow(mask: Image.Image, size: int) -> Image.Image:
    away = max(1, round(_SHADOW_AWAY * size))
    moved = Image.new("L", mask.size)
    moved.paste(mask, (away, away))
    return moved.filter(ImageFilter.GaussianBlur(_SHADOW_BLUR * size))


def _lay_box(
    canvas: Image.Image, size: tuple[int, int], spill: int, radius: float, colour: str
) -> None:
    shape = np.rint(rounded_box(*size, radius) * 255).astype(np.uint8)
    mask = Image.new("L", canvas.size)
    mask.paste(Image.fromarray(shape), (spill, spill))
    _lay(canvas, mask, colour)


def _lay(canvas: Image.Image, mask: Image.Image, colour: str) -> None:
    """A colour over what is there, through a mask; straight alpha."""
    red, green, blue, alpha = rgba(colour)
    layer = Image.new("RGBA", canvas.size, (red, green, blue, 0))
    layer.putalpha(mask.point([round(value * alpha / 255) for value in range(256)]))
    canvas.alpha_composite(layer)
