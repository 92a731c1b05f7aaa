"""The file of a download: made once for the words of today, kept until they change."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dam.storage import path_of
from processing import vips
from processing.delivery import keeping
from processing.delivery.keeping import FOLDER

JPEG_QUALITY = 90  # what is lost beside the WebP that it is made from cannot be seen


def key_of(version_id: int, purpose: str, digest: str, extension: str) -> str:
    """Return the key of a download: beside it lie those of the same version."""
    return f"{FOLDER}/{version_id % 1000:03d}/{version_id}/{purpose}-{digest[:32]}{extension}"


def kept(key: str, make: Callable[[], bytes]) -> BinaryIO:
    """Open a download, making it first where it is not there. Raises what `make` does, StorageFull.

    One is kept for each version, purpose and type: older words go when newer ones are written.
    """
    path = path_of(key)
    try:
        return keeping.opened(path)
    except FileNotFoundError:
        source = keeping.placed(path, make())
    _tidy(path)
    return source


def _tidy(path: Path) -> None:
    purpose = path.name.rpartition("-")[0]
    for other in path.parent.glob(f"{purpose}-*{path.suffix}"):
        if other != path:
            other.unlink(missing_ok=True)


def as_jpeg(data: bytes) -> bytes:
    """Return one of our own renditions as a JPEG in sRGB, transparency on white.

    It is made from the rendition and not from the original: no stranger's bytes are decoded while
    somebody waits, and the cost does not grow with the original.
    """
    image = vips.Image.new_from_buffer(data, "")
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    encoded: bytes = image.jpegsave_buffer(
        Q=JPEG_QUALITY, optimize_coding=True, keep="icc", interlace=True
    )
    return encoded
