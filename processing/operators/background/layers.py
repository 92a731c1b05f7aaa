"""Pictures laid on each other: alpha is not premultiplied, colours are mixed as they are coded.

That is how masks are made and what editors show by default (Porter and Duff, "Compositing Digital
Images", SIGGRAPH 1984). Computed by libvips a tile at a time.
"""

from __future__ import annotations

from processing import vips


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


def plain(colour: tuple[int, ...], like: vips.Image, width: int, height: int) -> vips.Image:
    """One colour everywhere, with as many bands as it has samples."""
    dot = vips.Image.black(1, 1, bands=len(colour)) + list(colour)
    dot = dot.cast(like.format).copy(interpretation=like.interpretation)
    return dot.embed(0, 0, width, height, extend="copy")
