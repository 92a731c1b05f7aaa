"""Which format is opened by which of our codecs; those not named here are libvips' own.

A codec and the library behind it are imported when the first file asks for them; `load_all` does
it beforehand, for a process that others are forked from.
"""

from __future__ import annotations

import functools
import importlib

from dam.formats import BMP, EXR, HEIC, JXL, PDF, PSD, RAWS, SVG, MediaType
from processing.formats.codec import Codec

# Media type → module of this package that has its codec.
_MODULES: dict[MediaType, str] = {
    HEIC: "heic",
    JXL: "jxl",
    BMP: "bmp",
    PSD: "psd",
    EXR: "exr",
    SVG: "svg",
    PDF: "pdf",
    **dict.fromkeys(RAWS, "raw"),
}


def codec_of(media: MediaType) -> Codec | None:
    """The codec of a format, or None where libvips opens it by itself."""
    module = _MODULES.get(media)
    return _import(module) if module else None


def load_all() -> None:
    """Import every codec."""
    for module in dict.fromkeys(_MODULES.values()):
        _import(module)


@functools.cache
def _import(module: str) -> Codec:
    codec: Codec = importlib.import_module(f"processing.formats.{module}").CODEC
    return codec
