"""Camera raw files by LibRaw, through rawpy: developed with the camera's white balance.

A raw file has no colours until it is developed. What LibRaw makes of it is neutral: the camera's
own look, which is in its preview, is another.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import rawpy
from PIL import Image

from dam import formats as known
from dam.formats import MediaType
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, damaged, to_vips
from processing.formats.header import Header
from processing.formats.raw_signatures import raw_type
from processing.vips import INCOMPLETE

_HEAD = 262_144
_TURNED = {3: 3, 5: 8, 6: 6}  # LibRaw's flip → EXIF orientation
_FULL_PREVIEW = 0.9  # of the sensor's longer side


def _open(path: Path | str) -> rawpy.RawPy:
    try:
        return rawpy.imread(str(path))
    except rawpy.LibRawError as error:
        raise damaged("camera raw", error) from error


def _media(path: Path | str) -> MediaType:
    with open(path, "rb") as file:
        return raw_type(file.read(_HEAD)) or known.CAMERA_RAW


def inspect(path: Path | str) -> Header:
    """Read the header. Raises InputError."""
    with _open(path) as raw:
        size = raw.sizes
        turned = size.flip in (5, 6)
        return Header(
            media=_media(path),
            width=size.iheight if turned else size.iwidth,
            height=size.iwidth if turned else size.iheight,
            bands=3,
            has_alpha=False,
            colour_space="Camera RGB",
            bit_depth=16,  # as developed: to ask for the sensor's would unpack the file
            icc_name="",
            orientation=1,
            frames=1,
        )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Develop it: 16-bit sRGB, upright; at half size where that still has ``edge`` pixels.

    Where LibRaw cannot develop it, the camera's own full-size preview is shown. Raises InputError.
    """
    with _open(path) as raw:
        longest = max(raw.sizes.iwidth, raw.sizes.iheight)
        try:
            pixels = raw.postprocess(
                half_size=edge is not None and longest // 2 >= edge,
                use_camera_wb=True,
                no_auto_bright=True,
                output_bps=16,
                output_color=rawpy.ColorSpace.sRGB,
                gamma=(2.4, 12.92),
            )
        except rawpy.LibRawIOError as error:
            raise InputError(INCOMPLETE, detail=str(error)) from error
        except rawpy.LibRawError as error:
            return _preview(raw, longest, error)
    return to_vips(pixels, "rgb16")


def _preview(raw: rawpy.RawPy, longest: int, error: Exception) -> vips.Image:
    try:
        thumb = raw.extract_thumb()
    except rawpy.LibRawError:
        raise damaged("camera raw", error) from error
    if thumb.format != rawpy.ThumbFormat.JPEG:
        raise damaged("camera raw", error)
    try:
        with Image.open(io.BytesIO(bytes(thumb.data)), formats=["JPEG"]) as picture:
            if max(picture.size) < _FULL_PREVIEW * longest:
                raise InputError(
                    "This camera raw file cannot be developed here, and its own preview is small."
                )
            turned = _TURNED.get(raw.sizes.flip, 1)
            return to_vips(np.asarray(picture.convert("RGB")), "srgb", orientation=turned)
    except (OSError, SyntaxError) as damage:
        raise damaged("camera raw", damage) from damage


# Of 16 bits: 16 in full, and 7 at half size, which is how every large one is developed.
CODEC = Codec(inspect, load, bytes_per_pixel=6)
