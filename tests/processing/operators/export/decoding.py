"""Files that exporters made, decoded again."""

import imagecodecs
import numpy as np

from processing import vips
from processing.formats.codec import to_vips
from processing.media import JXL
from processing.operators.exporter import Encoded
from processing.pixels import to_srgb


def image_of(made: Encoded) -> vips.Image:
    """As libvips reads it, with its profile."""
    if made.media == JXL:
        pixels = imagecodecs.jpegxl_decode(made.data)
        return to_vips(pixels, "srgb" if pixels.dtype == np.uint8 else "rgb16")
    return vips.Image.new_from_buffer(made.data, "")


def pixels_of(made: Encoded) -> np.ndarray:
    """uint8 or uint16 sRGB, height × width × 3 or 4."""
    image = image_of(made)
    shown = to_srgb(image, depth=16 if image.format == "ushort" else 8)
    return shown.numpy()
