"""Bases: what pictures are made from instead of their originals.

A TIFF of tiles at the full size, half, a quarter … of it: JPEG of quality 94 without subsampling,
deflate where there is transparency. Decoding the level that is needed takes a small part of what
the original would, and a region only its tiles. It is encoded here, outside of any cell, from
pixels: so its bytes are ours, and decoded without one.
"""

from __future__ import annotations

from pathlib import Path

from processing import vips
from processing.transforms.rendering import Shown

# Part of its name: raise it when the same original would give another base.
VERSION = 3
# Each side is filled up to a multiple of this, by its last pixels: so every level is exactly half
# of the one before, where a column that is left out would shift all others (by a third of a pixel
# of a small result, which a comparison shows).
_WHOLE = 128
TILE = 512
QUALITY = 94
# A level serves a target of at most this share of its size: from twice the target on, the result
# cannot be told from that of the original (docs/decisions/0025-transforms-and-iiif.md).
HEADROOM = 2.0
# Of a small target each pixel counts, and a larger level costs little.
SMALL, SMALL_HEADROOM = 400, 4.0


def write(image: vips.Image, path: Path) -> None:
    """Write the base of a picture: all its pixels, upright, in sRGB of 8 or 16 bits."""
    if image.format == "ushort":
        image = (image / 257.0).rint().cast("uchar").copy(interpretation="srgb")
    wide, high = (-(-side // _WHOLE) * _WHOLE for side in (image.width, image.height))
    image = image.embed(0, 0, wide, high, extend="copy")
    how = (
        {"compression": "deflate", "predictor": "horizontal"}
        if image.hasalpha()
        else {"compression": "jpeg", "Q": QUALITY}
    )
    image.tiffsave(
        str(path),
        tile=True,
        tile_width=TILE,
        tile_height=TILE,
        pyramid=True,
        depth="onetile",
        bigtiff=True,
        keep="icc",
        **how,
    )


def opened(path: Path, scale: float, target: int, *, whole: bool) -> Shown:
    """The smallest level that is at least twice a target at ``scale`` of the original (four times
    a small one); the full size where none is.

    ``target`` is its longer side in pixels. ``whole``: all of it will be read, from the top.
    Raises vips.Error.
    """
    access = "sequential" if whole else "random"
    full = _level(path, 0, access)
    pages = int(full.get("n-pages")) if full.get_typeof("n-pages") else 1
    least = scale * (SMALL_HEADROOM if target <= SMALL else HEADROOM) * 0.99
    page = 0
    while page + 1 < pages and 0.5 ** (page + 1) >= least:
        page += 1
    image = full if page == 0 else _level(path, page, access)
    return Shown(image, 0.5**page, 0.5**page)


def _level(path: Path, page: int, access: str) -> vips.Image:
    return vips.Operation.call("tiffload", str(path), page=page, access=access, fail_on="error")
