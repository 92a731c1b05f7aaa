"""JPEG XL (ISO/IEC 18181) by libjxl: size and colours from the header, the first frame's pixels.

Colours are told by code points where the file has them (H.273, as for AVIF), else by its profile.
Turned upright by the decoder.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dam.formats import JXL
from processing import vips
from processing.errors import InputError
from processing.formats import libjxl
from processing.formats.codec import Codec, colour_space, to_vips
from processing.formats.header import Header
from processing.nclx import profile_of
from processing.vips import INCOMPLETE

_P3_OF_JXL, _P3_OF_H273 = 11, 12
_GREY = 1
_MOST_PROFILE = 16 * 1024**2
_FRAMES_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file tells before its pixels."""

    info: libjxl.BasicInfo
    profile: bytes | None


class _Decoder:
    """One pass over a file's events, from the first on."""

    def __init__(self, data: bytes, events: int) -> None:
        self._jxl = libjxl.library()
        self._data = data  # the decoder keeps no copy
        self._decoder = self._jxl.JxlDecoderCreate(None)
        self.call("SubscribeEvents", events)
        self.call("SetUnpremultiplyAlpha", 1)
        self.call("SetInput", data, len(data))
        self._jxl.JxlDecoderCloseInput(self._decoder)

    def call(self, name: str, *values: Any) -> None:
        if getattr(self._jxl, f"JxlDecoder{name}")(self._decoder, *values) != libjxl.SUCCESS:
            raise _damaged(name)

    def asks(self, name: str, *values: Any) -> bool:
        function = getattr(self._jxl, f"JxlDecoder{name}")
        return bool(function(self._decoder, *values) == libjxl.SUCCESS)

    def events(self) -> Iterator[int]:
        """What comes next, until the end. Raises InputError for damage and an early end."""
        while (event := self._jxl.JxlDecoderProcessInput(self._decoder)) != libjxl.SUCCESS:
            if event == libjxl.ERROR:
                raise _damaged("process")
            if event == libjxl.NEED_MORE_INPUT:
                raise InputError(INCOMPLETE)
            yield event

    def close(self) -> None:
        self._jxl.JxlDecoderDestroy(self._decoder)


def _damaged(where: str) -> InputError:
    return InputError(
        "It begins like a JPEG XL picture, "
        "but it is damaged or of a kind that cannot be read here.",
        detail=f"libjxl: {where}",
    )


def _open(path: Path | str, events: int) -> contextlib.closing[_Decoder]:
    return contextlib.closing(_Decoder(Path(path).read_bytes(), events))


def _tell(decoder: _Decoder, info: libjxl.BasicInfo) -> _Told:
    """Read what the colours mean, once the decoder has come to it."""
    encoding = libjxl.ColourEncoding()
    if decoder.asks("GetColorAsEncodedProfile", libjxl.TARGET_DATA, ctypes.byref(encoding)):
        primaries = encoding.primaries
        primaries = _P3_OF_H273 if primaries == _P3_OF_JXL else primaries
        known = encoding.colour_space != _GREY and encoding.white_point == 1
        declared = profile_of(primaries, encoding.transfer) if known else None
        if declared or (known and (primaries, encoding.transfer) == (1, 13)):
            return _Told(info, declared)
    return _Told(info, _icc(decoder))


def _icc(decoder: _Decoder) -> bytes | None:
    size = ctypes.c_size_t()
    if not decoder.asks("GetICCProfileSize", libjxl.TARGET_DATA, ctypes.byref(size)):
        return None
    if not 0 < size.value <= _MOST_PROFILE:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    decoder.call("GetColorAsICCProfile", libjxl.TARGET_DATA, buffer, size.value)
    return buffer.raw


def inspect(path: Path | str) -> Header:
    """Read the header and count the frames. Raises InputError."""
    info, told, frames = libjxl.BasicInfo(), None, 0
    with _open(path, libjxl.BASIC_INFO | libjxl.COLOUR | libjxl.FRAME) as decoder:
        for event in decoder.events():
            if event == libjxl.BASIC_INFO:
                decoder.call("GetBasicInfo", ctypes.byref(info))
            elif event == libjxl.COLOUR:
                told = _tell(decoder, info)
                if not info.have_animation:
                    break
            elif event == libjxl.FRAME:
                frames += 1
                if frames >= _FRAMES_COUNTED:
                    break
    if told is None:
        raise _damaged("header")
    grey = info.num_colour_channels == 1
    name, space = colour_space(told.profile, "GRAY" if grey else "RGB", "Grey" if grey else "sRGB")
    return Header(
        media=JXL,
        width=info.xsize,
        height=info.ysize,
        bands=info.num_colour_channels + (info.alpha_bits > 0),
        has_alpha=info.alpha_bits > 0,
        colour_space=space,
        bit_depth=info.bits_per_sample,
        icc_name=name,
        orientation=1,
        frames=max(1, frames),
    )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Decode the first frame: 8 bit, or 16 bit where it has more. Raises InputError."""
    info, told, pixels = libjxl.BasicInfo(), None, None
    with _open(path, libjxl.BASIC_INFO | libjxl.COLOUR | libjxl.FULL_IMAGE) as decoder:
        for event in decoder.events():
            if event == libjxl.BASIC_INFO:
                decoder.call("GetBasicInfo", ctypes.byref(info))
            elif event == libjxl.COLOUR:
                told = _tell(decoder, info)
            elif event == libjxl.NEED_BUFFER:
                pixels = _buffer(decoder, info)
            elif event == libjxl.FULL_IMAGE:
                break
    if told is None or pixels is None:
        raise _damaged("no frame")
    wide, grey = pixels.dtype == np.uint16, info.num_colour_channels == 1
    names = ("grey16" if wide else "b-w") if grey else ("rgb16" if wide else "srgb")
    return to_vips(pixels, names, profile=told.profile)


def _buffer(decoder: _Decoder, info: libjxl.BasicInfo) -> np.ndarray:
    """Pixels that the decoder will fill, (height, width, bands)."""
    bands = info.num_colour_channels + (info.alpha_bits > 0)
    wide = info.bits_per_sample > 8
    form = libjxl.PixelFormat(bands, libjxl.UINT16 if wide else libjxl.UINT8, 0, 0)
    pixels = np.empty((info.ysize, info.xsize, bands), np.uint16 if wide else np.uint8)
    address = pixels.ctypes.data_as(ctypes.c_void_p)
    decoder.call("SetImageOutBuffer", ctypes.byref(form), address, pixels.nbytes)
    return pixels


CODEC = Codec(inspect, load, bytes_per_pixel=10)
