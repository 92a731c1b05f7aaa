"""Camera raw files by LibRaw, through rawpy: developed with the camera's white balance.

Raw files are TIFFs in disguise more often than not. `told_by` tells them by what their makers
write at the beginning; the maker's name in the first directory then names the type.
"""

from __future__ import annotations

import io
import struct
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

_HEAD = 262_144
_MAKE, _SUBFILE, _SUB_IFDS, _DNG_VERSION = 271, 254, 330, 50706
_MAKERS = (
    (b"NIKON", known.NEF),
    (b"SONY", known.ARW),
    (b"PENTAX", known.PEF),
    (b"RICOH", known.PEF),
    (b"OLYMPUS", known.ORF),
    (b"OM Digital", known.ORF),
)
_TURNED = {3: 3, 5: 8, 6: 6}  # LibRaw's flip → EXIF orientation
_FULL_PREVIEW = 0.9  # of the sensor's longer side


def told_by(head: bytes) -> MediaType | None:
    """The raw type of a file that begins with ``head``, or None."""
    if head[:4] in (b"II*\0", b"MM\0*"):
        return _of_tiff(head)
    if head[:4] in (b"IIRO", b"IIRS", b"MMOR"):
        return known.ORF
    if head[:4] == b"IIU\0":
        return known.RW2
    if head[:15] == b"FUJIFILMCCD-RAW":
        return known.RAF
    if head[4:12] == b"ftypcrx ":
        return known.CR3
    return None


def _of_tiff(head: bytes) -> MediaType | None:
    if head[8:10] == b"CR":
        return known.CR2
    tags = first_directory(head)
    if _DNG_VERSION in tags:
        return known.DNG
    if not (tags.get(_SUBFILE) == 1 and _SUB_IFDS in tags):
        return None
    at = tags.get(_MAKE, len(head))
    make = head[at : at + 32]
    return next((media for name, media in _MAKERS if make.upper().startswith(name.upper())),
                known.CAMERA_RAW)


def first_directory(head: bytes) -> dict[int, int]:
    """Tag → first value of the entries of a TIFF's first directory that lie inside ``head``."""
    if len(head) < 8:
        return {}
    order = "<" if head[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", head, 4)
    if start + 2 > len(head):
        return {}
    (count,) = struct.unpack_from(order + "H", head, start)
    tags = {}
    for offset in range(start + 2, min(start + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", head, offset)
        (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), head, offset + 8)
        tags[tag] = value
    return tags


def _open(path: Path | str) -> rawpy.RawPy:
    try:
        return rawpy.imread(str(path))
    except rawpy.LibRawError as error:
        raise damaged("camera raw", error) from error


def _media(path: Path | str) -> MediaType:
    with open(path, "rb") as file:
        return told_by(file.read(_HEAD)) or known.CAMERA_RAW


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
            bit_depth=max(8, int(raw.white_level).bit_length()),
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
        with Image.open(io.BytesIO(thumb.data), formats=["JPEG"]) as picture:
            if max(picture.size) < _FULL_PREVIEW * longest:
                raise InputError(
                    "This camera raw file cannot be developed here, and its own preview is small."
                )
            turned = _TURNED.get(raw.sizes.flip, 1)
            return to_vips(np.asarray(picture.convert("RGB")), "srgb", orientation=turned)
    except (OSError, SyntaxError) as damage:
        raise damaged("camera raw", damage) from damage


CODEC = Codec(inspect, load, bytes_per_pixel=24)
