"""From pixels of the original, at some scale, to the file that was asked for.

libvips does it in one go, from the box that is needed to the encoded bytes, and never holds more of
the picture than it works on. The same pixels and plan give the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from processing import vips
from processing.formats.codec import ICC_FIELD
from processing.operators.parameters import rgba
from processing.transforms.encoding import WHITE, WITH_ALPHA, Finish, encoded
from processing.transforms.encoding import ground as ground_of
from processing.transforms.geometry import Plan, Region

# Part of every key of the cache: raise it when the same options would give other bytes.
VERSION = 3
_BITONAL = 128
_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Shown:
    """Pixels that show an original from its upper left: so many of theirs for one of its own,
    ``across`` and ``down``. There may be more of them than it has.
    """

    image: vips.Image
    across: float
    down: float

    @classmethod
    def whole(cls, image: vips.Image, size: tuple[int, int]) -> Shown:
        """All of an original of ``size`` pixels, and no more."""
        return cls(image, image.width / size[0], image.height / size[1])


def rendered(source: Shown, plan: Plan, finish: Finish) -> bytes:
    """Pixels of the original, in 8 or 16 bits, as the file that is wanted.

    Raises vips.Error where they cannot be read.
    """
    shown = _boxed(_eight_bits(source.image), source, plan.region)
    shown = _scaled(shown, source, plan)
    if plan.cut:
        shown = shown.copy_memory().smartcrop(*plan.cut, interesting="attention")
    shown = _turned(shown, plan, finish)
    shown = _touched(shown, finish)
    if plan.canvas:
        shown = _laid(shown, plan.canvas, finish)
    return encoded(_coloured(shown, finish.colours), finish)


def _eight_bits(image: vips.Image) -> vips.Image:
    if image.format != "ushort":
        return image
    return (image / 257.0).rint().cast("uchar").copy(interpretation="srgb")


def _boxed(image: vips.Image, source: Shown, region: Region) -> vips.Image:
    """The box of the original, in pixels of this image: all that have a part in it."""
    left = min(round(region.left * source.across), image.width - 1)
    top = min(round(region.top * source.down), image.height - 1)
    wide = math.ceil(region.width * source.across - _HAIR)
    high = math.ceil(region.height * source.down - _HAIR)
    right, bottom = min(image.width, left + max(1, wide)), min(image.height, top + max(1, high))
    if (left, top, right, bottom) == (0, 0, image.width, image.height):
        return image
    return image.crop(left, top, right - left, bottom - top)


def _scaled(image: vips.Image, source: Shown, plan: Plan) -> vips.Image:
    """The box at the size of the plan, by the scale of the original: what the last pixel of the
    box has beyond its edge is cut off.
    """
    across = plan.width / (plan.region.width * source.across)
    down = plan.height / (plan.region.height * source.down)
    if abs(across - 1) > _HAIR or abs(down - 1) > _HAIR:
        # Colours under transparent pixels must not bleed into their neighbours.
        alpha = image.hasalpha()
        image = image.premultiply() if alpha else image
        image = image.resize(across, vscale=down)
        image = image.unpremultiply().cast("uchar") if alpha else image
    if (image.width, image.height) == (plan.width, plan.height):
        return image
    return image.embed(0, 0, plan.width, plan.height, extend="copy")


def _turned(image: vips.Image, plan: Plan, finish: Finish) -> vips.Image:
    if plan.flip:
        image = image.fliphor() if plan.flip == "h" else image.flipver()
    if not plan.turn:
        return image
    image = image.copy_memory()  # turning reads from all sides, what streams comes from the top
    if plan.turn % 90 == 0:
        return image.rot(f"d{int(plan.turn)}")
    if finish.format in WITH_ALPHA and not image.hasalpha():
        image = image.addalpha()
    ground = [*rgba(finish.background or WHITE)[:3], 0][: image.bands]
    return image.rotate(plan.turn, background=ground).cast("uchar")


def _touched(image: vips.Image, finish: Finish) -> vips.Image:
    if finish.sharpen:
        image = image.sharpen(sigma=0.6, x1=1.5, m1=0.0, m2=finish.sharpen * 2)
        image = image.colourspace("srgb").cast("uchar")
    if finish.blur:
        blurred = image.premultiply() if image.hasalpha() else image
        blurred = blurred.gaussblur(
            finish.blur, precision="integer" if finish.blur > 2 else "float"
        )
        image = (blurred.unpremultiply() if image.hasalpha() else blurred).cast("uchar")
    return image


def _laid(image: vips.Image, canvas: tuple[int, int], finish: Finish) -> vips.Image:
    """In the middle of a canvas: of the colour asked for, else transparent or white."""
    clear = finish.background is None and finish.format in WITH_ALPHA
    if clear and not image.hasalpha():
        image = image.addalpha()
    if not clear and image.hasalpha():
        image = image.flatten(background=ground_of(finish)).cast("uchar")
    ground = [0, 0, 0, 0] if clear else ground_of(finish)
    left, top = ((room - side) // 2 for room, side in zip(canvas, _size(image), strict=True))
    return image.embed(left, top, *canvas, extend="background", background=ground)


def _size(image: vips.Image) -> tuple[int, int]:
    return image.width, image.height


def _coloured(image: vips.Image, colours: str) -> vips.Image:
    if colours not in ("gray", "bitonal"):
        return image
    if image.hasalpha():
        image = image.flatten(background=[255] * 3).cast("uchar")
    grey = image.colourspace("b-w").cast("uchar").copy()
    grey.remove(ICC_FIELD)  # it is that of three bands
    return (grey >= _BITONAL) if colours == "bitonal" else grey
