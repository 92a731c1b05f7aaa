"""Which pixels of the original go where: sizes and boxes alone, no picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from processing.operators.parameters import ANCHORS
from processing.transforms.errors import BadOptions
from processing.transforms.looks import Look
from processing.transforms.options import SMART, Options, Point


class Region(NamedTuple):
    """A box in pixels of the upright original."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``region`` of the original becomes ``width`` × ``height``, mirrored and turned thereafter;
    then it is laid in the middle of a ``canvas`` where there is one. ``smart``: of a region that
    is scaled to cover, the part is chosen by looking (``cut`` says to which size).
    """

    region: Region
    width: int
    height: int
    flip: str = ""
    turn: float = 0.0
    canvas: tuple[int, int] | None = None
    cut: tuple[int, int] | None = None

    @property
    def scale(self) -> float:
        """Pixels out for a pixel in: the larger of both directions."""
        return max(self.width / self.region.width, self.height / self.region.height)

    @property
    def out(self) -> tuple[int, int]:
        """Width and height of what comes out (of a turn by an odd angle: before it)."""
        width, height = self.cut or (self.width, self.height)
        if self.turn % 180 == 90:
            width, height = height, width
        return self.canvas or (width, height)


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as far as its layout asks: upright ``size`` in pixels, the point that matters most
    in shares of it, where somebody has set one, and what a worker saw of it.
    """

    size: tuple[int, int]
    focus: Point | None = None
    look: Look | None = None


def planned(options: Options, original: Original) -> Plan:
    """Lay out settled options on an original. Raises BadOptions."""
    region = _cropped(options, *original.size)
    sideways = options.r in (90, 270)
    # Frames are meant for the picture as it is shown: turned ones are laid out lying.
    box = _frame(options)
    box = (box[1], box[0]) if sideways else box
    plan = _fitted(options, region, box, original)
    canvas = plan.canvas
    if canvas and sideways:
        canvas = (canvas[1], canvas[0])
    return Plan(plan.region, plan.width, plan.height, options.flip, options.r, canvas, plan.cut)


def _frame(options: Options) -> tuple[int | None, int | None]:
    assert options.w != "auto"
    assert options.dpr != "auto"
    width, height = (
        max(1, round(side * options.dpr)) if side else None for side in (options.w, options.h)
    )
    return width, height


def _cropped(options: Options, width: int, height: int) -> Region:
    if options.crop is None:
        return Region(0, 0, width, height)
    left, top, wide, high = options.crop
    if left >= width or top >= height:
        raise BadOptions(
            f"The crop is outside of the picture, which has {width} × {height} pixels."
        )
    return Region(left, top, min(wide, width - left), min(high, height - top))


def _fitted(
    options: Options, region: Region, box: tuple[int | None, int | None], original: Original
) -> Plan:
    if options.fit == "cover":
        assert box[0] is not None
        assert box[1] is not None
        return _covering(options, region, (box[0], box[1]), original)
    scales = [side / have for side, have in zip(box, region[2:], strict=True) if side]
    scale = min(scales, default=1.0)
    if options.fit != "contain":
        scale = min(scale, 1.0)
    width, height = (max(1, round(side * scale)) for side in region[2:])
    canvas = (box[0], box[1]) if options.fit == "pad" and box[0] and box[1] else None
    return Plan(region, width, height, canvas=canvas)


def _covering(options: Options, region: Region, frame: tuple[int, int], original: Original) -> Plan:
    """The largest part of the region that has the frame's proportions, there where g says."""
    width, height = frame
    gravity = options.g
    if gravity == SMART and original.focus is not None:
        gravity = _within(original, region)
    if gravity == SMART and original.look is None:
        return _attentive(region, width, height)
    if width * region.height >= region.width * height:
        wide, high = region.width, max(1, round(region.width * height / width))
    else:
        wide, high = max(1, round(region.height * width / height)), region.height
    left, top = _part(gravity, region, (wide, high), original)
    return Plan(Region(region.left + left, region.top + top, wide, high), width, height)


def _part(
    gravity: str | Point, region: Region, part: tuple[int, int], original: Original
) -> tuple[int, int]:
    """Where a part of a region begins, in its pixels."""
    if gravity == SMART:
        assert original.look is not None
        across = part[0] < region.width
        length = part[0] if across else part[1]
        at = original.look.start(region, original.size, length, across=across)
        return (at, 0) if across else (0, at)
    is_point = isinstance(gravity, tuple)
    x, y = gravity if isinstance(gravity, tuple) else ANCHORS[gravity]
    left = _placed(region.width, part[0], x, is_point)
    return left, _placed(region.height, part[1], y, is_point)


def _attentive(region: Region, width: int, height: int) -> Plan:
    """To be cut by libvips' attention, once it is scaled: nothing is known of the picture yet."""
    scale = max(width / region.width, height / region.height)
    sizes = (max(1, round(side * scale)) for side in region[2:])
    wide, high = (max(one, least) for one, least in zip(sizes, (width, height), strict=True))
    return Plan(region, wide, high, cut=(width, height))


def _within(original: Original, region: Region) -> Point:
    """The focal point in shares of a region; where it lies outside, the nearest in it."""
    assert original.focus is not None
    x, y = (
        (share * side - start) / length
        for share, side, start, length in zip(
            original.focus, original.size, region[:2], region[2:], strict=True
        )
    )
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


def _placed(have: int, wanted: int, share: float, is_point: bool) -> int:
    """Where the part begins: a point is brought to its middle, an anchor to its own side."""
    room = have - wanted
    begin = share * have - wanted / 2 if is_point else share * room
    return min(max(0, round(begin)), max(0, room))
