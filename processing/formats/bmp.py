"""Windows bitmaps, by Pillow, which libvips cannot open by itself."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from PIL import Image

from dam.formats import BMP
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, damaged, to_vips
from processing.formats.header import Header
from processing.vips import INCOMPLETE

_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def _open(path: Path | str) -> Image.Image:
    try:
        return Image.open(path, formats=["BMP"])
    except _ERRORS as error:
        raise damaged("BMP", error) from error


def inspect(path: Path | str) -> Header:
    """Read the header. Raises InputError."""
    with _open(path) as image:
        return Header(
            media=BMP,
            width=image.width,
            height=image.height,
            bands=len(image.getbands()),
            has_alpha="A" in image.getbands(),
            colour_space="Grey" if image.mode in ("1", "L") else "sRGB",
            bit_depth=8,
            icc_name="",
            orientation=1,
            frames=1,
        )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Decode it: grey, RGB or RGB with transparency, 8 bit. Raises InputError."""
    with _open(path) as image:
        mode = {"1": "L", "L": "L", "RGBA": "RGBA"}.get(image.mode, "RGB")
        try:
            pixels = np.asarray(image.convert(mode))
        except _ERRORS as error:
            raise InputError(INCOMPLETE, detail=str(error)) from error
    return to_vips(pixels, "b-w" if mode == "L" else "srgb")


CODEC = Codec(inspect, load, bytes_per_pixel=16)
