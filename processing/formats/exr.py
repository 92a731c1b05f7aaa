"""OpenEXR (ILM; Academy Software Foundation): scene light in floating point, linear.

The first part is shown. Its red, green and blue (or Y) become an image of relative light, which
`processing.tonemap` brings to what a screen can show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from dam.formats import EXR
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, damaged, to_vips
from processing.formats.header import Header

_COLOURS = (("R", "G", "B"), ("Y",), ("r", "g", "b"))
_ERRORS = (RuntimeError, ValueError, KeyError, TypeError, IndexError, MemoryError)


def _header(path: Path | str) -> tuple[dict[str, Any], int]:
    try:
        with OpenEXR.File(str(path), header_only=True) as file:
            return dict(file.header()), len(file.parts)
    except _ERRORS as error:
        raise damaged("OpenEXR", error) from error


def attributes(path: Path | str) -> dict[str, str]:
    """The attributes of the header that are texts. Raises InputError."""
    said, _ = _header(path)
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _bands(names: set[str]) -> tuple[str, ...]:
    """The channels that are shown, of those that there are."""
    for wanted in _COLOURS:
        if names.issuperset(wanted):
            return (*wanted, "A") if "A" in names else wanted
    raise InputError(
        "This OpenEXR file has no channels that are colours (R, G and B, or Y), "
        "so there is nothing to show."
    )


def inspect(path: Path | str) -> Header:
    """Read the header. Raises InputError."""
    said, parts = _header(path)
    low, high = said["dataWindow"]
    bands = _bands({channel.name for channel in said["channels"]})
    return Header(
        media=EXR,
        width=int(high[0]) - int(low[0]) + 1,
        height=int(high[1]) - int(low[1]) + 1,
        bands=len(bands),
        has_alpha="A" in bands,
        colour_space="Grey" if "Y" in bands else "Linear RGB",
        bit_depth=32,
        icc_name="",
        orientation=1,
        frames=parts,
    )


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Decode the first part as relative light, float, straight alpha. Raises InputError."""
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = {name: channel.pixels for name, channel in file.channels().items()}
    except _ERRORS as error:
        raise damaged("OpenEXR", error) from error
    bands = _bands(set(channels))
    planes = [np.asarray(channels[name], dtype=np.float32) for name in bands]
    if any(plane.shape != planes[0].shape for plane in planes):
        raise InputError("The channels of this OpenEXR file are not of one size.")
    pixels = np.nan_to_num(np.stack(planes, axis=2), nan=0.0, posinf=65504.0, neginf=0.0)
    if "A" in bands:
        pixels = _straight(pixels)
    return to_vips(pixels, "scrgb" if "Y" not in bands else "b-w")


def _straight(pixels: np.ndarray) -> np.ndarray:
    """OpenEXR's colours are multiplied by their alpha; ours are not. Alpha becomes 0..255."""
    alpha = np.clip(pixels[..., -1:], 0.0, 1.0)
    colours = np.where(alpha > 0, pixels[..., :-1] / np.maximum(alpha, 1e-6), 0.0)
    return np.concatenate([colours, alpha * 255.0], axis=2).astype(np.float32)


CODEC = Codec(inspect, load, bytes_per_pixel=14)
