"""What recipes made, as pictures that every browser shows: TIFF, JPEG XL and CMYK too."""

from __future__ import annotations

from typing import BinaryIO

from dam.models import Rendition
from dam.storage import path_of
from processing.delivery.making import kept, key_of

EDGE = 1600  # pixels of the longer side
QUALITY = 82


def opened(row: Rendition) -> BinaryIO:
    """Open a rendition's preview, a WebP, making it first where it is not there.

    Our own bytes are decoded here and in no cell. Raises FileNotFoundError where the rendition's
    file is gone.
    """

    def make() -> bytes:
        from processing.pixels import load_srgb

        image = load_srgb(path_of(row.key), EDGE)
        return bytes(image.webpsave_buffer(Q=QUALITY, strip=True))

    return kept(key_of(row.version_id, f"look-{row.pk}", row.sha256, ".webp"), make)
