"""Bases: what pictures are made from instead of their originals.

A TIFF of tiles at the full size, half, a quarter … of it: JPEG of quality 94 without subsampling,
deflate where there is transparency. Decoding the level that is needed takes a small part of what
the original would, and a region only its tiles. It is encoded here, outside of any cell, from
pixels: so its bytes are ours, and decoded without one.
"""

from __future__ import annotations

from pathlib import Path

from processing import vips

# Part of its name: raise it when the same original would give another base.
VERSION = 1
TILE = 512
QUALITY = 94
# A level serves a target of at most this share of its size: from twice the target on, the result
# cannot be told from that of the original (docs/decisions/0025-transforms-and-iiif.md).
HEADROOM = 2.0


def write(image: vips.Image, path: Path) -> None:
    """Write the base of a picture: all its pixels, upright, in sRGB of 8 or 16 bits."""
    if image.format == "ushort":
        image = (image / 257.0).rint().cast("uchar").copy(interpretation="srgb")
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


def opened(path: Path, width: int, scale: float, *, whole: bool) -> vips.Image:
    """The smallest level that is at least twice a target at ``scale`` of an original ``width``
    pixels wide; the full size where none is.

    ``whole``: all of it will be read, from the top. Raises vips.Error.
    """
    access = "sequential" if whole else "random"
    full = _level(path, 0, access)
    pages = int(full.get("n-pages")) if full.get_typeof("n-pages") else 1
    page = 0
    while page + 1 < pages and width // 2 ** (page + 1) >= width * scale * HEADROOM - 1:
        page += 1
    return full if page == 0 else _level(path, page, access)


def _level(path: Path, page: int, access: str) -> vips.Image:
    return vips.Operation.call("tiffload", str(path), page=page, access=access, fail_on="error")
