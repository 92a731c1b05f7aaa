"""Pictures laid on each other: alpha is not premultiplied, colours are mixed as they are coded.

That is how masks are made and what editors show by default (Porter and Duff, "Compositing Digital
Images", SIGGRAPH 1984). Computed by libvips a tile at a time.
"""

from __future__ import annotations

from processing import vips
from processing.operators.parameters import ANCHORS, Anchor


def over(front: vips.Image, back: vips.Image, most: int) -> vips.Image:
    """A front with alpha on a back with or without, both of ``most`` for a full sample.

    The result has alpha where the back has, and the front's kind of samples.
    """
    colours, share = front.extract_band(0, n=3), front.extract_band(3) / most
    if back.bands == 3:
        return _samples((colours - back) * share + back, front)
    below, under = back.extract_band(0, n=3), back.extract_band(3) / most * (1 - share)
    total = share + under
    mixed = (colours * share + below * under) / (total + 1e-6)
    return _samples(mixed.bandjoin(total * most), front)


def _samples(image: vips.Image, like: vips.Image) -> vips.Image:
    return image.rint().cast(like.format).copy(interpretation=like.interpretation)


def covering(
    image: vips.Image, width: int, height: int, *, like: vips.Image, anchor: Anchor
) -> vips.Image:
    """An opaque picture as large as the frame needs and cut to it, in the other's kind of samples.

    ``anchor`` says what stays where it is too large. Computed, in memory.
    """
    image = image.resize(max(width / image.width, height / image.height))
    across, down = ANCHORS[anchor]
    left, top = across * max(0, image.width - width), down * max(0, image.height - height)
    # A pixel may be missing by rounding: the edge goes on.
    image = image.embed(-round(left), -round(top), width, height, extend="copy")
    if image.format != like.format:
        image = image * 257 if like.format == "ushort" else image / 257
    return vips.in_memory(image.rint().cast(like.format).copy(interpretation=like.interpretation))


def plain(colour: tuple[int, ...], like: vips.Image, width: int, height: int) -> vips.Image:
    """One colour everywhere, with as many bands as it has samples."""
    dot = vips.Image.black(1, 1, bands=len(colour)) + list(colour)
    dot = dot.cast(like.format).copy(interpretation=like.interpretation)
    return dot.embed(0, 0, width, height, extend="copy")
