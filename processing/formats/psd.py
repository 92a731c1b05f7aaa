"""Photoshop files, PSD and PSB: the merged picture that the program keeps beside the layers.

Layers are skipped, never read. Structure: Adobe Photoshop File Formats Specification (2019).
The decompression is psd-tools'.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from psd_tools.compression import decompress
from psd_tools.constants import Compression

from dam.formats import PSD
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, colour_space, damaged, to_vips
from processing.formats.header import Header
from processing.vips import INCOMPLETE

_GREY, _INDEXED, _RGB, _CMYK, _DUOTONE, _LAB = 1, 2, 3, 4, 8, 9
# Photoshop's mode → colour bands, kind of profile that fits, name without a profile.
_MODES = {
    0: (1, "GRAY", "Grey"),
    _GREY: (1, "GRAY", "Grey"),
    _INDEXED: (1, "RGB", "sRGB"),
    _RGB: (3, "RGB", "sRGB"),
    _CMYK: (4, "CMYK", "CMYK"),
    _DUOTONE: (1, "GRAY", "Grey"),
    _LAB: (3, "Lab", "Lab"),
}
IPTC, ICC, EXIF, XMP, _VERSION_INFO = 1028, 1039, 1058, 1060, 1057
_WANTED = {IPTC, ICC, EXIF, XMP, _VERSION_INFO}
_MOST_RESOURCES = 256 * 1024**2
_DTYPES: dict[int, np.dtype[Any]] = {8: np.dtype("u1"), 16: np.dtype(">u2"), 32: np.dtype(">f4")}


@dataclass(frozen=True, slots=True)
class _File:
    """What the sections before the merged picture say, and where that is."""

    version: int
    channels: int
    height: int
    width: int
    depth: int
    mode: int
    palette: bytes
    profile: bytes | None
    merged: bool
    merged_at: int

    @property
    def colours(self) -> int:
        return _MODES[self.mode][0]

    @property
    def alpha(self) -> bool:
        return self.channels > self.colours and self.mode not in (0, _INDEXED)


def _read(file: BinaryIO, form: str) -> tuple[int, ...]:
    data = file.read(struct.calcsize(form))
    try:
        return struct.unpack(form, data)
    except struct.error as error:
        raise InputError(INCOMPLETE) from error


def _parse(file: BinaryIO) -> _File:
    _, version, channels, height, width, depth, mode = _read(file, ">4sH6xHIIHH")
    if mode not in _MODES or depth not in (1, 8, 16, 32) or not 1 <= version <= 2:
        raise InputError(
            "This Photoshop file has a colour mode or depth that cannot be read here: "
            "save it as RGB, CMYK, Lab or grey with 8, 16 or 32 bits."
        )
    (length,) = _read(file, ">I")
    palette = file.read(768) if mode == _INDEXED and length >= 768 else b""
    file.seek(38 - 8 + length)
    (length,) = _read(file, ">I")
    start = file.tell()
    found = dict(_resources(file, start + min(length, _MOST_RESOURCES)))
    file.seek(start + length)
    (layers,) = _read(file, ">I" if version == 1 else ">Q")
    merged_at = file.tell() + layers
    if merged_at > os.fstat(file.fileno()).st_size:
        raise InputError(INCOMPLETE)
    info = found.get(_VERSION_INFO, b"\0\0\0\1\1")
    return _File(
        version, channels, height, width, depth, mode, palette,
        found.get(ICC), len(info) < 5 or info[4] != 0, merged_at,
    )  # fmt: skip


def _resources(file: BinaryIO, end: int) -> Iterator[tuple[int, bytes]]:
    """The image resources that we want, each as (number, data)."""
    while file.tell() + 12 <= end:
        if file.read(4) not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"):
            return
        number, name = _read(file, ">HB")
        file.seek(name + (name + 1) % 2, 1)
        (size,) = _read(file, ">I")
        start = file.tell()
        if number in _WANTED and start + size <= end:
            yield number, file.read(size)
        file.seek(start + size + size % 2)


def resources(path: Path | str) -> dict[int, bytes]:
    """The image resources that hold metadata, by number. Raises InputError for a damaged file."""
    with open(path, "rb") as file:
        file.seek(26)
        (length,) = _read(file, ">I")
        file.seek(length, 1)
        (length,) = _read(file, ">I")
        return dict(_resources(file, file.tell() + min(length, _MOST_RESOURCES)))


def _told(path: Path | str) -> _File:
    with open(path, "rb") as file:
        told = _parse(file)
    if not told.merged:
        raise InputError(
            "This Photoshop file was saved without a merged picture, so there is nothing to show: "
            "save it with “Maximise compatibility”."
        )
    if min(told.width, told.height, told.channels) < 1 or told.channels < told.colours:
        raise damaged("Photoshop", ValueError("no pixels"))
    return told


def inspect(path: Path | str) -> Header:
    """Read the header. Raises InputError, also where there is no merged picture."""
    told = _told(path)
    _, kind, plain = _MODES[told.mode]
    name, space = colour_space(told.profile, kind, plain)
    return Header(
        media=PSD,
        width=told.width,
        height=told.height,
        bands=told.colours + told.alpha,
        has_alpha=told.alpha,
        colour_space=space,
        bit_depth=told.depth,
        icc_name=name,
        orientation=1,
        frames=1,
    )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Decode the merged picture. Raises InputError."""
    told = _told(path)
    with open(path, "rb") as file:
        file.seek(told.merged_at)
        (method,) = _read(file, ">H")
        data = file.read()
    if method not in (Compression.RAW, Compression.RLE):
        raise damaged("Photoshop", ValueError(f"compression {method}"))
    _refuse_short(told, method, data)
    rows = told.height * told.channels
    try:
        plain = decompress(data, Compression(method), told.width, rows, told.depth, told.version)
    except (ValueError, IndexError, OSError) as error:
        raise damaged("Photoshop", error) from error
    return _image(told, _planes(told, plain))


def _refuse_short(told: _File, method: int, data: bytes) -> None:
    """Refuse a picture whose rows are not all there: psd-tools would fill them with black."""
    rows = told.height * told.channels
    if method == Compression.RAW:
        needed = rows * ((told.width * told.depth + 7) // 8)
    else:
        form = np.dtype(">u2" if told.version == 1 else ">u4")
        listed = data[: min(rows, len(data) // form.itemsize) * form.itemsize]
        counts = np.frombuffer(listed, form)
        needed = rows * form.itemsize + int(counts.sum(dtype=np.int64))
    if len(data) < needed:
        raise InputError(INCOMPLETE)


def _planes(told: _File, plain: bytes) -> NDArray[np.generic]:
    """The channels that are colours or transparency, as (height, width, bands)."""
    if told.depth == 1:
        bits = np.frombuffer(plain, np.uint8).reshape(told.height, -1)
        return 255 * (1 - np.unpackbits(bits, axis=1)[:, : told.width, None])
    pixels = np.frombuffer(plain, _DTYPES[told.depth])
    pixels = pixels.reshape(told.channels, told.height, told.width)
    pixels = pixels[: told.colours + told.alpha]
    return np.moveaxis(pixels, 0, 2).astype(pixels.dtype.newbyteorder("="))


def _image(told: _File, pixels: NDArray[np.generic]) -> vips.Image:
    if told.mode == _INDEXED:
        palette = np.frombuffer(told.palette.ljust(768, b"\0"), np.uint8).reshape(3, 256).T
        return to_vips(palette[pixels[..., 0].astype(np.uint8)], "srgb", profile=told.profile)
    if told.depth == 32:
        return to_vips(pixels, "b-w" if told.colours == 1 else "scrgb", profile=told.profile)
    wide = told.depth == 16
    if told.mode == _CMYK:
        most = 65535 if wide else 255
        pixels = pixels.copy()
        pixels[..., :4] = most - pixels[..., :4]  # Photoshop keeps how much light is left
        return to_vips(pixels, "cmyk", profile=told.profile)
    if told.mode == _LAB:
        return _lab(told, pixels)
    names = ("grey16" if wide else "b-w") if told.colours == 1 else ("rgb16" if wide else "srgb")
    return to_vips(pixels, names, profile=told.profile)


def _lab(told: _File, pixels: NDArray[np.generic]) -> vips.Image:
    """CIE L*a*b* in floating point: L 0..100, a and b around 0."""
    values = pixels.astype(np.float32)
    most, middle, step = (65535, 32768, 256) if told.depth == 16 else (255, 128, 1)
    values[..., 0] *= 100 / most
    values[..., 1:3] = (values[..., 1:3] - middle) / step
    if told.alpha:
        values[..., 3] *= 255 / most
    return to_vips(values, "lab", profile=None)


CODEC = Codec(inspect, load, bytes_per_pixel=10)
