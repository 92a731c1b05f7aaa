"""Pictures of every kind that operators meet, made from one motif."""

import numpy as np
from PIL import Image, ImageDraw

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.picture import Picture

SIZE = (160, 120)


def motif(width: int = SIZE[0], height: int = SIZE[1]) -> np.ndarray:
    """A red disc with a dark frame on a sky that goes from blue to white; uint8 RGB."""
    sky = np.linspace((90, 140, 220), (250, 250, 252), height)[:, None, :].repeat(width, axis=1)
    image = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    third, quarter = width // 3, height // 4
    box = (third, quarter, 2 * third, quarter + third)
    draw.ellipse(box, fill=(205, 40, 45), outline=(40, 10, 12), width=max(1, width // 60))
    return np.asarray(image)


def rgb() -> Picture:
    return Picture.from_array(motif())


def rgba() -> Picture:
    alpha = np.zeros(SIZE[::-1], np.uint8)
    alpha[20:100, 40:120] = 255
    alpha[20:100, 36:40] = 128
    return Picture.from_array(np.dstack([motif(), alpha]))


def wide() -> Picture:
    return Picture.from_array(motif().astype(np.uint16) * 257)


def grey() -> Picture:
    return Picture.of(to_vips(motif()[:, :, 1], "b-w"))


def cmyk() -> Picture:
    coded = np.asarray(Image.fromarray(motif()).convert("CMYK"))
    return Picture.of(to_vips(coded, "cmyk"))


def press() -> Picture:
    """A picture that was converted for the press already: CMYK, as no loader gives it."""
    image = rgb().image.icc_transform("cmyk", depth=8)
    return Picture(vips.in_memory(image))


KINDS = {"rgb": rgb, "rgba": rgba, "16 bits": wide, "grey": grey, "cmyk": cmyk, "press": press}
