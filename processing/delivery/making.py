"""The file of a download: made once for the words of today, kept until they change."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dam.storage import path_of
from dam.storage.places import room
from processing import vips

FOLDER = "deliveries"
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
        return path.open("rb")
    except FileNotFoundError:
        _place(path, make())
        source = path.open("rb")  # before others of its kind go: another process may tidy too
    _tidy(path)
    return source


def _place(path: Path, data: bytes) -> None:
    draft = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with room():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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
