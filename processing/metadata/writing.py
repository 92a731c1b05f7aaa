"""Metadata into finished files: containers are edited, pixels are never decoded.

Everything that a file said before goes; what it says afterwards is what was chosen, in XMP, EXIF
and IPTC alike, so that no reader finds a stale word.
"""

from __future__ import annotations

from collections.abc import Callable

from processing.metadata import exif_writing, iim, packet
from processing.metadata.containers import avif, jpeg, jxl, png, tiff, webp
from processing.metadata.containers.blocks import Blocks, ContainerError
from processing.metadata.mapping import FIELDS
from processing.metadata.values import Embed, Values, chosen

__all__ = ["WRITERS", "ContainerError", "embed"]

# Media type → what edits its container.
WRITERS: dict[str, Callable[[bytes, Blocks], bytes]] = {
    "image/jpeg": jpeg.rewrite,
    "image/png": png.rewrite,
    "image/webp": webp.rewrite,
    "image/avif": avif.rewrite,
    "image/jxl": jxl.rewrite,
    "image/tiff": tiff.rewrite,
}


def embed(data: bytes, mime: str, values: Values, rule: Embed, *, strip_place: bool) -> bytes:
    """Return a file of the same pixels that says what ``rule`` lets out of ``values``.

    Raises ContainerError for a file that is damaged or of a type that WRITERS does not have:
    nothing must leave that could say more than it should.
    """
    writer = WRITERS.get(mime)
    if writer is None:
        raise ContainerError(f"Metadata cannot be written into {mime}.")
    return writer(data, blocks(chosen(values, rule, strip_place=strip_place)))


def blocks(values: Values) -> Blocks:
    """Return the blocks that say ``values``; none at all where there is nothing to say."""
    if values.empty:
        return Blocks()
    texts = {field.png[0]: values.texts.get(field.name, "") for field in FIELDS if field.png}
    return Blocks(
        exif=exif_writing.build(values),
        xmp=packet.build(values),
        iptc=iim.build(values),
        png={keyword: text for keyword, text in texts.items() if text},
    )
