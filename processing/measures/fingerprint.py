"""Small stand-ins for a picture: a perceptual hash to compare, a placeholder to show."""

from __future__ import annotations

import base64

import imagehash
import numpy as np
import thumbhash
from numpy.typing import NDArray
from PIL import Image

FINGERPRINT_VERSION = 1

_PLACEHOLDER_EDGE = 32  # a ThumbHash keeps at most seven waves a side
_SIGN = 1 << 63
_MODULUS = 1 << 64


def perceptual_hash(rgb: NDArray[np.uint8]) -> int:
    """64-bit DCT hash of uint8 (height, width, 3), as a signed integer for a bigint column.

    Copies that were scaled, recompressed or slightly retouched differ in few bits; see
    ``distance``. Method: Zauner, "Implementation and benchmarking of perceptual image hash
    functions", 2010, as the ``imagehash`` package does it.
    """
    bits = imagehash.phash(Image.fromarray(rgb)).hash.ravel()
    unsigned = int.from_bytes(np.packbits(bits).tobytes(), "big")
    return unsigned - _MODULUS if unsigned & _SIGN else unsigned


def distance(first: int, second: int) -> int:
    """Differing bits, 0..64: up to about 8 for the same picture, 20 to 44 for unrelated ones."""
    return ((first ^ second) % _MODULUS).bit_count()


def placeholder(rgb: NDArray[np.uint8]) -> str:
    """ThumbHash (Evan Wallace, 2023) of uint8 (height, width, 3): about 28 base64 characters."""
    small = Image.fromarray(rgb)
    small.thumbnail((_PLACEHOLDER_EDGE, _PLACEHOLDER_EDGE), Image.Resampling.BOX, reducing_gap=2.0)
    rgba = np.asarray(small.convert("RGBA")).ravel().tolist()
    code = thumbhash.rgba_to_thumb_hash(small.width, small.height, rgba)
    return base64.b64encode(bytes(code)).decode("ascii")
