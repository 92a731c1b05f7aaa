"""A format that libvips does not open by itself: how to look at it, and how to decode it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing import vips
from processing.errors import InputError
from processing.formats.header import Header
from processing.icc import read_profile

ICC_FIELD = "icc-profile-data"
_FORMATS = {"uint8": "uchar", "uint16": "ushort", "float32": "float"}


@dataclass(frozen=True, slots=True)
class Codec:
    """How one format is read.

    ``inspect`` reads the header and decodes nothing; so it can refuse a file before it costs
    anything. ``load`` decodes the picture that is shown, whole; formats that can be decoded
    smaller may do so as long as the longer side keeps the given number of pixels (None: in full).
    ``bytes_per_pixel`` is what one decode takes at its peak where a sample has 8 bits, as measured;
    `memory` counts more bits. Both functions raise InputError.
    """

    inspect: Callable[[Path | str], Header]
    load: Callable[[Path | str, int | None], vips.Image]
    bytes_per_pixel: float

    def memory(self, header: Header) -> float:
        """About how many bytes one decode takes at its peak."""
        return self.bytes_per_pixel * header.pixels * max(1, -(-header.bit_depth // 8))


def to_vips(
    pixels: NDArray[np.generic],
    interpretation: str,
    *,
    profile: bytes | None = None,
    orientation: int = 1,
) -> vips.Image:
    """Wrap decoded pixels (height, width, bands), uint8, uint16 or float32, with what they mean."""
    solid = np.ascontiguousarray(pixels)
    height, width = solid.shape[:2]
    bands = solid.shape[2] if solid.ndim == 3 else 1
    image = vips.Image.new_from_memory(
        solid.data.cast("B"), width, height, bands, _FORMATS[str(solid.dtype)]
    )
    image = image.copy(interpretation=interpretation)
    if profile:
        image.set_type(vips.BLOB, ICC_FIELD, profile)
    if orientation != 1:
        image.set_type(vips.INT, "orientation", orientation)
    return image


def colour_space(profile: bytes | None, kind: str, otherwise: str) -> tuple[str, str]:
    """(profile name, colour space) of a profile that fits pixels of ``kind``, else the latter."""
    info = read_profile(profile) if profile else None
    if info is not None and info.kind == kind:
        return info.name, info.colour_space
    return "", otherwise


def damaged(media_label: str, error: Exception) -> InputError:
    """The refusal of a file that begins like its format and then is not."""
    return InputError(
        f"It begins like a {media_label} file, "
        "but it is damaged or of a kind that cannot be read here.",
        detail=f"{type(error).__name__}: {error}"[:2000],
    )


__all__ = ["ICC_FIELD", "Codec", "colour_space", "damaged", "to_vips"]
