"""HEIC and HEIF (ISO/IEC 23008-12) by libheif and libde265, through pi-heif, which only decodes.

The primary image is shown. Its turns and mirrors (``irot``, ``imir``) are applied by libheif; the
EXIF orientation repeats them and is left out, as ISO/IEC 23008-12 A.2 asks. Thumbnails, depth
images and gain maps of high dynamic range are passed by.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pi_heif

from dam.formats import HEIC
from processing import vips
from processing.errors import InputError
from processing.formats.boxes import check
from processing.formats.codec import Codec, colour_space, damaged, to_vips
from processing.formats.header import Header
from processing.nclx import profile_of

_ERRORS = (ValueError, EOFError, SyntaxError, RuntimeError, IndexError)
pi_heif.options.DECODE_THREADS = 1
pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False


def _open(path: Path | str) -> tuple[pi_heif.HeifImage, int]:
    try:
        file = pi_heif.open_heif(str(path), convert_hdr_to_8bit=False, bgr_mode=False)
        return file[file.primary_index], len(file)
    except _ERRORS as error:
        raise damaged("HEIC", error) from error


def _profile(image: pi_heif.HeifImage) -> bytes | None:
    if image.info.get("icc_profile"):
        return bytes(image.info["icc_profile"])
    declared = image.info.get("nclx_profile")
    if not declared:
        return None
    return profile_of(int(declared["color_primaries"]), int(declared["transfer_characteristics"]))


def inspect(path: Path | str) -> Header:
    """Read the header. Raises InputError."""
    check(path)  # libheif shows what is left of a file
    image, frames = _open(path)
    grey = image.mode.startswith("L")
    kind = "GRAY" if grey else "RGB"
    name, space = colour_space(_profile(image), kind, "Grey" if grey else "sRGB")
    return Header(
        media=HEIC,
        width=image.size[0],
        height=image.size[1],
        bands=4 if image.has_alpha else 1 if grey else 3,
        has_alpha=bool(image.has_alpha),
        colour_space=space,
        bit_depth=int(image.info["bit_depth"]),
        icc_name=name,
        orientation=1,
        frames=frames,
    )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Decode the primary image: 8 bit, or 16 bit where it has more. Raises InputError."""
    image, _ = _open(path)
    try:
        pixels = np.array(image)  # a copy: libheif's own memory goes with the image
    except _ERRORS as error:
        raise damaged("HEIC", error) from error
    if pixels.ndim == 3 and image.mode.startswith("RGBa"):
        raise InputError("Its transparency is of a kind that cannot be read here.")
    grey = image.mode.startswith("L")
    wide = pixels.dtype == np.uint16
    names = ("grey16" if wide else "b-w") if grey else ("rgb16" if wide else "srgb")
    return to_vips(pixels, names, profile=_profile(image))


def metadata(path: Path | str) -> dict[str, bytes]:
    """The blocks ``exif`` (with its mark), ``xmp`` and ``profile``, empty where not there.

    The orientation that EXIF repeats is nobody's business: the picture is upright. InputError.
    """
    image, _ = _open(path)
    return {
        "exif": bytes(image.info.get("exif") or b""),
        "xmp": bytes(image.info.get("xmp") or b""),
        "profile": bytes(image.info.get("icc_profile") or b""),
    }


CODEC = Codec(inspect, load, bytes_per_pixel=8)
