"""What an Image API address asks for: region, size, rotation, quality and format (section 4).

Everything ends in a `Plan` and a `Finish`, as the options of other addresses do, and in the
canonical form (section 4.7), which says the same in one way.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from processing.transforms.encoding import MIME, Finish
from processing.transforms.errors import BadOptions
from processing.transforms.geometry import Plan, Region

QUALITIES = ("default", "color", "gray", "bitonal")
FORMATS = tuple(MIME)
ENCODER_QUALITY = {"jpg": 85, "webp": 82, "avif": 62, "png": 100}
_NUMBER = r"[0-9]{1,10}(?:\.[0-9]{1,10})?"
_WHOLE = r"[0-9]{1,9}"
_ROTATION = re.compile(rf"(!?)({_NUMBER})")
_LARGER = "That is larger than the region: write ^ before the size to enlarge it."
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is made: pixels of a side, and altogether."""

    side: int
    area: int

    def within(self, width: int, height: int) -> Size:
        """A size, made smaller where it is beyond, in its proportions."""
        scale = min(1.0, self.side / width, self.side / height)
        scale = min(scale, math.sqrt(self.area / (width * height)))
        return max(1, int(width * scale)), max(1, int(height * scale))

    def allow(self, width: int, height: int) -> bool:
        return max(width, height) <= self.side and width * height <= self.area


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that makes sense: what to make, and its canonical form after the identifier."""

    plan: Plan
    finish: Finish
    canonical: str


def parse(region: str, size: str, rotation: str, last: str, have: Size, limits: Limits) -> Asked:
    """Read the four parts after the identifier; ``last`` is ``quality.format``. Raises BadOptions.

    ``have`` is width and height of the picture.
    """
    box = _region(region, *have)
    width, height, enlarged = _size(size, box, limits)
    mirrored, turn = _rotation(rotation)
    quality, _, form = last.rpartition(".")
    if quality not in QUALITIES:
        raise BadOptions(f"The quality is one of {', '.join(QUALITIES)}.")
    if form not in FORMATS:
        raise BadOptions(f"The format is one of {', '.join(FORMATS)}.")
    quality = "default" if quality == "color" else quality
    plan = Plan(box, width, height, "h" if mirrored else "", turn)
    finish = Finish(form, ENCODER_QUALITY[form], colours=quality)
    whole = box == Region(0, 0, *have)
    said = "full" if whole else ",".join(str(part) for part in box)
    largest = limits.within(box.width, box.height)
    sized = "max" if (width, height) == largest else f"{'^' if enlarged else ''}{width},{height}"
    turned = f"{'!' if mirrored else ''}{turn:g}"
    return Asked(plan, finish, f"{said}/{sized}/{turned}/{quality}.{form}")


def _region(text: str, width: int, height: int) -> Region:
    if text == "full":
        return Region(0, 0, width, height)
    if text == "square":
        side = min(width, height)
        return Region((width - side) // 2, (height - side) // 2, side, side)
    if parts := re.fullmatch(rf"({_WHOLE}),({_WHOLE}),({_WHOLE}),({_WHOLE})", text):
        left, top, wide, high = (int(part) for part in parts.groups())
    elif parts := re.fullmatch(rf"pct:({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})", text):
        shares = [float(part) / 100 for part in parts.groups()]
        left, top = round(shares[0] * width), round(shares[1] * height)
        wide, high = round(shares[2] * width), round(shares[3] * height)
    else:
        raise BadOptions("The region is full, square, x,y,w,h or pct:x,y,w,h.")
    if wide < 1 or high < 1 or left >= width or top >= height:
        raise BadOptions("There is nothing in this region.")
    return Region(left, top, min(wide, width - left), min(high, height - top))


def _size(text: str, box: Region, limits: Limits) -> tuple[int, int, bool]:
    """Width, height, and whether it is larger than the region."""
    enlarges, plain = text.startswith("^"), text.removeprefix("^")
    if plain == "max":
        return *limits.within(box.width, box.height), False
    width, height = _wanted(plain, box, enlarges)
    larger = width > box.width or height > box.height
    if larger and not enlarges:
        raise BadOptions(_LARGER)
    if not limits.allow(width, height):
        raise BadOptions(
            f"That is more than is made here: sides of {limits.side} and {limits.area} pixels."
        )
    return width, height, larger


def _wanted(text: str, box: Region, enlarges: bool) -> Size:
    if parts := re.fullmatch(rf"pct:({_NUMBER})", text):
        share = float(parts[1]) / 100
        return _some(round(box.width * share), round(box.height * share), exact=share > 0)
    parts = re.fullmatch(rf"(!?)({_WHOLE})?,({_WHOLE})?", text)
    if parts is None or not (parts[2] or parts[3]) or (parts[1] and not (parts[2] and parts[3])):
        raise BadOptions("The size is max, w, or ,h or w,h or !w,h or pct:n, ^ before it enlarges.")
    width, height = (int(part) if part else None for part in parts.group(2, 3))
    if width is not None and height is not None and not parts[1]:
        return _some(width, height)
    sides = ((width, box.width), (height, box.height))
    scale = min(side / of for side, of in sides if side is not None)
    if parts[1] and not enlarges and scale > 1:
        # A frame that is larger on both sides: the official validator wants no picture then.
        raise BadOptions(_LARGER)
    across, down = round(box.width * scale), round(box.height * scale)
    return _some(across, down, exact=scale > 0)


def _some(width: int, height: int, *, exact: bool = False) -> Size:
    """A size with something in it; what was asked for in proportion is at least one pixel."""
    if exact:
        return max(1, width), max(1, height)
    if width < 1 or height < 1:
        raise BadOptions("There is nothing in this size.")
    return width, height


def _rotation(text: str) -> tuple[bool, float]:
    parts = _ROTATION.fullmatch(text)
    if parts is None or float(parts[2]) > 360:
        raise BadOptions("The rotation is from 0 to 360 degrees; ! before it mirrors first.")
    return bool(parts[1]), float(parts[2]) % 360
