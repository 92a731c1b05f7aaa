"""The few functions of libjxl (BSD-3-Clause) that we call, in the library that imagecodecs ships.

imagecodecs itself decodes pixels without saying what their colours mean. Structures and numbers
are those of libjxl 0.11: ``jxl/codestream_header.h``, ``jxl/color_encoding.h``, ``jxl/decode.h``.
"""

from __future__ import annotations

import ctypes
import functools
from ctypes import POINTER, c_double, c_float, c_int, c_size_t, c_uint8, c_uint32, c_void_p
from pathlib import Path

import imagecodecs

SUCCESS, ERROR, NEED_MORE_INPUT, NEED_BUFFER = 0, 1, 2, 5
BASIC_INFO, COLOUR, FRAME, FULL_IMAGE = 0x40, 0x100, 0x400, 0x1000
TARGET_DATA = 1
UINT8, UINT16 = 2, 3


class BasicInfo(ctypes.Structure):
    """``JxlBasicInfo``."""

    _fields_ = [
        ("have_container", c_int),
        ("xsize", c_uint32),
        ("ysize", c_uint32),
        ("bits_per_sample", c_uint32),
        ("exponent_bits_per_sample", c_uint32),
        ("intensity_target", c_float),
        ("min_nits", c_float),
        ("relative_to_max_display", c_int),
        ("linear_below", c_float),
        ("uses_original_profile", c_int),
        ("have_preview", c_int),
        ("have_animation", c_int),
        ("orientation", c_int),
        ("num_colour_channels", c_uint32),
        ("num_extra_channels", c_uint32),
        ("alpha_bits", c_uint32),
        ("alpha_exponent_bits", c_uint32),
        ("alpha_premultiplied", c_int),
        ("preview_size", c_uint32 * 2),
        ("animation", c_uint32 * 4),
        ("intrinsic_size", c_uint32 * 2),
        ("padding", c_uint8 * 100),
    ]


class ColourEncoding(ctypes.Structure):
    """``JxlColorEncoding``."""

    _fields_ = [
        ("colour_space", c_int),
        ("white_point", c_int),
        ("white_point_xy", c_double * 2),
        ("primaries", c_int),
        ("primaries_xy", c_double * 6),
        ("transfer", c_int),
        ("gamma", c_double),
        ("rendering_intent", c_int),
    ]


class PixelFormat(ctypes.Structure):
    """``JxlPixelFormat``; endianness 0 is the machine's own."""

    _fields_ = [
        ("channels", c_uint32),
        ("data_type", c_int),
        ("endianness", c_int),
        ("align", c_size_t),
    ]


_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "JxlDecoderCreate": (c_void_p, [c_void_p]),
    "JxlDecoderDestroy": (None, [c_void_p]),
    "JxlDecoderSubscribeEvents": (c_int, [c_void_p, c_int]),
    "JxlDecoderSetInput": (c_int, [c_void_p, c_void_p, c_size_t]),
    "JxlDecoderCloseInput": (None, [c_void_p]),
    "JxlDecoderProcessInput": (c_int, [c_void_p]),
    "JxlDecoderSetUnpremultiplyAlpha": (c_int, [c_void_p, c_int]),
    "JxlDecoderGetBasicInfo": (c_int, [c_void_p, POINTER(BasicInfo)]),
    "JxlDecoderGetColorAsEncodedProfile": (c_int, [c_void_p, c_int, POINTER(ColourEncoding)]),
    "JxlDecoderGetICCProfileSize": (c_int, [c_void_p, c_int, POINTER(c_size_t)]),
    "JxlDecoderGetColorAsICCProfile": (c_int, [c_void_p, c_int, c_void_p, c_size_t]),
    "JxlDecoderImageOutBufferSize": (c_int, [c_void_p, POINTER(PixelFormat), POINTER(c_size_t)]),
    "JxlDecoderSetImageOutBuffer": (c_int, [c_void_p, POINTER(PixelFormat), c_void_p, c_size_t]),
}


@functools.cache
def library() -> ctypes.CDLL:
    """Load libjxl. Raises OSError where this imagecodecs has none."""
    imagecodecs.jpegxl_version()  # loads the library and what it needs
    package = Path(imagecodecs.__file__).parent
    folders = (package.parent / "imagecodecs.libs", package / ".dylibs")
    names = ("libjxl-*.so*", "libjxl.*dylib")
    found = [path for folder in folders for name in names for path in folder.glob(name)]
    if not found:
        raise OSError("The installed imagecodecs brings no libjxl.")
    loaded = ctypes.CDLL(str(found[0]))
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded
