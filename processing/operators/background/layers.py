"""Pictures laid on each other: alpha is not premultiplied, colours are mixed as they are coded.

That is how masks are made and what editors show by default (Porter and Duff, "Compositing Digital
Images", SIGGRAPH 1984). A strip of rows at a time: what is behind is asked for it when it is
needed, so that no large picture is there that only is a background.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from processing import vips
from processing.operators.parameters import ANCHORS, Anchor, rgba
from processing.operators.picture import Floats, Picture
from processing.operators.strips import MOST

Behind = Callable[[slice], Floats]  # some rows of what is behind: RGB or RGBA, 0..1

_SEEN, _SOFT = 0.2, 4.0  # pixels: blurs below are none, above are made on a small copy


def over(front: Floats, back: Floats) -> Floats:
    """A front with alpha on a back with or without, both float32 0..1.

    The result has alpha where the back has. Where nothing is seen at all, the front's colour stays:
    it may bleed when the picture is resized.
    """
    colours, share = front[:, :, :3], front[:, :, 3:]
    if back.shape[2] == 3:
        return share * colours + (1 - share) * back
    under = back[:, :, 3:] * (1 - share)
    total = share + under
    mixed = (share * colours + under * back[:, :, :3]) / np.maximum(total, 1e-6)
    return np.concatenate([np.where(total > 0, mixed, colours), total], axis=2)


def bands_of(colour: str, *more: str) -> Floats:
    """A colour as 0..1: three bands, or four where one of all the colours lets something through.

    Of those without alpha the fourth is 1.
    """
    opaque = all(rgba(one)[3] == MOST[8] for one in (colour, *more))
    return np.array(rgba(colour)[: 3 if opaque else 4], np.float32) / np.float32(MOST[8])


def plain(colour: str) -> Behind:
    """One colour everywhere."""
    dot = bands_of(colour)[None, None]
    return lambda rows: dot


def covering(
    picture: Picture, width: int, height: int, *, anchor: Anchor, blur: float = 0.0
) -> Behind:
    """A picture without its alpha, as large as the frame needs and cut to it.

    ``anchor`` says what stays where it is too large; ``blur`` is a Gaussian's sigma in pixels of
    the frame. Rows are made when they are asked for.
    """
    image = picture.opaque().image
    # libvips' integers of 16 bits would lose white (pixels.scaled).
    image = image.cast("float") if picture.depth == 16 else image
    if blur > _SOFT:
        # What is blurred has no detail: a small copy has all of it.
        image = _filling(image, width * _SOFT / blur, height * _SOFT / blur)
        image = _filling(
            vips.in_memory(image.gaussblur(_SOFT, min_ampl=0.01, precision="float")), width, height
        )
    else:
        image = _filling(image, width, height)
        image = image.gaussblur(blur, min_ampl=0.01, precision="float") if blur > _SEEN else image
    across, down = ANCHORS[anchor]
    left, top = across * max(0, image.width - width), down * max(0, image.height - height)
    # A pixel may be missing by rounding: the edge goes on.
    shown = image.embed(-round(left), -round(top), width, height, extend="copy")
    most = np.float32(MOST[picture.depth])

    def rows(wanted: slice) -> Floats:
        part = shown.crop(0, wanted.start, width, wanted.stop - wanted.start)
        return part.numpy().astype(np.float32) / most

    return rows


def _filling(image: vips.Image, width: float, height: float) -> vips.Image:
    scale = max(width / image.width, height / image.height)
    return image.resize(scale) if scale != 1 else image
